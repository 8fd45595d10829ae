//! Uploads of photos: a form with any number of files, or one file as the body of a request. Received into temporary
//! files (`receive`), as many at once as there are places (`upload_places`). Not here: logos (`upload`), tables (`many`),
//! keeping photos (`gallery`).

mod folder;
mod form;
mod keep;
mod paced;
mod receive;
mod unread;
mod wish;

use std::sync::Arc;

use app::model::{Page, PhotoFields, SpacePage};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use domain::wire::UploadAnswer;
use domain::{Field, KnownEntry, Parameters, RequestId};
use gallery::{Grant, Read, Uploaded, Write};
use http_body::Body as _;

pub(crate) use self::folder::prepare;
use self::form::Outcome;
pub(crate) use self::keep::place;
use self::keep::{File, keep};
pub(crate) use self::paced::paced;
pub(crate) use self::receive::{SILENCE_MAX, is_far_too_large, receive, too_large};
pub(crate) use self::unread::discard_unread;
pub(crate) use self::wish::{TypedWish, recipe};
use crate::composer_form::ComposerForm;
use crate::excerpt::excerpt;
use crate::forms::Done;
use crate::grants::InSpace;
use crate::inputs::{Query, expect_no_coding, parsed};
use crate::json::json;
use crate::page_models;
use crate::preferences::preferences;
use crate::problem::Problem;
use crate::saving::new_request;
use crate::site::Site;

/// Refused files of a form that are named with their reasons.
const REFUSALS_NAMED: usize = 5;

/// The phone number comes in a header: addresses are logged, here and by proxies.
const QRATE_PHONE: HeaderName = HeaderName::from_static("qrate-phone");

/// `POST /s/{space}/photos`: the form of a page without JavaScript, or one file from a hydrated page.
pub(crate) async fn upload(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    Query(query): Query,
    request: Request,
) -> Result<Response, Problem> {
    if is_form(request.headers()) {
        return answer_form(&site, &grant, request).await;
    }
    let field = |name| query.text(name).unwrap_or_default();
    let wish = TypedWish { recipe: field("recipe").to_owned(), phone: phone(request.headers()) };
    let id = Some(field("request")).filter(|id| !id.is_empty()).map_or_else(new_request, str::to_owned);
    let uploaded = receive_body(&site, &grant, field("name"), &wish, parsed(&id)?, request).await?;
    let change = &uploaded.change;
    let answer = UploadAnswer { id: change.entry.id, seq: change.seq, same: uploaded.same };
    Ok(json(status(&uploaded), &answer))
}

/// `GET /s/{space}/photos/known?sha256=…`: whether the space has a file with this digest.
pub(crate) async fn known(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let digest = query.text("sha256").unwrap_or_default();
    let digest =
        digest.parse().map_err(|_| Problem::bad_request("Send the SHA-256 of the file as `sha256`."))?;
    let found = site.gallery.find_digest(&grant, &digest).await?;
    Ok(json(StatusCode::OK, &KnownEntry { id: found.map(|entry| entry.id) }))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

/// 201, or 200 for a repetition.
pub(crate) fn status(uploaded: &Uploaded) -> StatusCode {
    if uploaded.repeated { StatusCode::OK } else { StatusCode::CREATED }
}

/// The phone number of an upload.
pub(crate) fn phone(headers: &HeaderMap) -> String {
    let phone = headers.get(QRATE_PHONE).map(|phone| String::from_utf8_lossy(phone.as_bytes()));
    phone.unwrap_or_default().into_owned()
}

/// Refuses a form where one file is expected.
pub(crate) fn expect_no_form(headers: &HeaderMap) -> Result<(), Problem> {
    if is_form(headers) {
        let sentence = "Send one file as the body of the request, not a form.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    Ok(())
}

/// Keeps one file, which is the body.
pub(crate) async fn receive_body(
    site: &Site,
    grant: &Grant<Write>,
    name: &str,
    wish: &TypedWish,
    id: RequestId,
    request: Request,
) -> Result<Uploaded, Problem> {
    expect_no_coding(request.headers())?;
    if is_far_too_large(request.body().size_hint().lower()) {
        return Err(too_large());
    }
    let wish = wish.parse()?;
    let place = place(site).await?;
    let chunks = request.into_body().into_data_stream();
    let spool = receive(chunks, site.uploads_folder.as_deref(), &place).await?;
    place.received();
    keep(site, grant, File { spool, name, wish, request: id }).await
}

/// Redirects to the page if all files were saved; otherwise the page with the reasons and everything typed.
async fn answer_form(site: &Site, grant: &Grant<Write>, request: Request) -> Result<Response, Problem> {
    let mut outcome = Outcome::default();
    let preferences = preferences(request.headers());
    let read = form::save_files(site, grant, request, &mut outcome).await;
    let problem = match read {
        Ok(()) if outcome.refused.is_empty() && !outcome.saved.is_empty() => {
            return Done::Uploaded(grant.space().clone(), outcome.saved).answer(site, preferences).await;
        }
        Ok(()) => refusal(&mut outcome),
        Err(problem) => after_saving(problem, outcome.saved.len()),
    };
    let fields =
        PhotoFields { recipe: recipe(&outcome.typed.recipe).unwrap_or_default(), phone: outcome.typed.phone };
    let draft = ComposerForm::by_address(&Parameters::default(), &Default::default()).fields;
    let page = page_models::space_again(site, grant, draft).await;
    Err(problem.on(Page::Space(SpacePage { photos: fields, ..page })))
}

/// Why not all files of a form were saved.
fn refusal(outcome: &mut Outcome) -> Problem {
    let (saved, refused) = (outcome.saved.len(), outcome.refused.len());
    if refused == 0 {
        let sentence = "No photo was chosen. Choose one or more, then upload them.";
        return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence).about(Field::Photos);
    }
    let all = saved + refused;
    let mut words = Vec::new();
    if all > 1 {
        words.push(format!("{saved} of {all} files were saved."));
    }
    let told = outcome.refused.iter().take(REFUSALS_NAMED);
    words.extend(told.map(|(name, problem)| format!("{}: {}", excerpt(name), problem.sentence)));
    match refused.saturating_sub(REFUSALS_NAMED) {
        0 => {}
        1 => words.push("One more was refused.".to_owned()),
        more => words.push(format!("{more} more were refused.")),
    }
    let (_, first) = outcome.refused.swap_remove(0);
    Problem { sentence: words.join(" "), field: Some(Field::Photos), ..first }
}

/// A problem of the whole form, after some files were saved.
fn after_saving(problem: Problem, saved: usize) -> Problem {
    if saved == 0 {
        return problem;
    }
    let sentence = format!("{saved} files were saved. {}", problem.sentence);
    Problem { sentence, ..problem }
}
