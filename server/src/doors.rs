//! The doors: where the forms of the pages post to, with JavaScript or without. Without, a write that worked leads back
//! to the page and one that did not shows the page again, with its status, a sentence, and everything as typed.

use std::sync::Arc;

use app::model::{DraftFields, Page};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Change, ChangeWire, Space};
use gallery::{GalleryError, OnReuse, Published};

use crate::filled::{self, Filled};
use crate::inputs::{Form, InSpace, OfEntry, accepts};
use crate::json::json;
use crate::pages;
use crate::problem::Problem;
use crate::saving;
use crate::site::Site;

/// Says that a save with this request id had been done before.
pub(crate) const QRATE_REPEATED: HeaderName = HeaderName::from_static("qrate-repeated");

/// `POST /s/{space}/save`
pub(crate) async fn save(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let filled = Filled::by_form(&form, &headers);
    let published =
        filled.or_again(&site, &space, async |fields| save_typed(&site, &space, fields).await).await?;
    let mut response = save_done(&site, &headers, &space, &published.change);
    if published.repeated {
        response.headers_mut().insert(QRATE_REPEATED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn save_typed(site: &Site, space: &Space, typed: &DraftFields) -> Result<Published, Problem> {
    let text = filled::text(typed)?;
    let draft = saving::draft(&text, typed.level, typed.look.clone(), &typed.name, &typed.request)?;
    Ok(site.gallery.publish(space, draft, OnReuse::NewId).await?)
}

/// `POST /s/{space}/e/{id}/remove`
pub(crate) async fn remove(
    State(site): State<Arc<Site>>,
    entry: OfEntry,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let result = site.gallery.remove(&entry.space, entry.id).await;
    changed(&site, &headers, entry, result, "removed").await
}

/// `POST /s/{space}/e/{id}/restore`
pub(crate) async fn restore(
    State(site): State<Arc<Site>>,
    entry: OfEntry,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let result = site.gallery.restore(&entry.space, entry.id).await;
    changed(&site, &headers, entry, result, "restored").await
}

/// The answer to a write to an entry: on with it, or the entry's page again.
async fn changed(
    site: &Site,
    headers: &HeaderMap,
    OfEntry { space, id }: OfEntry,
    result: Result<Change, GalleryError>,
    what: &str,
) -> Result<Response, Problem> {
    match result {
        Ok(change) => Ok(done(site, headers, &space, &change, what)),
        Err(error) => {
            let problem = Problem::from(error);
            match pages::entry_page(&site.gallery, space, id).await {
                Ok(page) => Err(problem.on(Page::Entry(page))),
                Err(_) => Err(problem),
            }
        }
    }
}

/// `GET /s/{space}/save`: where a browser is that showed a refused form, and now opens its address once more.
pub(crate) async fn space_page(State(site): State<Arc<Site>>, InSpace(space): InSpace) -> Response {
    see_other(site.space_address(&space))
}

/// `GET /s/{space}/e/{id}/remove` and `…/restore`: the same.
pub(crate) async fn entry_page(State(site): State<Arc<Site>>, entry: OfEntry) -> Response {
    see_other(site.entry_address(&entry.space, entry.id))
}

/// Where to go on after a form.
fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// The answer to a save that is done. One that repeats another may come after its entry was removed: it is told so.
fn save_done(site: &Site, headers: &HeaderMap, space: &Space, change: &Change) -> Response {
    match change.entry.state {
        domain::State::Live => done(site, headers, space, change, "saved"),
        domain::State::Removed { .. } => done(site, headers, space, change, "removed"),
        domain::State::Gone { .. } if accepts(headers, "application/json") => {
            json(StatusCode::OK, &ChangeWire::from(change))
        }
        domain::State::Gone { .. } => see_other(site.entry_address(space, change.entry.id)),
    }
}

/// The answer to a write that worked: the change for an awake page, the way back for a sleeping one.
fn done(site: &Site, headers: &HeaderMap, space: &Space, change: &Change, what: &str) -> Response {
    if accepts(headers, "application/json") {
        return json(StatusCode::OK, &ChangeWire::from(change));
    }
    see_other(site.space_address_after(space, change.seq, what, change.entry.id))
}
