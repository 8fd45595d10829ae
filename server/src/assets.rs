//! Serves the embedded files. Not here: which there are (`embedded`).

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::coding::Coding;
use crate::conditional::{check_if_match, matches_if_none_match};
use crate::embedded::{File, at, file};
use crate::inputs::FileName;
use crate::problem::Problem;

/// `GET /assets/{file}.{hash}.{ext}`
pub(crate) async fn asset(FileName(name): FileName, headers: HeaderMap) -> Result<Response, Problem> {
    let file = at(&name)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "There is no such file. Reload the page."))?;
    send(file, &headers, "public, max-age=31536000, immutable")
}

/// `GET /favicon.ico`: browsers request it where no page links to an icon.
pub(crate) async fn favicon(headers: HeaderMap) -> Result<Response, Problem> {
    send(file("icon.svg").expect("build.rs embeds an icon"), &headers, "public, max-age=86400")
}

fn send(file: &'static File, headers: &HeaderMap, caching: &'static str) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT_ENCODING);
    let coding = Coding::preferred(accept, |coding| file.has(coding));
    // The name contains the content hash; each coding is a representation of its own.
    let etag = format!("\"{}.{}\"", file.url, coding.as_str());
    let mut response_headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        response_headers.insert(name, HeaderValue::from_str(value).expect("our own files have ASCII names"));
    };
    set(header::CACHE_CONTROL, caching);
    set(header::ETAG, &etag);
    set(header::VARY, "accept-encoding");
    check_if_match(headers, &etag)?;
    if matches_if_none_match(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    set(header::CONTENT_TYPE, file.content_type);
    if coding != Coding::Identity {
        set(header::CONTENT_ENCODING, coding.as_str());
    }
    Ok((response_headers, file.bytes(coding)).into_response())
}
