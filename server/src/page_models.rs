//! What is on a page: models, which `app` draws. Not here: which page an address names (`pages`).

use std::sync::Arc;

use app::model::{DraftFields, EntryPage, SpacePage};
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{Entry, EntryId, EntryRow, ListingPage, Space};
use gallery::{Gallery, GalleryError, WindowRequest};

use crate::site::Site;

/// The page of a space again, with what was typed.
pub(crate) async fn space_again(site: &Site, space: Space, draft: DraftFields) -> SpacePage {
    let window = WindowRequest { page: 1, per_page: PAGE_DEFAULT_ENTRIES };
    let listing = listing(&site.gallery, &space, window).await.ok();
    SpacePage { listing, ..blank(site, space, draft) }
}

/// A page with nothing but what stands in the composer.
pub(crate) fn blank(site: &Site, space: Space, draft: DraftFields) -> SpacePage {
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
