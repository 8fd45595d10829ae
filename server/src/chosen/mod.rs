//! What is done to many entries at once: those that are ticked on a page, or all that match what it was asked for. Not
//! here: the ZIP archive (`archive`).

mod archive;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::{Change, EntryId, LabelName, Parameters};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use gallery::{Cursor, Filter, GalleryError, Grant, MayRead, Read, Write};
use serde::Serialize;

use crate::forms::see_other;
use crate::grants::InSpace;
use crate::inputs::{Form, NUMBER_MAX, Query, entry_id, is_awake, parsed};
use crate::json::json;
use crate::listing_query::listing_query;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// Changes at a time, which share commits.
const TOGETHER: usize = 32;
/// Entries that are looked up at once.
const SLICE: usize = 1000;
/// Entries that are handled in one request of a hydrated page, which takes about a second.
const PART: usize = 500;

/// How far something is that is done to many entries, some at a time.
#[derive(Serialize)]
struct Handled {
    /// To how many of these it was done.
    done: u64,
    /// How many were chosen in all.
    total: u64,
    /// Where it goes on; null after the last part.
    next: Option<String>,
}

/// `POST /s/{space}/chosen/zip`: their files in an archive. With `check`, only whether that can be had: a browser must not
/// leave the page for an error.
pub(crate) async fn zip(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let ids = chosen(&site, &grant, &form).await?;
    if form.text("check").is_some() {
        archive::has_room()?;
        let mut there =
            futures::stream::iter(ids).map(|id| site.gallery.entry(&grant, id)).buffered(TOGETHER);
        while let Some(entry) = there.next().await {
            if entry.is_ok_and(|entry| entry.state.is_live()) {
                return Ok(StatusCode::NO_CONTENT.into_response());
            }
        }
        return Err(nothing_chosen());
    }
    archive::response(site, grant, ids)
}

/// `GET /api/v1/spaces/{space}/zip`, after its parameters were checked: the same of everything that matches.
pub(crate) async fn zip_of(
    site: Arc<Site>,
    grant: Grant<Read>,
    filter: &Filter,
) -> Result<Response, Problem> {
    let ids = all(&site, &grant, filter).await?;
    archive::response(site, grant, ids)
}

/// The same of these entries, in this order.
pub(crate) fn zip_of_ids(
    site: Arc<Site>,
    grant: Grant<Read>,
    ids: Vec<EntryId>,
) -> Result<Response, Problem> {
    archive::response(site, grant, ids)
}

/// `POST /s/{space}/chosen/remove`: removes them. The trash says how many, and restores them.
pub(crate) async fn remove(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let gallery = &site.gallery;
    let act = |id| gallery.remove(&grant, id).boxed();
    if is_awake(&headers) {
        return part(&site, &grant, &form, act).await;
    }
    let removed = each(chosen(&site, &grant, &form).await?, act).await?;
    Ok(see_other(site.addresses(grant.space()).trash_removed(removed)))
}

/// `POST /s/{space}/trash/restore-chosen`: restores those that are ticked.
pub(crate) async fn restore(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let gallery = &site.gallery;
    let act = |id| gallery.restore(&grant, id).boxed();
    if is_awake(&headers) {
        return part(&site, &grant, &form, act).await;
    }
    let restored = each(named(&form)?, act).await?;
    Ok(see_other(site.addresses(grant.space()).trash_restored(restored)))
}

/// `POST /s/{space}/chosen/label`: adds labels to them.
pub(crate) async fn label(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let typed =
        form.text("label").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let labels: Vec<LabelName> = typed.map(parsed).collect::<Result<_, _>>().in_field("label")?;
    if labels.is_empty() {
        return Err(Problem::bad_request("Type a label first.")).in_field("label");
    }
    let gallery = &site.gallery;
    let act = |id| gallery.change_labels(&grant, id, labels.clone(), Vec::new()).boxed();
    if is_awake(&headers) {
        return part(&site, &grant, &form, act).await;
    }
    each(chosen(&site, &grant, &form).await?, act).await?;
    Ok(see_other(site.addresses(grant.space()).labelled(labels.iter().map(LabelName::as_str))))
}

