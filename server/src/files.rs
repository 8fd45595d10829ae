//! Files by the id of their entry: the object from the bucket, or a drawing from value and style, which does not need
//! the bucket except once for a logo. And logos.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Entry, EntryId, Key};
use futures::StreamExt as _;
use gallery::bucket::{Download, Object};
use gallery::{Audience, DrawnEntry, Format, GalleryError, Grant, MayRead, Read};
use tokio::sync::OwnedSemaphorePermit;

use crate::conditional::{RequestedRange, check_if_match, matches_if_none_match, quoted};
use crate::config::Downloads;
use crate::disposition::{Disposition, disposition};
use crate::formats::FileFormat;
use crate::grants::{InSpace, OfEntry};
use crate::inputs::{FileName, Query, entry_id};
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// For untrusted bytes: shown at most as a picture, never as a page of this site.
pub(crate) const FILE_POLICY: &str = "sandbox; default-src 'none'";

/// The same for a drawing with a logo in it.
const LOGO_POLICY: &str = "sandbox; default-src 'none'; img-src data:";

/// How long a presigned address is valid: until a download has begun.
const ADDRESS_HOLDS: Duration = Duration::from_secs(5 * 60);

/// How long what never changes is kept: by caches that others share only if others may read it.
pub(crate) fn for_ever(grant: &Grant<impl MayRead>) -> &'static str {
    match grant.audience() {
        Audience::Everyone => "public, max-age=31536000, immutable",
        Audience::Some => "private, max-age=31536000, immutable",
    }
}

/// Cached, but revalidated before use.
pub(crate) const ASK_FIRST: &str = "no-cache";

/// `GET /s/{space}/files/{id}/{file name}?v={first digits of its digest}`. The name in the address is for people; the
/// id identifies the file.
pub(crate) async fn object(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    Query(query): Query,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let entry = live(&site, &grant, id).await?;
    let key = &entry.content.key;
    // The digest is the same in another bucket; a file that was not read completely only has the bucket's etag.
    let etag =
        quoted(&entry.content.sha256.map_or_else(|| entry.content.etag.clone(), |sha256| sha256.to_string()));
    let mut response_headers =
        file_headers(&grant, &entry, key.content_type(), key.file_name(), &etag, &query);
    response_headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    check_if_match(&headers, &etag)?;
    if matches_if_none_match(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    // The address is signed for GET only.
    if site.downloads == Downloads::Redirect
        && method == Method::GET
        && !is_for_a_page(&headers)
        && let Some(redirect) = presigned_redirect(&site, &grant, id, &response_headers).await?
    {
        return Ok(redirect);
    }
    // Only GET has ranges (RFC 9110, 14.2).
    let part = if method == Method::GET {
        RequestedRange::of(&headers, &etag, entry.content.size_bytes)
    } else {
        RequestedRange::Whole
    };
    let range = match part {
        RequestedRange::Whole => None,
        RequestedRange::Bytes(range) => Some(range),
        RequestedRange::Unsatisfiable => return Ok(range_not_satisfiable(entry.content.size_bytes)),
    };
    let place = file_place(&site)?;
    let (_, object) = site.gallery.file(&grant, id, range.clone()).await?;
    if object.info.etag != entry.content.etag {
        drop(object);
        return replaced(&site, &grant, id, response_headers, place).await;
    }
    let (status, sent_bytes) = match range {
        None => (StatusCode::OK, object.info.size_bytes),
        Some(range) => {
            let content_range = format!("bytes {}-{}/{}", range.start, range.end - 1, object.info.size_bytes);
            response_headers.insert(header::CONTENT_RANGE, header_value(&content_range));
            (StatusCode::PARTIAL_CONTENT, range.end - range.start)
        }
    };
    response_headers.insert(header::CONTENT_LENGTH, sent_bytes.into());
    Ok((status, response_headers, streamed(object, place)).into_response())
}

/// Whether a picture in a page is requested: pages only show pictures of this site.
fn is_for_a_page(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|dest| dest == "image")
}

