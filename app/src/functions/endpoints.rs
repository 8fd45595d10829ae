//! The server functions themselves, with their addresses. Not here: how their arguments are sent (`form`, `protocol`),
//! what they do (`verbs`).

#![allow(missing_docs, reason = "the macro makes a struct of the arguments of each function")]

use domain::wire::Retried;
use domain::{ChangeWire, EntryId, KeptLook, KnownEntry, ListingPage, Parameters, Space};
use leptos::prelude::*;

use super::Refused;
use super::protocol::{GetQuery, PostForm};
#[cfg(feature = "ssr")]
use super::verbs::verbs;

/// Saves the draft.
#[server(name = Save, prefix = "/s/{space}", endpoint = "save", protocol = PostForm, input_derive = (Clone,))]
pub async fn save(space: Space, form: Parameters) -> Result<ChangeWire, Refused> {
    verbs().save(space, form).await
}

/// Makes the look in the composer the default of the space.
#[server(name = KeepLook, prefix = "/s/{space}", endpoint = "look", protocol = PostForm, input_derive = (Clone,))]
pub async fn keep_look(space: Space, form: Parameters) -> Result<KeptLook, Refused> {
    verbs().keep_look(space, form).await
}

/// Removes an entry.
#[server(name = Remove, prefix = "/s/{space}", endpoint = "e/{id}/remove", protocol = PostForm, input_derive = (Clone,))]
pub async fn remove(space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
    verbs().remove(space, id).await
}

/// Restores an entry.
#[server(name = Restore, prefix = "/s/{space}", endpoint = "e/{id}/restore", protocol = PostForm, input_derive = (Clone,))]
pub async fn restore(space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
    verbs().restore(space, id).await
}

/// Restores everything that was removed.
#[server(name = RestoreAll, prefix = "/s/{space}", endpoint = "trash/restore", protocol = PostForm, input_derive = (Clone,))]
pub async fn restore_all(space: Space) -> Result<Retried, Refused> {
    verbs().restore_all(space).await
}

/// Saves what the code of an entry is made of once more, as another entry.
#[server(name = Duplicate, prefix = "/s/{space}", endpoint = "e/{id}/duplicate", protocol = PostForm, input_derive = (Clone,))]
pub async fn duplicate(space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
    verbs().duplicate(space, id).await
}

/// Gives an entry the name and labels in a form, as far as they differ from what the form held at first.
#[server(name = Describe, prefix = "/s/{space}", endpoint = "e/{id}/describe", protocol = PostForm, input_derive = (Clone,))]
pub async fn describe(space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
    verbs().describe(space, id, form).await
}

/// Makes something else of a photo: the recipe is in a form.
#[server(name = Reprocess, prefix = "/s/{space}", endpoint = "e/{id}/reprocess", protocol = PostForm, input_derive = (Clone,))]
pub async fn reprocess(space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
    verbs().reprocess(space, id, form).await
}

/// Tries again what failed of a photo.
#[server(name = Retry, prefix = "/s/{space}", endpoint = "e/{id}/retry", protocol = PostForm, input_derive = (Clone,))]
pub async fn retry(space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
    verbs().retry(space, id).await
}

/// Tries again everything that failed.
#[server(name = RetryAll, prefix = "/s/{space}", endpoint = "jobs/retry", protocol = PostForm, input_derive = (Clone,))]
pub async fn retry_all(space: Space) -> Result<Retried, Refused> {
    verbs().retry_all(space).await
}

/// Adds the labels in a form (`add`, a list) to an entry, and removes others (`remove`).
#[server(name = ChangeLabels, prefix = "/s/{space}", endpoint = "e/{id}/labels", protocol = PostForm, input_derive = (Clone,))]
pub async fn change_labels(space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
    verbs().change_labels(space, id, form).await
}

/// Lets a labeller look at a photo again.
#[server(name = Relabel, prefix = "/s/{space}", endpoint = "e/{id}/relabel", protocol = PostForm, input_derive = (Clone,))]
pub async fn relabel(space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
    verbs().relabel(space, id).await
}

/// Lets it look again at photos: those with all labels of a form (`label`), or whose model is another (`outdated`), or
/// all.
#[server(name = RelabelAll, prefix = "/s/{space}", endpoint = "labels/again", protocol = PostForm, input_derive = (Clone,))]
pub async fn relabel_all(space: Space, form: Parameters) -> Result<Retried, Refused> {
    verbs().relabel_all(space, form).await
}

/// A page of the listing: what its address asks for, and `per_page`, and the seq `at` that it must show.
#[server(name = Listing, prefix = "/s/{space}", endpoint = "listing", protocol = GetQuery, input_derive = (Clone,))]
pub async fn listing(space: Space, query: Parameters) -> Result<ListingPage, Refused> {
    verbs().listing(space, query).await
}

/// Whether the space has a code with this text.
#[server(name = Known, prefix = "/s/{space}", endpoint = "known", protocol = GetQuery, input_derive = (Clone,))]
pub async fn known(space: Space, value: String) -> Result<KnownEntry, Refused> {
    verbs().known(space, value).await
}
