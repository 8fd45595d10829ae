//! The form for photos, as a page without JavaScript sends it: its fields, then any number of files, each saved as
//! soon as it has arrived, so that one bad file never stops the others.

use axum::body::Bytes;
use axum::extract::multipart::{Field as Part, Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use domain::limits::FORM_BODY_MAX_BYTES;
use domain::{Field, RequestId, Sha256};
use futures::{Stream, StreamExt as _};
use gallery::{Grant, Uploaded, Write};
use sha2::Digest as _;
use tokio::time::timeout;

use super::keep::{File, keep, place};
use super::paced::{Unread, paced};
use super::receive::{SILENCE_MAX, receive};
use super::wish::{TypedWish, Wish};

use crate::inputs::expect_type;
use crate::problem::Problem;
use crate::saving::new_request;
use crate::site::Site;

/// The name of the field with the files.
const FILES: &str = "photos";

/// Files in one form, empty ones and other fields included: more than anybody chooses at once, and an end to a form
/// that never ends.
const FILES_MAX: usize = 1000;

/// What became of a form.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) typed: TypedWish,
    /// A new id for each of its files is derived from this one.
    request: String,
    pub(super) saved: Vec<Uploaded>,
    /// Names of files, and why they were not saved.
    pub(super) refused: Vec<(String, Problem)>,
}

/// Reads a form and saves its files. An error is about the form as a whole, or about what was typed in it.
pub(super) async fn save_files(
    site: &Site,
    grant: &Grant<Write>,
    request: Request,
    outcome: &mut Outcome,
) -> Result<(), Problem> {
    expect_type(request.headers(), "multipart/form-data")?;
    let (request, unread) = paced(request);
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Problem::bad_request("The form is malformed: it has no boundary."))?;
    let (mut wish, mut seen) = (None, 0);
    while let Some(part) = next(&mut parts).await? {
        unread.read();
        if seen == FILES_MAX {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("A form can hold at most {FILES_MAX} files: the rest was not saved."),
            ));
        }
        seen += 1;
        if part.name() != Some(FILES) {
            read_field(part, outcome, &unread).await?;
            continue;
        }
        let name = part.file_name().unwrap_or_default().to_owned();
        if wish.is_none() {
            wish = Some(outcome.typed.parse()?);
        }
        let wish = wish.clone().expect("parsed above");
        let chunks = part.inspect(|_| unread.read());
        match save_file(site, grant, chunks, &name, wish, &outcome.request).await {
            // A browser sends an empty one when none was chosen.
            Ok(None) => {}
            Ok(Some(uploaded)) => outcome.saved.push(uploaded),
            Err(problem) => outcome.refused.push((name, problem)),
        }
    }
    Ok(())
}

async fn next(parts: &mut Multipart) -> Result<Option<Part<'_>>, Problem> {
    let part = timeout(SILENCE_MAX, parts.next_field()).await.map_err(|_| incomplete())?;
    part.map_err(|_| incomplete())
}

async fn read_field(mut part: Part<'_>, outcome: &mut Outcome, unread: &Unread) -> Result<(), Problem> {
    let name = part.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = timeout(SILENCE_MAX, part.chunk()).await.ok().and_then(Result::ok).flatten() {
        unread.read();
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FORM_BODY_MAX_BYTES {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The form's text is too long."));
        }
    }
    let value = String::from_utf8(bytes).map_err(|_| Problem::bad_request("The form is not UTF-8."))?;
    match &*name {
        "recipe" => outcome.typed.recipe = value,
        "phone-number" => outcome.typed.phone = value,
        "request" => outcome.request = value,
        _ => {}
    }
    Ok(())
}

/// Saves one file; `None` if there is none.
async fn save_file(
    site: &Site,
    grant: &Grant<Write>,
    chunks: impl Stream<Item = Result<Bytes, MultipartError>>,
    name: &str,
    wish: Wish,
    form: &str,
) -> Result<Option<Uploaded>, Problem> {
    let place = place(site).await?;
    let spool = receive(chunks, site.uploads_folder.as_deref(), &place).await?;
    place.received();
    if spool.size_bytes() == 0 && name.is_empty() {
        return Ok(None);
    }
    let request = request_of_file(form, &spool.sha256(), name, &wish);
    keep(site, grant, File { spool, name, wish, request }).await.map(Some)
}

/// The request id of a file in a form: the same for the same form sent twice, whatever files were chosen between.
fn request_of_file(form: &str, sha256: &Sha256, name: &str, wish: &Wish) -> RequestId {
    let form = if form.is_empty() { new_request() } else { form.to_owned() };
    let mut digest = sha2::Sha256::new();
    for part in [&*form, wish.recipe.as_str(), name] {
        // With its length in front, no part can run over into the next.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.update(sha256.0);
    Sha256(digest.finalize().into()).to_string().parse().expect("64 hexadecimal digits")
}

fn incomplete() -> Problem {
    Problem::bad_request("The form is incomplete or malformed. Try again.").about(Field::Photos)
}
