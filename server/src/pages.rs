//! The pages: from an address to a model, which `app` draws.

use std::sync::Arc;

use app::model::{DraftFields, EntryPage, Page, SpacePage};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{Entry, EntryId, EntryRow, ListingPage, Look, Notice, Parameters, Space, State as EntryState};
use gallery::{Gallery, GalleryError, WindowRequest};

use crate::composer_form::ComposerForm;
use crate::inputs::{InSpace, NUMBER_MAX, OfEntry, Query};
use crate::picture::Picture;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /`: the page of the space `main`.
pub(crate) async fn front(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Problem> {
    space(State(site), InSpace(Space::main()), headers, query).await
}

/// `GET /s/{space}`: composer and listing. `?kind=` chooses what the composer makes; what stands in it can be in the
/// address too, a look with the keys of `qr::Style`.
pub(crate) async fn space(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let page = query.small_number("page", 1..=u32::MAX)?.unwrap_or(1);
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&space, seq).await?;
    }
    let notice = notice(&site.gallery, &space, &query).await?;
    let window = WindowRequest { page, per_page: PAGE_DEFAULT_ENTRIES };
    let default_look = default_look(&site.gallery, &space).await;
    let (draft, picture) = Picture::of(&site, ComposerForm::by_address(&query, &default_look)).await;
    let listing = listing(&site.gallery, &space, window).await;
    let page = SpacePage { notice, ..blank(&site, space, draft) };
    match listing {
        Ok(listing) => {
            let page = picture.on(SpacePage { listing: Some(listing), ..page })?;
            Ok(site.pages.response(page, &headers, |page| site.draw(page)))
        }
        Err(error) => Err(Problem::from(error).on(Page::Space(page))),
    }
}

/// The page of a space again, with what was typed.
pub(crate) async fn space_again(site: &Site, space: Space, draft: DraftFields) -> SpacePage {
    let window = WindowRequest { page: 1, per_page: PAGE_DEFAULT_ENTRIES };
    let listing = listing(&site.gallery, &space, window).await.ok();
    SpacePage { listing, ..blank(site, space, draft) }
}

/// A page with nothing but what stands in the composer.
fn blank(site: &Site, space: Space, draft: DraftFields) -> SpacePage {
    SpacePage {
        space,
        listing: None,
        unnamed_files: site.gallery.unnamed_files(),
        draft,
        drawn: None,
        look_kept: false,
        failure: None,
        notice: None,
    }
}

/// The look of a space. When it cannot be had, the listing cannot either, and says so.
async fn default_look(gallery: &Gallery, space: &Space) -> Look {
    gallery.settings(space).await.unwrap_or_default().look
}

/// `GET /s/{space}/e/{id}`: one entry, or its tombstone.
pub(crate) async fn entry(
    State(site): State<Arc<Site>>,
    OfEntry { space, id }: OfEntry,
) -> Result<Response, Problem> {
    let page = entry_page(&site.gallery, space, id).await?;
    let status = if page.entry.state.is_live() { StatusCode::OK } else { StatusCode::GONE };
    Ok(html(status, site.draw(Page::Entry(page))))
}

/// The model of an entry's page.
pub(crate) async fn entry_page(
    gallery: &Gallery,
    space: Space,
    id: EntryId,
) -> Result<EntryPage, GalleryError> {
    // The seq first: what happens between the two is then heard again, not missed.
    let newest = gallery.listing(&space, WindowRequest { page: 1, per_page: 1 }).await?;
    let entry = gallery.entry(&space, id).await?;
    let behind_seconds = behind_seconds(gallery, &space).await;
    let entry = EntryRow::from(&*entry);
    Ok(EntryPage { space, entry, seq: newest.seq, behind_seconds, failure: None })
}

/// A response with this document.
pub(crate) fn html(status: StatusCode, document: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], document).into_response()
}

/// A part of a listing.
pub(crate) async fn listing(
    gallery: &Gallery,
    space: &Space,
    window: WindowRequest,
) -> Result<ListingPage, GalleryError> {
    let page = gallery.listing(space, window).await?;
    Ok(ListingPage {
        seq: page.seq,
        total: page.total,
        page: page.page,
        pages: page.pages,
        per_page: window.per_page,
        behind_seconds: behind_seconds(gallery, space).await,
        entries: rows(&page.entries),
    })
}

/// Entries as they are shown.
pub(crate) fn rows(entries: &[Arc<Entry>]) -> Vec<EntryRow> {
    entries.iter().map(|entry| EntryRow::from(&**entry)).collect()
}

/// For how long what is shown could not be brought up to date.
async fn behind_seconds(gallery: &Gallery, space: &Space) -> Option<u64> {
    gallery.behind_for(space).await.map(|behind| behind.as_secs())
}

/// What the last write did, as the redirect after it says, as far as it is still so.
async fn notice(gallery: &Gallery, space: &Space, query: &Parameters) -> Result<Option<Notice>, Problem> {
    let number = |name| query.number(name, 1..=NUMBER_MAX);
    let (id, notice, is_removed) = if let Some(id) = number("saved")? {
        (id, Notice::Saved { id }, false)
    } else if let Some(id) = number("removed")? {
        (id, Notice::Removed { id }, true)
    } else if let Some(id) = number("restored")? {
        (id, Notice::Restored { id }, false)
    } else {
        return Ok(None);
    };
    let is_still_so = gallery.entry(space, id).await.is_ok_and(|entry| match entry.state {
        EntryState::Live => !is_removed,
        EntryState::Removed { .. } => is_removed,
        EntryState::Gone { .. } => false,
    });
    Ok(is_still_so.then_some(notice))
}
