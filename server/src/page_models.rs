//! What is on a page: models, which `app` draws. Not here: which page an address names (`pages`).

use std::sync::Arc;

use app::model::{DraftFields, EntryPage, JobsPage, ListingQuery, PhotoFields, SpacePage};
use domain::limits::JOBS_MAX_SHOWN;
use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::wire::OpenJobs;
use domain::{Entry, EntryId, EntryRow, ListingPage};
use gallery::{Filter, Gallery, GalleryError, Grant, MayRead, WindowRequest};

use crate::site::Site;
use crate::{messages, problem};

/// The page of a space again, with what was typed.
pub(crate) async fn space_again(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    let window = WindowRequest { page: 1, per_page: PAGE_DEFAULT_ENTRIES };
    let listing = listing(&site.gallery, grant, &Filter::default(), window).await.ok();
    let open_jobs = open_jobs(&site.gallery, grant).await;
    SpacePage { listing, open_jobs, ..blank(site, grant, draft) }
}

/// A page with nothing but what stands in the composer.
pub(crate) fn blank(site: &Site, grant: &Grant<impl MayRead>, draft: DraftFields) -> SpacePage {
    SpacePage {
        space: grant.space().clone(),
        listing: None,
        query: ListingQuery::default(),
        unnamed_files: site.gallery.unnamed_files(),
        fault: fault(&site.gallery),
        draft,
        drawn: None,
        known: None,
        look_kept: false,
        photos: PhotoFields::default(),
        sending: messages::sending(&site.gallery),
        open_jobs: OpenJobs::default(),
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
    let is_photo = entry.content.photo().is_some();
    // Hints: the page is complete without them.
    let similar = if is_photo { gallery.similar(grant, id).await.unwrap_or_default() } else { Vec::new() };
    let message = messages::message_state(gallery, grant, &entry).await;
    let removed_labels = entry.content.photo().map(|photo| photo.removed_labels.clone()).unwrap_or_default();
    let entry = EntryRow::from(&*entry);
    let label_words = if is_photo { label_words(gallery, grant).await } else { Vec::new() };
    Ok(EntryPage {
        space: grant.space().clone(),
        entry,
        seq: newest.seq,
        behind_seconds,
        similar: rows(&similar),
        label_words,
        removed_labels,
        looks_for_labels: gallery.looks_for_labels(),
        message,
        notice: None,
        fault: fault(gallery),
        typed: None,
        typed_labels: None,
        failure: None,
    })
}

/// Labels of a space that a page names.
pub(crate) const LABELS_SHOWN_MAX: usize = 200;

/// What is suggested while a label is typed: those of the space, then what the labeller may say.
async fn label_words(gallery: &Gallery, grant: &Grant<impl MayRead>) -> Vec<String> {
    let known = gallery.labels(grant, LABELS_SHOWN_MAX).await.unwrap_or_default();
    let mut words: Vec<String> = known.into_iter().map(|(name, _)| name.to_string()).collect();
    let said = gallery.label_words().into_iter().filter(|word| !words.iter().any(|known| known == word));
    words.extend(said.map(str::to_owned).collect::<Vec<_>>());
    words
}

/// The page of jobs.
pub(crate) async fn jobs_page(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
) -> Result<JobsPage, GalleryError> {
    // The seq first: what happens between the two is then heard again, not missed.
    let newest = gallery.listing(grant, WindowRequest { page: 1, per_page: 1 }).await?;
    let jobs = gallery.jobs(grant, JOBS_MAX_SHOWN).await?;
    let messages = messages::messages(gallery, grant, &jobs).await;
    let mut unfinished = rows(&jobs.working);
    // Those that are worked on come first, and so would move up and down.
    unfinished.sort_by_key(|row| row.id);
    Ok(JobsPage {
        space: grant.space().clone(),
        seq: newest.seq,
        unfinished_total: jobs.working_total,
        failed_total: jobs.failed_total,
        unfinished,
        failed: rows(&jobs.failed),
        messages,
        behind_seconds: behind_seconds(gallery, grant).await,
        fault: fault(gallery),
        failure: None,
    })
}

/// What runs and what failed, for the link to that page.
pub(crate) async fn open_jobs(gallery: &Gallery, grant: &Grant<impl MayRead>) -> OpenJobs {
    let Ok(jobs) = gallery.jobs(grant, JOBS_MAX_SHOWN).await else { return OpenJobs::default() };
    let ids = |entries: &[Arc<Entry>]| entries.iter().map(|entry| entry.id).collect();
    OpenJobs { unfinished: ids(&jobs.working), failed: ids(&jobs.failed) }
}

/// A part of a listing.
pub(crate) async fn listing(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    filter: &Filter,
    window: WindowRequest,
) -> Result<ListingPage, GalleryError> {
    let page = gallery.find(grant, filter, window).await?;
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
pub(crate) async fn behind_seconds(gallery: &Gallery, grant: &Grant<impl MayRead>) -> Option<u64> {
    gallery.behind_for(grant).await.map(|behind| behind.as_secs())
}

/// Why nothing can be saved until somebody repairs the catalog, as far as is known.
pub(crate) fn fault(gallery: &Gallery) -> Option<String> {
    gallery.catalog_fault().borrow().as_deref().and_then(problem::fault)
}
