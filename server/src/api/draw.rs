//! `GET /qr`: draws a code without keeping it. Its address says all that is in it, so it can be cached.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use domain::{CodeText, Level, Space};
use gallery::Read;
use sha2::{Digest as _, Sha256};

use super::files::format_and_size;
use super::parameters::{DrawQuery, IfNoneMatchHeader};
use super::problems::DrawProblems;
use crate::composer::attachment;
use crate::conditional::{check_if_match, matches_if_none_match};
use crate::disposition::{Disposition, disposition};
use crate::files::header_value;
use crate::grants::Asker;
use crate::inputs::{Query, parsed};
use crate::looks;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// A newer program may draw it otherwise, and then has another ETag.
const KEPT: &str = "public, max-age=86400";

#[utoipa::path(
    get,
    path = "/qr",
    tag = "Codes",
    operation_id = "drawCode",
    summary = "Draw a code without keeping it",
    description = "The same address always draws the same code, so the answer may be cached for a day.",
    params(DrawQuery, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The code", headers(("ETag" = String, description = "Its version")), content(
            (String = "image/svg+xml"), (Vec<u8> = "image/png"), (Vec<u8> = "application/pdf"), (String = "text/plain")
        )),
        (status = 304, description = "It has not changed"),
        DrawProblems
    )
)]
pub(super) async fn draw(
    State(site): State<Arc<Site>>,
    asker: Asker,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let grant = asker.ask::<Read>(Space::main())?;
    let query = query.with_only(&["text", "format", "level", "look", "size", "download"])?;
    let text = query
        .text("text")
        .ok_or_else(|| Problem::bad_request("Send the text as `text`."))
        .in_field("text")?;
    let level = query.text("level").map(parsed::<Level>).transpose().in_field("level")?.unwrap_or_default();
    let (format, size) = format_and_size(&query)?;
    let look = query.text("look").filter(|_| format.has_a_look()).map(looks::parsed).transpose()?;
    let look = look.unwrap_or_default();
    let look = size.map_or(Ok(look.clone()), |size| looks::sized(&look, size))?;
    let code = CodeText::parse(text, level)?;
    let mut digest = Sha256::new();
    for part in [&site.shell.build, text, level.as_str(), look.as_str(), format.extension] {
        // With its length in front no part can run over into the next.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    // Weak: it is sent in several content codings.
    let etag = format!("W/\"{}\"", domain::Sha256(digest.finalize().into()).short());
    let kept = [(header::ETAG, header_value(&etag)), (header::CACHE_CONTROL, HeaderValue::from_static(KEPT))];
    check_if_match(&headers, &etag)?;
    if matches_if_none_match(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let drawn = site.gallery.draw(&grant, &code, look, format.format).await;
    // A look of one's own may not fit into the size, either.
    let bytes = if size.is_some() { drawn.in_field("size")? } else { drawn? };
    let mut response = attachment(bytes, format, "", text);
    if query.text("download").is_none() {
        // Shown in a page of anybody's.
        let shown = header_value(&disposition(Disposition::Inline, &format!("code.{}", format.extension)));
        response.headers_mut().insert(header::CONTENT_DISPOSITION, shown);
    }
    Ok((kept, response).into_response())
}
