//! What was made of a photo: its thumbnail, its view, its result. Not here: the original (`files`), making them
//! (`gallery`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use domain::{Entry, EntryRow, Key, Parameters, Photo, Stage, StageState, Step};
use gallery::Read;

use crate::conditional::{check_if_match, matches_if_none_match, quoted};
use crate::disposition::{Disposition, disposition};
use crate::files::{ASK_FIRST, FILE_POLICY, file_place, for_ever, header_value, live, object, streamed};
use crate::grants::OfEntry;
use crate::inputs::Query;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /s/{space}/files/{id}/{step}?v={version}`
pub(crate) fn of_step(step: Step) -> MethodRouter<Arc<Site>> {
    get(move |site, entry, query, method, headers| derived(site, entry, step, query, method, headers))
}

/// What a step made, or why there is nothing.
pub(crate) async fn derived(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    step: Step,
    query: Query,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let entry = live(&site, &grant, id).await?;
    let Some(photo) = entry.content.photo() else {
        // A file may be called so.
        return object(State(site), OfEntry { grant, id }, query, method, headers).await;
    };
    let stage = finished(photo, step)?;
    let version = EntryRow::from(&*entry).derived_version(step);
    let is_named = version.is_some() && version.as_deref() == query.0.text("v");
    let etag = quoted(&format!("{}-{step}", version.as_deref().unwrap_or(&entry.content.etag)));
    let caching = if is_named { for_ever(&grant) } else { ASK_FIRST };
    let pairs = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(stage.media.map_or("image/jpeg", |media| media.content_type())),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        (header::CONTENT_DISPOSITION, header_value(&shown_as(&entry, stage, &query.0))),
        (header::ETAG, header_value(&etag)),
    ];
    let mut response_headers: HeaderMap = pairs.into_iter().collect();
    check_if_match(&headers, &etag)?;
    if matches_if_none_match(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    let place = file_place(&site)?;
    let (_, object) = site.gallery.derived(&grant, id, step).await?;
    response_headers.insert(header::CONTENT_LENGTH, object.info.size_bytes.into());
    Ok((StatusCode::OK, response_headers, streamed(object, place)).into_response())
}

/// The stage of a step that is done; otherwise why there is nothing to show.
fn finished(photo: &Photo, step: Step) -> Result<&Stage, Problem> {
    let nothing = |sentence: String| Problem::new(StatusCode::NOT_FOUND, sentence);
    let stage = photo.stage(step).ok_or_else(|| nothing(format!("Of this photo no {step} is made.")))?;
    match stage.state {
        StageState::Done => Ok(stage),
        StageState::Failed => Err(nothing(stage.words(photo.recipe))),
        StageState::Waiting | StageState::Working => {
            Err(Problem::busy("This picture is still being made. Try again in a moment."))
        }
    }
}

/// In the page, or as a download that is called like the original and what was made of it.
fn shown_as(entry: &Entry, stage: &Stage, query: &Parameters) -> String {
    let kind = if query.text("download").is_none() { Disposition::Inline } else { Disposition::Attachment };
    let original = Key::download_name(entry.content.key.file_name());
    let stem = original.rsplit_once('.').map_or(&*original, |(stem, _)| stem);
    let extension = stage.media.map_or("jpg", |media| media.extension());
    disposition(kind, &format!("{stem}-{}.{extension}", stage.step))
}
