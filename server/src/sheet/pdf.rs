//! A sheet as a PDF, drawn while it is sent.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::EntryId;
use domain::limits::SHEET_MAX_LABELS;
use futures::StreamExt as _;
use gallery::{Grant, LabelSheet, Read};
use tokio::sync::Semaphore;

use super::chosen::too_many;
use crate::files::attached;
use crate::problem::Problem;
use crate::site::Site;

/// Sheets that are drawn at once.
static PLACES: Semaphore = Semaphore::const_new(2);

/// How many labels were printed, and how many of the entries were not.
const LABELS: HeaderName = HeaderName::from_static("qrate-labels");
const LEFT_OUT: HeaderName = HeaderName::from_static("qrate-left-out");

/// The codes of these entries on labels, in this order. Photos, files, removed entries, and codes that would be too small to
/// scan are left out; if nothing is left, or too much, it is an error. If the sheet cannot be finished, the response breaks
/// off.
pub(crate) async fn pdf(
    site: Arc<Site>,
    grant: Grant<Read>,
    ids: Vec<EntryId>,
    sheet: LabelSheet,
) -> Result<Response, Problem> {
    check_count(ids.len(), &sheet)?;
    let place = PLACES.try_acquire();
    let place = place
        .map_err(|_| Problem::busy("Too many sheets are being printed at once. Try again in a moment."))?;
    let plan = site.gallery.plan_sheet(&grant, &ids, &sheet).await?;
    if plan.printed.is_empty() {
        return Err(nothing_printed(plan.too_small > 0));
    }
    let (labels, _) = sheet.labels_and_pages(plan.printed.len() as u64);
    let left_out = ids.len() - plan.printed.len();
    let name = attached(&format!("{}-labels.pdf", grant.space()));
    let mut pieces = Box::pin(site.gallery.sheet(grant, plan.printed, sheet));
    // What goes wrong at once is answered as an error.
    let first = pieces.next().await.transpose()?.unwrap_or_default();
    let rest = pieces.inspect(move |piece| {
        _ = &place;
        if let Err(error) = piece {
            tracing::warn!(error = error as &dyn std::error::Error, "a sheet was not finished");
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (LABELS, HeaderValue::from(labels)),
        (LEFT_OUT, HeaderValue::from(left_out)),
    ];
    let first = futures::stream::once(async { Ok(first) });
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}

/// Refuses more labels than a sheet has.
pub(super) fn check_count(entries: usize, sheet: &LabelSheet) -> Result<(), Problem> {
    let (labels, _) = sheet.labels_and_pages(entries as u64);
    if labels > SHEET_MAX_LABELS { Err(too_many(labels)) } else { Ok(()) }
}

fn nothing_printed(is_too_small: bool) -> Problem {
    let sentence = if is_too_small {
        "Nothing can be printed: the codes would be too small to scan on these labels. Choose larger ones."
    } else {
        "Nothing can be printed: none of the entries has a code."
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence)
}
