//! The verbs of the pages as server functions: a hydrated page calls them through the stubs that the macro generates,
//! a page without JavaScript posts its forms to the same addresses. What they do is behind `Verbs`, which `server`
//! implements: nothing here knows the gallery.
//!
//! The default protocol would add `serde_qs` and `serde_json` to the browser's WASM, some 60 KB: ours sends form text
//! and answers with JSON for the browser's `JSON.parse`.

#![allow(missing_docs, reason = "the macro makes a struct of the arguments of each function")]

mod arguments;
mod protocol;
mod refused;
#[cfg(feature = "ssr")]
mod verbs;

pub use arguments::Target;
pub use refused::Refused;
#[cfg(feature = "ssr")]
pub use server_fn::ServerFn;
#[cfg(feature = "ssr")]
pub use verbs::{Verbs, provide, register};

use domain::{ChangeWire, EntryId, KeptLook, KnownEntry, ListingPage, Parameters, Seq, Space};
use leptos::prelude::*;

use protocol::{GetQuery, PostForm};
#[cfg(feature = "ssr")]
use verbs::verbs;

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

/// Gives an entry the name and labels in a form, if it still has the form's revision.
#[server(name = Describe, prefix = "/s/{space}", endpoint = "e/{id}/describe", protocol = PostForm, input_derive = (Clone,))]
pub async fn describe(space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
    verbs().describe(space, id, form).await
}

/// A page of the listing, at least as new as `at`.
#[server(name = Listing, prefix = "/s/{space}", endpoint = "listing", protocol = GetQuery, input_derive = (Clone,))]
pub async fn listing(space: Space, page: u32, per_page: u32, at: Seq) -> Result<ListingPage, Refused> {
    verbs().listing(space, page, per_page, at).await
}

/// Whether the space has a code with this text.
#[server(name = Known, prefix = "/s/{space}", endpoint = "known", protocol = GetQuery, input_derive = (Clone,))]
pub async fn known(space: Space, value: String) -> Result<KnownEntry, Refused> {
    verbs().known(space, value).await
}
