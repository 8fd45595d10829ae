//! What is done to many entries at once: those that are ticked on a page, or all that match what it was asked for. Not
//! here: the ZIP archive (`archive`).

mod archive;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Change, EntryId, LabelName, Parameters};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use gallery::{Filter, GalleryError, Grant, MayRead, Read, Write};

use crate::forms::see_other;
use crate::grants::InSpace;
use crate::inputs::{Form, Query, entry_id, parsed};
use crate::listing_query::listing_query;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// Changes at a time, which share commits.
const TOGETHER: usize = 32;
/// Entries that are looked up at once.
const SLICE: usize = 1000;

/// `POST /s/{space}/chosen/zip`: their files in an archive.
pub(crate) async fn zip(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let ids = chosen(&site, &grant, &form).await?;
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

/// `POST /s/{space}/chosen/remove`: removes them. The trash says how many, and restores them.
pub(crate) async fn remove(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let ids = chosen(&site, &grant, &form).await?;
    let gallery = &site.gallery;
    let removed = each(ids, |id| gallery.remove(&grant, id).boxed()).await?;
    Ok(see_other(site.addresses(grant.space()).trash_removed(removed)))
}

/// `POST /s/{space}/chosen/label`: adds labels to them.
pub(crate) async fn label(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let typed =
        form.text("label").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let labels: Vec<LabelName> = typed.map(parsed).collect::<Result<_, _>>().in_field("label")?;
    if labels.is_empty() {
        return Err(Problem::bad_request("Type a label first.")).in_field("label");
    }
    let ids = chosen(&site, &grant, &form).await?;
    let gallery = &site.gallery;
    each(ids, |id| gallery.change_labels(&grant, id, labels.clone(), Vec::new()).boxed()).await?;
    Ok(see_other(site.addresses(grant.space()).labelled(labels.iter().map(LabelName::as_str))))
}

/// A browser that reloads such an address goes back to the listing.
pub(crate) async fn back(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>, _: Query) -> Response {
    see_other(site.addresses(grant.space()).space_page())
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
        Some(query) => {
            let query = Parameters::parse(query.as_bytes());
            let query = query.map_err(|error| Problem::bad_request(format!("The query is {error}.")))?;
            all(site, grant, &listing_query(&query)?.1).await?
        }
        None => {
            let named = form.pairs().filter(|(name, _)| *name == "id").map(|(_, id)| entry_id(id));
            let mut ids = named.collect::<Result<Vec<_>, _>>()?;
            ids.sort_unstable();
            ids.dedup();
            ids
        }
    };
    if ids.is_empty() {
        return Err(Problem::bad_request("Nothing is chosen: tick some entries first."));
    }
    Ok(ids)
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
