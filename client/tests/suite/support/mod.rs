//! What the tests share.

mod program;
mod stand_in;

pub(crate) use program::{Said, command, on_terminal, run, run_with, send_signal};
pub(crate) use stand_in::{Reply, Request, StandIn};

use serde_json::{Value, json};

/// An entry as the API sends it.
pub(crate) fn entry(id: u64) -> Value {
    json!({
        "id": id,
        "revision": id + 100,
        "state": "live",
        "key": format!("main/{id}-menu.png"),
        "kind": "code",
        "name": "Menu",
        "value": format!("https://example.org/{id}"),
        "size_bytes": 1234,
        "created_at": "2026-11-21T14:03:00.120Z",
        "labels": [{ "name": "lunch", "source": "person" }, { "name": "cat", "source": "labeller" }],
        "links": { "self": format!("/api/v1/spaces/main/entries/{id}"), "page": format!("/s/main/entries/{id}") },
    })
}

/// A change as the API sends it.
pub(crate) fn change(seq: u64, kind: &str, id: u64) -> Value {
    json!({ "seq": seq, "kind": kind, "entry": entry(id) })
}

/// A page of the listing.
pub(crate) fn listing(seq: u64, total: u64, next: Option<&str>, entries: &[Value]) -> Value {
    json!({ "seq": seq, "total": total, "next": next, "entries": entries })
}
