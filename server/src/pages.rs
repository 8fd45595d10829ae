//! The pages: from an address to a model, which `app` draws.

use std::sync::Arc;

use app::model::{DraftFields, EntryPage, Page, SpacePage};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{Entry, EntryId, EntryRow, ListingPage, Look, Notice, Parameters, Space, State as EntryState};
use gallery::{Gallery, GalleryError, Grant, MayRead, Read, WindowRequest};

use crate::composer_form::ComposerForm;
use crate::grants::{Asker, InSpace, OfEntry};
use crate::inputs::{NUMBER_MAX, Query};
use crate::picture::Picture;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /`: the page of the space `main`.
pub(crate) async fn front(
    State(site): State<Arc<Site>>,
    asker: Asker,
    query: Query,
) -> Result<Response, Problem> {
    space(State(site), InSpace(asker.ask(Space::main())?), query).await
}

/// `GET /s/{space}`: composer and listing. `?kind=` chooses what the composer makes; what stands in it can be in the
/// address too, a look with the keys of `qr::Style`.
pub(crate) async fn space(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let page = query.small_number("page", 1..=u32::MAX)?.unwrap_or(1);
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let notice = notice(&site.gallery, &grant, &query).await?;
    let window = WindowRequest { page, per_page: PAGE_DEFAULT_ENTRIES };
    let default_look = default_look(&site.gallery, &grant).await;
    let (draft, picture) = Picture::of(&site, &grant, ComposerForm::by_address(&query, &default_look)).await;
    let listing = listing(&site.gallery, &grant, window).await;
    let page = SpacePage { notice, ..blank(&site, &grant, draft) };
    match listing {
        Ok(listing) => picture.shown(&site, SpacePage { listing: Some(listing), ..page }),
        Err(error) => Err(Problem::from(error).on(Page::Space(page))),
    }
}

/// The page of a space again, with what was typed.
pub(crate) async fn space_again(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    let window = WindowRequest { page: 1, per_page: PAGE_DEFAULT_ENTRIES };
    let listing = listing(&site.gallery, grant, window).await.ok();
    SpacePage { listing, ..blank(site, grant, draft) }
}

/// A page with nothing but what stands in the composer.
fn blank(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    SpacePage {
        space: grant.space().clone(),
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
async fn default_look(gallery: &Gallery, grant: &Grant<impl MayRead>) -> Look {
    gallery.settings(grant).await.unwrap_or_default().look
}

/// `GET /s/{space}/e/{id}`: one entry, or its tombstone.
pub(crate) async fn entry(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
) -> Result<Response, Problem> {
    let page = entry_page(&site.gallery, &grant, id).await?;
    let status = if page.entry.state.is_live() { StatusCode::OK } else { StatusCode::GONE };
    Ok(html(status, site.draw(Page::Entry(page))))
}

/// The model of an entry's page.
pub(crate) async fn entry_page(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    id: EntryId,
) -> Result<EntryPage, GalleryError> {
    // The seq first: what happens between the two is then heard again, not missed.
    let newest = gallery.listing(grant, WindowRequest { page: 1, per_page: 1 }).await?;
    let entry = gallery.entry(grant, id).await?;
    let behind_seconds = behind_seconds(gallery, grant).await;
    let entry = EntryRow::from(&*entry);
    Ok(EntryPage { space: grant.space().clone(), entry, seq: newest.seq, behind_seconds, failure: None })
}

/// A response with this document.
pub(crate) fn html(status: StatusCode, document: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], document).into_response()
}

/// A part of a listing.
pub(crate) async fn listing(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    window: WindowRequest,
) -> Result<ListingPage, GalleryError> {
    let page = gallery.listing(grant, window).await?;
    Ok(ListingPage {
        seq: page.seq,
        total: page.total,
        page: page.page,
        pages: page.pages,
        per_page: window.per_page,
        behind_seconds: behind_seconds(gallery, grant).await,
        entries: rows(&page.entries),
    })
}

/// Entries as they are shown.
pub(crate) fn rows(entries: &[Arc<Entry>]) -> Vec<EntryRow> {
    entries.iter().map(|entry| EntryRow::from(&**entry)).collect()
}

/// For how long what is shown could not be brought up to date.
async fn behind_seconds(gallery: &Gallery, grant: &Grant<impl MayRead>) -> Option<u64> {
    gallery.behind_for(grant).await.map(|behind| behind.as_secs())
}

/// What the last write did, as the redirect after it says, as far as it is still so.
async fn notice(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    query: &Parameters,
) -> Result<Option<Notice>, Problem> {
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
    let is_still_so = gallery.entry(grant, id).await.is_ok_and(|entry| match entry.state {
        EntryState::Live => !is_removed,
        EntryState::Removed { .. } => is_removed,
        EntryState::Gone { .. } => false,
    });
    Ok(is_still_so.then_some(notice))
}