/// A redirect to the object in the bucket, which serves it with the same headers; `None` if it cannot.
async fn presigned_redirect(
    site: &Site,
    grant: &Grant<impl MayRead>,
    id: EntryId,
    headers: &HeaderMap,
) -> Result<Option<Response>, Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let download = Download {
        expires_in: ADDRESS_HOLDS,
        content_type: text(header::CONTENT_TYPE),
        content_disposition: text(header::CONTENT_DISPOSITION),
    };
    let Some(address) = site.gallery.address(grant, id, download).await? else { return Ok(None) };
    let headers =
        [(header::LOCATION, header_value(&address)), (header::CACHE_CONTROL, header_value("no-store"))];
    Ok(Some((StatusCode::TEMPORARY_REDIRECT, headers).into_response()))
}

/// An object that was just overwritten, so that the index does not know it yet: all of it, described as it is now,
/// and not cacheable under an address that promised another version.
async fn replaced(
    site: &Site,
    grant: &Grant<impl MayRead>,
    id: EntryId,
    mut response_headers: HeaderMap,
    place: OwnedSemaphorePermit,
) -> Result<Response, Problem> {
    let (_, object) = site.gallery.file(grant, id, None).await?;
    response_headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(ASK_FIRST));
    response_headers.insert(header::ETAG, header_value(&quoted(&object.info.etag)));
    response_headers.insert(header::CONTENT_LENGTH, object.info.size_bytes.into());
    Ok((StatusCode::OK, response_headers, streamed(object, place)).into_response())
}

/// A download slot.
pub(crate) fn file_place(site: &Site) -> Result<OwnedSemaphorePermit, Problem> {
    let busy = |_| Problem::busy("Too many files are being downloaded at once. Try again in a moment.");
    Arc::clone(&site.file_places).try_acquire_owned().map_err(busy)
}

/// An object as a response body that holds its download slot to the end.
pub(crate) fn streamed(object: Object, place: OwnedSemaphorePermit) -> Body {
    Body::from_stream(object.bytes.inspect(move |_| _ = &place))
}

/// `GET /s/{space}/files/{id}.svg?v={…}`, and `.pdf`, `.txt`, `.uri`: drawn from value and style.
pub(crate) async fn drawn(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    FileName(file): FileName,
    Query(query): Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(StatusCode::NOT_FOUND, "There is no such file.");
    let (id, extension) = file.rsplit_once('.').ok_or_else(not_found)?;
    // The PNG is in the bucket.
    let format = FileFormat::named(extension).filter(|format| format.format != Format::Png);
    let format = format.ok_or_else(not_found)?;
    let entry = live(&site, &grant, entry_id(id)?).await?;
    drawn_as(&site, &grant, &entry, format, &query, &headers).await
}

/// The code of an entry in a format.
pub(crate) async fn drawn_as(
    site: &Site,
    grant: &Grant<Read>,
    entry: &Entry,
    format: FileFormat,
    query: &domain::Parameters,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(StatusCode::NOT_FOUND, "This entry has no code that can be drawn.");
    // Weak: it is sent in several content codings.
    let etag = format!("W/\"{}-{}\"", site.shell.build, entry.revision);
    let name = entry.content.key.file_name();
    let name = format!("{}.{}", name.strip_suffix(".png").unwrap_or(name), format.extension);
    let mut response_headers = file_headers(grant, entry, format.content_type, &name, &etag, query);
    if format.is_copied() && query.text("download").is_none() {
        let shown = disposition(Disposition::Inline, &Key::download_name(&name));
        response_headers.insert(header::CONTENT_DISPOSITION, header_value(&shown));
    }
    if entry.content.style().is_some_and(|style| style.look.logo_id().is_some()) {
        let policy = HeaderValue::from_static(LOGO_POLICY);
        response_headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    check_if_match(headers, &etag)?;
    if matches_if_none_match(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    let DrawnEntry { bytes, lacks_logo, refused_look } =
        site.gallery.draw_entry(entry, format.format).await?.ok_or_else(not_found)?;
    if let (Some(refusal), Some(_)) = (refused_look, query.text("size")) {
        return Err(refusal).in_field("size");
    }
    if lacks_logo {
        // Perhaps only temporarily.
        response_headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response_headers.remove(header::ETAG);
    }
    Ok((response_headers, bytes).into_response())
}

/// `GET /s/{space}/logos/{id}.png`: a logo in its kept form, the same in all spaces.
pub(crate) async fn logo(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    FileName(file): FileName,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(StatusCode::NOT_FOUND, "There is no such logo.");
    let id = file.strip_suffix(".png").ok_or_else(not_found)?;
    let png = match site.gallery.logo(&grant, id).await {
        Err(GalleryError::NotFound) => return Err(not_found()),
        png => png?,
    };
    let etag = quoted(id);
    check_if_match(&headers, &etag)?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, for_ever(&grant)),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
        (header::ETAG, etag.as_str()),
    ];
    Ok((headers, png).into_response())
}

