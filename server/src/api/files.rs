//! The files of an entry over the API: its object, its code in another format, what was made of a photo. Not here: sending
//! them (`files`, `derived`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use domain::{Body, Entry, Step};
use gallery::{Format, Read};

use super::entries::filter;
use super::parameters::{ChoiceQuery, EntryPath, FileQuery, IfNoneMatchHeader, InSpacePath};
use super::problems::{FileProblems, ReadProblems};
use crate::files::{self, live};
use crate::formats::FileFormat;
use crate::grants::{InSpace, OfEntry};
use crate::inputs::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::{chosen, composer, derived, looks};

/// The widest picture of a code, in pixels: what a look allows as well.
const SIZE_MAX: u32 = 4096;

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/entries/{id}/file",
    tag = "Photos and files",
    operation_id = "getFile",
    summary = "Get the file of an entry",
    description = "The object as it lies in the bucket, also in parts (`Range`). With `format` a code is drawn again from its \
        text and look.",
    params(EntryPath, FileQuery, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "*/*")), headers(("ETag" = String, description = "Its version"))),
        (status = 206, description = "A part of it", content((Vec<u8> = "*/*"))),
        (status = 304, description = "It has not changed"),
        (status = 307, description = "The bucket serves it", headers(("Location" = String, description = "Where"))),
        FileProblems
    )
)]
pub(super) async fn file(
    site: State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    query: Query,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let format = query.0.text("format").map(|name| composer::format(Some(name), "format")).transpose()?;
    let size = query.0.small_number("size", 1..=SIZE_MAX)?;
    let Some(format) = format else {
        if size.is_some() {
            return Err(only_png());
        }
        return files::object(site, OfEntry { grant, id }, query, method, headers).await;
    };
    let entry = live(&site, &grant, id).await?;
    let entry = match size {
        None => entry,
        Some(_) if format.format != Format::Png => return Err(only_png()),
        Some(size) => Arc::new(sized(&entry, size)?),
    };
    files::drawn_as(&site, &grant, &entry, format, &query.0, &headers).await
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/zip",
    tag = "Photos and files",
    operation_id = "getArchive",
    summary = "Get many files as a ZIP archive",
    description = "The files of all entries that match, named after them, and `entries.csv`, a table of them. It is sent while         it is made: if it cannot be finished, the answer breaks off.",
    params(InSpacePath, ChoiceQuery),
    responses((status = 200, description = "The archive", content((Vec<u8> = "application/zip"))), ReadProblems)
)]
pub(super) async fn archive(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    query: Query,
) -> Result<Response, Problem> {
    let query = query.with_only(&["kind", "label", "q", "sort"])?;
    chosen::zip_of(site, grant, &filter(&query)?).await
}

/// The same entry with its code in a width in pixels; a file without a code is left as it is.
fn sized(entry: &Entry, size: u32) -> Result<Entry, Problem> {
    let mut entry = entry.clone();
    if let Body::Code { style, .. } = &mut entry.content.body {
        style.look = looks::sized(&style.look, size)?;
    }
    Ok(entry)
}

/// Only PNGs have pixels.
fn only_png() -> Problem {
    Problem::bad_request("Only PNGs have a `size` in pixels: send `format=png` with it.")
        .about(domain::Field::Answer("size".into()))
}

/// A format and a width that go together.
pub(super) fn format_and_size(query: &domain::Parameters) -> Result<(FileFormat, Option<u32>), Problem> {
    let format = composer::format(Some(query.text("format").unwrap_or("svg")), "format")?;
    let size = query.small_number("size", 1..=SIZE_MAX)?;
    if size.is_some() && format.format != Format::Png { Err(only_png()) } else { Ok((format, size)) }
}

macro_rules! of_step {
    ($name:ident, $step:expr, $path:literal, $operation:literal, $summary:literal) => {
        #[utoipa::path(
            get,
            path = $path,
            tag = "Photos and files",
            operation_id = $operation,
            summary = $summary,
            description = "503 with Retry-After until it is made.",
            params(EntryPath, IfNoneMatchHeader),
            responses(
                (status = 200, description = "The picture", content((Vec<u8> = "image/*")), headers(("ETag" = String, description = "Its version"))),
                (status = 304, description = "It has not changed"),
                FileProblems
            )
        )]
        pub(super) async fn $name(
            site: State<Arc<Site>>,
            entry: OfEntry<Read>,
            query: Query,
            method: Method,
            headers: HeaderMap,
        ) -> Result<Response, Problem> {
            let is_photo = live(&site, &entry.grant, entry.id).await?.content.photo().is_some();
            if !is_photo {
                let sentence = "This entry is not a photo, so nothing is made of it.";
                return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence));
            }
            derived::derived(site, entry, $step, query, method, headers).await
        }
    };
}

of_step!(
    thumbnail,
    Step::Thumbnail,
    "/api/v1/spaces/{space}/entries/{id}/thumbnail",
    "getThumbnail",
    "Get the thumbnail of a photo"
);
of_step!(
    view,
    Step::View,
    "/api/v1/spaces/{space}/entries/{id}/view",
    "getView",
    "Get the large view of a photo"
);
of_step!(
    result,
    Step::Result,
    "/api/v1/spaces/{space}/entries/{id}/result",
    "getResult",
    "Get what the recipe made of a photo"
);
