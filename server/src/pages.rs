//! The pages: from a URL to a response. Not here: their models (`page_models`), rendering them (`app`).

use std::sync::Arc;

use app::model::{EntryPage, Page, SpacePage};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{EntryId, Notice, Parameters, Space, State as EntryState, StyleText, grouped};
use gallery::{Gallery, GalleryError, Grant, MayRead, Read, WindowRequest};

use crate::composer_form::ComposerForm;
use crate::grants::{Asker, InSpace, OfEntry};
use crate::html::html;
use crate::inputs::{NUMBER_MAX, Query, page_number};
use crate::listing_query::listing_query;
use crate::page_models::{self, blank, entry_page, listing};
use crate::picture::Picture;
use crate::preferences::{Preferred, preferences};
use crate::problem::Problem;
use crate::site::Site;

/// `GET /`: the page of the space `main`.
pub(crate) async fn front(
    State(site): State<Arc<Site>>,
    asker: Asker,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Problem> {
    space(State(site), InSpace(asker.ask(Space::main())?), headers, query).await
}

/// `GET /s/{space}`: composer and listing. `?kind=` selects the composer's form; the URL may also fill it in, and
/// hold a look with the keys of `qr::Style`. `?from=` fills it in with what the code of an entry was made of.
pub(crate) async fn space(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let page = page_number(&query)?;
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let (asked, filter) = listing_query(&query)?;
    let notice = notice(&site.gallery, &grant, &query).await?;
    let window = WindowRequest { page, per_page: PAGE_DEFAULT_ENTRIES };
    let default_look = default_look(&site.gallery, &grant).await;
    let form = match query.number("from", 1..=NUMBER_MAX)? {
        Some(id) => edited_as_new(&site.gallery, &grant, id).await?,
        None => ComposerForm::by_address(&query, &default_look),
    };
    let (draft, picture) = Picture::of(&site, &grant, form).await;
    let listing = listing(&site.gallery, &grant, &filter, window).await;
    let page_after_end = |pages| Notice::Failed {
        error: format!(
            "There is no page {}: the last is page {}.",
            grouped(page.into()),
            grouped(u64::from(pages))
        ),
    };
    let page = SpacePage { notice, query: asked, ..blank(&site, &grant, draft) };
    match listing {
        Ok(listing) => {
            let missing = (window.page > listing.pages).then(|| page_after_end(listing.pages));
            let page = SpacePage { notice: page.notice.or(missing), ..page };
            let open_jobs = page_models::open_jobs(&site.gallery, &grant).await;
            let page = picture.on(SpacePage { listing: Some(listing), open_jobs, ..page })?;
            let preferences = preferences(&headers);
            Ok(site.pages.response(page, preferences, &headers, |page| site.draw(page, preferences)))
        }
        Err(error) => Err(Problem::from(error).on(Page::Space(page))),
    }
}

/// The composer with what the code of an entry was made of.
async fn edited_as_new(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    id: EntryId,
) -> Result<ComposerForm, Problem> {
    let entry = gallery.entry(grant, id).await?;
    let no_code =
        || Problem::new(StatusCode::NOT_FOUND, format!("#{id} is no code, so it cannot be edited."));
    ComposerForm::by_entry(&entry.content).ok_or_else(no_code)
}

/// The look of a space. When it cannot be had, the listing cannot either, and says so.
async fn default_look(gallery: &Gallery, grant: &Grant<impl MayRead>) -> StyleText {
    gallery.settings(grant).await.unwrap_or_default().look
}

/// `GET /s/{space}/e/{id}`: one entry, or its tombstone.
pub(crate) async fn entry(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    Preferred(preferences): Preferred,
    Query(query): Query,
) -> Result<Response, Problem> {
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let page = entry_page(&site.gallery, &grant, id).await?;
    let notice = query.text("described").map(|_| Notice::Described).filter(|_| page.entry.state.is_live());
    let page = EntryPage { notice, ..page };
    let status = if page.entry.state.is_live() { StatusCode::OK } else { StatusCode::GONE };
    Ok(html(status, site.draw(Page::Entry(page), preferences)))
}

/// `GET /s/{space}/e/{id}/more`: the menu of a live entry, for the page of its space.
pub(crate) async fn entry_panel(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    Query(query): Query,
) -> Result<Response, Problem> {
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let page = entry_page(&site.gallery, &grant, id).await?;
    if !page.entry.state.is_live() {
        return Err(GalleryError::Gone.into());
    }
    Ok(html(StatusCode::OK, app::render_panel(&site.shell, page)))
}

/// `GET /s/{space}/jobs`: what runs and what failed.
pub(crate) async fn jobs(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Preferred(preferences): Preferred,
    Query(query): Query,
) -> Result<Response, Problem> {
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let mut page = page_models::jobs_page(&site.gallery, &grant).await?;
    page.messages.test.is_sent = query.text("tested").is_some();
    page.messages.dismissed = query.number("dismissed", 1..=NUMBER_MAX)?;
    Ok(html(StatusCode::OK, site.draw(Page::Jobs(page), preferences)))
}

/// What the last write did, as the redirect after it says, as far as it is still so.
async fn notice(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    query: &Parameters,
) -> Result<Option<Notice>, Problem> {
    let number = |name| query.number(name, 1..=NUMBER_MAX);
    if let Some(count) = query.number("uploaded", 1..=u64::from(u16::MAX))? {
        return Ok(Some(Notice::Uploaded { count }));
    }
    let (id, notice, is_removed) = if let Some(id) = number("saved")? {
        (id, Notice::Saved { id, known: twin(gallery, grant, id, number("known")?).await }, false)
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

/// An older entry that still has the same text, or the same file.
async fn twin(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    id: EntryId,
    known: Option<EntryId>,
) -> Option<EntryId> {
    let known = known.filter(|known| *known < id)?;
    let (new, old) = (gallery.entry(grant, id).await.ok()?, gallery.entry(grant, known).await.ok()?);
    let is_same = match new.content.photo() {
        Some(_) => new.content.sha256 == old.content.sha256,
        None => new.content.value() == old.content.value(),
    };
    (old.state.is_live() && is_same).then_some(known)
}