/// The header of a file to download.
pub(crate) fn attached(file_name: &str) -> HeaderValue {
    header_value(&disposition(Disposition::Attachment, file_name))
}

/// A live entry; a tombstone is `Gone`.
pub(crate) async fn live(
    site: &Site,
    grant: &Grant<impl MayRead>,
    id: EntryId,
) -> Result<Arc<Entry>, Problem> {
    let entry = site.gallery.entry(grant, id).await?;
    if entry.state.is_live() { Ok(entry) } else { Err(GalleryError::Gone.into()) }
}

/// The common headers of an entry's files.
fn file_headers(
    grant: &Grant<impl MayRead>,
    entry: &Entry,
    content_type: &'static str,
    file_name: &str,
    etag: &str,
    query: &domain::Parameters,
) -> HeaderMap {
    // Other content has another address, if the address names its content.
    let version = entry.content.sha256.map(|sha256| sha256.short());
    let caching =
        if version.is_some() && version.as_deref() == query.text("v") { for_ever(grant) } else { ASK_FIRST };
    let is_picture = content_type.starts_with("image/");
    let is_shown = is_picture && query.text("download").is_none();
    let kind = if is_shown { Disposition::Inline } else { Disposition::Attachment };
    let pairs: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        (header::CONTENT_DISPOSITION, header_value(&disposition(kind, &Key::download_name(file_name)))),
        (header::ETAG, header_value(etag)),
    ];
    pairs.into_iter().collect()
}

fn range_not_satisfiable(size_bytes: u64) -> Response {
    let mut response =
        Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no such range.").into_response();
    response.headers_mut().insert(header::CONTENT_RANGE, header_value(&format!("bytes */{size_bytes}")));
    response
}

pub(crate) fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("made of visible ASCII")
}

#[cfg(test)]
mod tests {
    use domain::{Body as EntryBody, Content, Sha256, State as EntryState, Timestamp};

    use super::*;
    use crate::grants::for_tests;

    fn caching(grant: &Grant<Read>, query: &str) -> String {
        let content = Content {
            key: "a.png".parse().unwrap(),
            name: "".parse().unwrap(),
            body: EntryBody::plain_file(),
            size_bytes: 1,
            sha256: Some(Sha256([7; 32])),
            etag: "1".to_owned(),
            created_at: Timestamp::from_unix_ms(0),
            labels: Vec::new(),
        };
        let entry = Entry { id: 1, revision: 1, state: EntryState::Live, content };
        let query = domain::Parameters::parse(query.as_bytes()).unwrap();
        let headers = file_headers(grant, &entry, "image/png", "a.png", "\"1\"", &query);
        headers[header::CACHE_CONTROL].to_str().unwrap().to_owned()
    }

    #[test]
    fn file_for_one_person_is_not_kept_in_shared_caches() {
        let version = format!("v={}", Sha256([7; 32]).short());
        let (one, everyone) = (for_tests(Audience::Some), for_tests(Audience::Everyone));
        assert_eq!(caching(&one, &version), "private, max-age=31536000, immutable");
        assert_eq!(for_ever(&one), "private, max-age=31536000, immutable", "logos, too");
        assert_eq!(caching(&everyone, &version), "public, max-age=31536000, immutable");
        for grant in [one, everyone] {
            assert_eq!(caching(&grant, "v=0"), ASK_FIRST);
        }
    }
}
