//! What is on a page: models, which `app` draws. Not here: which page an address names (`pages`).

use std::sync::Arc;

use app::model::{DraftFields, EntryPage, SpacePage};
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{Entry, EntryId, EntryRow, ListingPage};
use gallery::{Gallery, GalleryError, Grant, MayRead, WindowRequest};

use crate::problem;
use crate::site::Site;

/// The page of a space again, with what was typed.
pub(crate) async fn space_again(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    let window = WindowRequest { page: 1, per_page: PAGE_DEFAULT_ENTRIES };
    let listing = listing(&site.gallery, grant, window).await.ok();
    SpacePage { listing, ..blank(site, grant, draft) }
}

/// A page with nothing but what stands in the composer.
pub(crate) fn blank(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    SpacePage {
        space: grant.space().clone(),
        listing: None,
        unnamed_files: site.gallery.unnamed_files(),
        fault: fault(&site.gallery),
        draft,
        drawn: None,
        known: None,
        look_kept: false,
        failure: None,
        notice: None,
    }
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
    Ok(EntryPage {
        space: grant.space().clone(),
        entry,
        seq: newest.seq,
        behind_seconds,
        notice: None,
        fault: fault(gallery),
        typed: None,
        failure: None,
    })
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

/// Why nothing can be saved until somebody repairs the catalog, as far as is known.
pub(crate) fn fault(gallery: &Gallery) -> Option<String> {
    gallery.catalog_fault().borrow().as_deref().and_then(problem::fault)
}
