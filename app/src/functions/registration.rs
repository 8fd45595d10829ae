//! Makes the server functions known to `leptos_axum`. Host only.

use server_fn::axum::register_explicit;

use super::endpoints::{
    ChangeLabels, Describe, Duplicate, KeepLook, Known, Listing, Relabel, RelabelAll, Remove, Reprocess,
    Restore, RestoreAll, Retry, RetryAll, Save,
};

/// Registers the functions with `leptos_axum`. Automatic registration relies on a section of the program that a
/// linker may drop.
pub fn register() {
    register_explicit::<Save>();
    register_explicit::<KeepLook>();
    register_explicit::<Remove>();
    register_explicit::<Restore>();
    register_explicit::<RestoreAll>();
    register_explicit::<Duplicate>();
    register_explicit::<Describe>();
    register_explicit::<Reprocess>();
    register_explicit::<Retry>();
    register_explicit::<RetryAll>();
    register_explicit::<ChangeLabels>();
    register_explicit::<Relabel>();
    register_explicit::<RelabelAll>();
    register_explicit::<Listing>();
    register_explicit::<Known>();
}