/// A browser that reloads such an address goes back to the listing.
pub(crate) async fn back(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>, _: Query) -> Response {
    see_other(site.addresses(grant.space()).space_page())
}

/// Does something to the next of them, as many as are soon done: a hydrated page asks again until all are.
async fn part<'a>(
    site: &Site,
    grant: &Grant<Write>,
    form: &Parameters,
    act: impl Fn(EntryId) -> BoxFuture<'a, Result<Change, GalleryError>>,
) -> Result<Response, Problem> {
    let handled = match form.text("all") {
        Some(query) => {
            let filter = query_filter(query)?;
            let after = form.text("after").filter(|after| !after.is_empty());
            let after =
                after.map(|after| Cursor::parse(after, filter.sort.by).ok_or_else(lost_place)).transpose()?;
            let slice = site.gallery.browse(grant, &filter, after.as_ref(), PART).await?;
            let done = each(slice.entries.iter().map(|entry| entry.id).collect(), act).await?;
            Handled { done, total: slice.total, next: slice.next.map(|next| next.to_string()) }
        }
        None => {
            let ids = named(form)?;
            let total = form.number("total", 0..=NUMBER_MAX)?.unwrap_or(ids.len() as u64);
            Handled { done: each(ids, act).await?, total, next: None }
        }
    };
    Ok(json(StatusCode::OK, &handled))
}

fn lost_place() -> Problem {
    Problem::bad_request("The place in the list is unknown. Reload the page and choose again.")
}

/// Does something to each that is still there; returns to how many.
async fn each<'a>(
    ids: Vec<EntryId>,
    act: impl Fn(EntryId) -> BoxFuture<'a, Result<Change, GalleryError>>,
) -> Result<u64, Problem> {
    let mut done = futures::stream::iter(ids).map(act).buffer_unordered(TOGETHER);
    let mut count = 0;
    while let Some(changed) = done.next().await {
        match changed {
            Ok(_) => count += 1,
            Err(GalleryError::Gone | GalleryError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(count)
}

/// The entries that a form names (`id`), or all that its query finds (`all`).
async fn chosen(
    site: &Site,
    grant: &Grant<impl MayRead>,
    form: &Parameters,
) -> Result<Vec<EntryId>, Problem> {
    let ids = match form.text("all") {
        Some(query) => all(site, grant, &query_filter(query)?).await?,
        None => return named(form),
    };
    if ids.is_empty() { Err(nothing_chosen()) } else { Ok(ids) }
}

/// What a form was asked for.
pub(crate) fn query_filter(query: &str) -> Result<Filter, Problem> {
    let query = Parameters::parse(query.as_bytes());
    let query = query.map_err(|error| Problem::bad_request(format!("The query is {error}.")))?;
    Ok(listing_query(&query)?.1)
}

/// The entries that a form names, each once.
fn named(form: &Parameters) -> Result<Vec<EntryId>, Problem> {
    let named = form.pairs().filter(|(name, _)| *name == "id").map(|(_, id)| entry_id(id));
    let mut ids = named.collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() { Err(nothing_chosen()) } else { Ok(ids) }
}

pub(crate) fn nothing_chosen() -> Problem {
    Problem::bad_request("Nothing is chosen: tick some entries first.")
}

/// All that pass a filter, in its order.
async fn all(site: &Site, grant: &Grant<impl MayRead>, filter: &Filter) -> Result<Vec<EntryId>, Problem> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let slice = site.gallery.browse(grant, filter, after.as_ref(), SLICE).await?;
        ids.extend(slice.entries.iter().map(|entry| entry.id));
        match slice.next {
            Some(next) => after = Some(next),
            None => return Ok(ids),
        }
    }
}
