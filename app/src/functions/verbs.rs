//! What the server functions call, and how they obtain it. Host only.

use std::sync::Arc;

use async_trait::async_trait;
use domain::wire::Retried;
use domain::{ChangeWire, EntryId, KeptLook, KnownEntry, ListingPage, Parameters, Space};
use leptos::prelude::{provide_context, use_context};

use super::{Refused, Target};

/// The implementation of the server functions. One value answers one request.
#[async_trait]
pub trait Verbs: Send + Sync {
    /// Saves the draft.
    async fn save(&self, space: Space, form: Parameters) -> Result<ChangeWire, Refused>;

    /// Makes the look in the composer the default of the space.
    async fn keep_look(&self, space: Space, form: Parameters) -> Result<KeptLook, Refused>;

    /// Removes an entry.
    async fn remove(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused>;

    /// Restores an entry.
    async fn restore(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused>;

    /// Restores everything that was removed.
    async fn restore_all(&self, space: Space) -> Result<Retried, Refused>;

    /// Saves what the code of an entry is made of once more.
    async fn duplicate(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused>;

    /// Changes the name and labels of an entry.
    async fn describe(&self, space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused>;

    /// Makes something else of a photo.
    async fn reprocess(&self, space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused>;

    /// Tries again what failed of a photo.
    async fn retry(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused>;

    /// Tries again everything that failed.
    async fn retry_all(&self, space: Space) -> Result<Retried, Refused>;

    /// Adds and removes labels of an entry.
    async fn change_labels(&self, space: Space, id: EntryId, form: Parameters)
    -> Result<ChangeWire, Refused>;

    /// Lets a labeller look at a photo again.
    async fn relabel(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused>;

    /// Lets it look at many photos again.
    async fn relabel_all(&self, space: Space, form: Parameters) -> Result<Retried, Refused>;

    /// A page of the listing.
    async fn listing(&self, space: Space, query: Parameters) -> Result<ListingPage, Refused>;

    /// Whether the space has a code with this text.
    async fn known(&self, space: Space, value: String) -> Result<KnownEntry, Refused>;

    /// Refuses arguments that cannot be read, with a sentence that says what is wrong.
    fn refuse(&self, sentence: String) -> Refused;
}

/// Puts what a function needs into the context: for `leptos_axum::handle_server_fns_with_context`.
pub fn provide(verbs: Arc<dyn Verbs>, target: Target) {
    provide_context(verbs);
    provide_context(target);
}

/// What `provide` has put into the context.
pub(super) fn verbs() -> Arc<dyn Verbs> {
    use_context().expect("`provide` puts it there")
}
