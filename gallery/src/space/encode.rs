//! A change as JSON for clients, encoded once for all of them.

use std::sync::Arc;

use domain::{Change, ChangeWire};

/// The JSON of a change.
pub(crate) fn encode(change: &Change) -> Arc<str> {
    serde_json::to_string(&ChangeWire::from(change))
        .expect("a change has only string keys and no fallible parts")
        .into()
}
