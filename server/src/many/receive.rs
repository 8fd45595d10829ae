//! Receives a table: a form with lines or a file, or the body of a request. It goes into a temporary file, within the
//! limits of all uploads. Not here: what is in it (`gallery`).

use std::io::Read as _;
use std::sync::Arc;

use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use domain::limits::FORM_BODY_MAX_BYTES;
use futures::StreamExt as _;
use gallery::bucket::Spool;
use http_body::Body as _;
use tokio::time::timeout;

use crate::inputs::{expect_no_coding, expect_type};
use crate::problem::Problem;
use crate::site::Site;
use crate::uploads::{SILENCE_MAX, is_far_too_large, paced, place, receive, too_large};

/// The field with lines.
const ROWS: &str = "rows";
/// The field with a file.
const TABLE: &str = "table";
/// Parts of a form: it has two.
const PARTS_MAX: usize = 8;

/// A table as it came.
pub(super) struct Received {
    pub(super) spool: Arc<Spool>,
    /// Empty if it was typed.
    pub(super) file_name: String,
}

/// Reads a form: the file, if one was chosen, otherwise the lines. `typed` gets those, as far as a form can show them
/// again.
pub(super) async fn receive_form(
    site: &Site,
    request: Request,
    typed: &mut String,
) -> Result<Received, Problem> {
    expect_type(request.headers(), "multipart/form-data")?;
    let (request, unread) = paced(request);
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Problem::bad_request("The form is malformed: it has no boundary."))?;
    let place = place(site).await?;
    let (mut lines, mut file, mut seen) = (None, None, 0);
    while let Some(part) = next(&mut parts).await? {
        unread.read();
        seen += 1;
        if seen > PARTS_MAX {
            return Err(Problem::bad_request("The form has too many fields."));
        }
        let (name, file_name) =
            (part.name().unwrap_or_default().to_owned(), part.file_name().unwrap_or_default().to_owned());
        if name != ROWS && name != TABLE {
            return Err(Problem::bad_request("The form has a field that does not belong to it."));
        }
        let chunks = part.inspect(|_| unread.read());
        let spool = receive(chunks, site.uploads_folder.as_deref(), &place).await?;
        if name == ROWS {
            *typed = shown_again(&spool);
            lines = Some(Received { spool: Arc::new(spool), file_name: String::new() });
        } else if spool.size_bytes() > 0 || !file_name.is_empty() {
            // A browser sends an empty one without a name when none was chosen.
            file = Some(Received { spool: Arc::new(spool), file_name });
        }
    }
    place.received();
    let nothing = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Paste some lines, or choose a file.");
    file.or(lines.filter(|lines| lines.spool.size_bytes() > 0)).ok_or_else(nothing)
}

/// Lines that were typed, unless they are too many for a form.
fn shown_again(spool: &Spool) -> String {
    let mut text = String::new();
    let is_small = spool.size_bytes() <= FORM_BODY_MAX_BYTES as u64;
    if is_small && let Ok(mut file) = spool.reopen() {
        // What is not UTF-8 was not typed.
        let _ = file.read_to_string(&mut text);
    }
    text
}

async fn next(parts: &mut Multipart) -> Result<Option<Part<'_>>, Problem> {
    let incomplete = || Problem::bad_request("The form is incomplete or malformed. Try again.");
    let part = timeout(SILENCE_MAX, parts.next_field()).await.map_err(|_| incomplete())?;
    part.map_err(|_| incomplete())
}

/// Reads the body of a request.
pub(crate) async fn receive_body(site: &Site, request: Request) -> Result<Arc<Spool>, Problem> {
    expect_no_coding(request.headers())?;
    if is_far_too_large(request.body().size_hint().lower()) {
        return Err(too_large());
    }
    let place = place(site).await?;
    let spool =
        receive(request.into_body().into_data_stream(), site.uploads_folder.as_deref(), &place).await?;
    place.received();
    Ok(Arc::new(spool))
}
