//! How the plain form of a page without JavaScript is answered. A successful write redirects to the page. A failed
//! one is a `Problem` with the page, which is shown again with its status, a sentence, and everything as typed
//! (`error_response`). Not here: what a form does, which is a server function's job (`functions`).

use std::sync::Arc;

use app::addresses::Addresses;
use app::model::{DraftFields, SpacePage};
use app::preferences::Preferences;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Change, EntryId, LabelName, Space, State as EntryState};
use gallery::{Administer, Grant, Read, Uploaded};

use crate::composer_form::ComposerForm;
use crate::grants::{InSpace, OfEntry};
use crate::page_models;
use crate::picture::Picture;
use crate::problem::Problem;
use crate::site::Site;

/// What a form did.
pub(crate) enum Done {
    /// Saved an entry; another had the same text already.
    Saved(Space, Change, Option<EntryId>),
    /// Uploaded photos: one at least.
    Uploaded(Space, Vec<Uploaded>),
    /// Began to work on a photo, or again.
    Begun(Space, Change),
    /// Began to work again on all that failed.
    BegunAll(Space),
    /// Began to look for labels again, in the photos with these; in so many.
    Relabelled(Space, Vec<LabelName>, u64),
    /// Removed an entry.
    Removed(Space, Change),
    /// Restored an entry.
    Restored(Space, Change),
    /// Restored so many entries.
    RestoredAll(Space, u64),
    /// Gave an entry another name or other labels.
    Described(Space, Change),
    /// Made the composer's look the space's default.
    LookKept(Grant<Administer>, DraftFields),
}

impl Done {
    /// The response to the form.
    pub(crate) async fn answer(self, site: &Site, preferences: Preferences) -> Result<Response, Problem> {
        let after = |space: Space, change: Change, word: &str| {
            see_other(site.addresses(&space).space_page_after(change.seq, word, change.entry.id))
        };
        Ok(match self {
            // A repeated save may come after its entry was removed: the page shows what became of it.
            Self::Saved(space, change, known) => match change.entry.state {
                EntryState::Live => see_other(site.addresses(&space).space_page_saved(&change, known)),
                EntryState::Removed { .. } => after(space, change, "removed"),
                EntryState::Gone { .. } => see_other(site.addresses(&space).entry(change.entry.id)),
            },
            Self::Uploaded(space, uploaded) => see_other(after_uploads(&site.addresses(&space), &uploaded)),
            Self::Begun(space, change) => {
                see_other(site.addresses(&space).entry_at(change.seq, change.entry.id))
            }
            Self::Described(space, change) => {
                see_other(site.addresses(&space).entry_described(change.seq, change.entry.id))
            }
            Self::BegunAll(space) => see_other(site.addresses(&space).jobs()),
            Self::Relabelled(space, labels, count) => {
                let labels = labels.iter().map(LabelName::as_str);
                see_other(site.addresses(&space).labelled_again(labels, count))
            }
            Self::Removed(space, change) => after(space, change, "removed"),
            Self::Restored(space, change) => after(space, change, "restored"),
            Self::RestoredAll(space, count) => see_other(site.addresses(&space).trash_restored(count)),
            // No redirect: everything typed would be lost.
            Self::LookKept(grant, fields) => {
                let (fields, picture) = Picture::of(site, &grant, ComposerForm { fields, wrong: None }).await;
                let page = page_models::space_again(site, &grant, fields).await;
                return picture.shown(site, SpacePage { look_kept: true, ..page }, preferences);
            }
        })
    }
}

/// The page of the space with all uploads, and what is said of them.
fn after_uploads(addresses: &Addresses, uploaded: &[Uploaded]) -> String {
    let seq = uploaded.iter().map(|one| one.change.seq).max().unwrap_or_default();
    match uploaded {
        [Uploaded { change, same, .. }] => addresses.space_page_saved(change, *same),
        several => addresses.space_page_after(seq, "uploaded", several.len() as u64),
    }
}

/// `GET /s/{space}/jobs/retry`: the same as below.
pub(crate) async fn jobs_page(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>) -> Response {
    see_other(site.addresses(grant.space()).jobs())
}

/// `GET /s/{space}/trash/restore`: the same.
pub(crate) async fn trash_page(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>) -> Response {
    see_other(site.addresses(grant.space()).trash())
}

/// `GET /s/{space}/labels/again`: the same.
pub(crate) async fn labels_page(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>) -> Response {
    see_other(site.addresses(grant.space()).labelled(None))
}

/// `GET /s/{space}/save`: where a browser is that showed a refused form, and now reloads its address.
pub(crate) async fn space_page(State(site): State<Arc<Site>>, InSpace(grant): InSpace<Read>) -> Response {
    see_other(site.addresses(grant.space()).space_page())
}

/// `GET /s/{space}/e/{id}/remove`, `…/restore` and so on: the same.
pub(crate) async fn entry_page(State(site): State<Arc<Site>>, entry: OfEntry<Read>) -> Response {
    see_other(site.addresses(entry.grant.space()).entry(entry.id))
}

/// Where to go on after a form.
pub(crate) fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}
