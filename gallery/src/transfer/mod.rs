//! Whole spaces into one tar and out of it again: for backups, for moving, and to leave with all one has. Streamed both
//! ways. Not here: where the tar comes from or goes to (the command line).
//!
//! In the tar, in this order, all plain files:
//! - `qrate.json`: the version, and for each space its counters, its settings and how many of each follow; a space that
//!   was never used is there if something was settled for it;
//! - for each space `{space}/entries/1.jsonl`, `2.jsonl` …: entries and tombstones by rising id, one JSON a line,
//!   and `{space}/log/1.jsonl` …: the changes that the log still has, in order, one JSON a line;
//! - `_qrate/logos/{digest}.png`: the logos that the looks of entries and settings name, as they lie in the bucket;
//! - for each space `{space}/objects/{id}`: the object of an entry, or of a tombstone that can be restored. By the id, because a key can
//!   be a text that no file system takes, and because nothing in the tar shall ever name a path to write to;
//! - `end.json`: how many objects and logos there were; without it the tar was cut off.
//!
//! Format 1 had no logos and no settings.

mod export;
mod format;
mod from_bucket;
mod import;
mod import_error;
mod incoming;

pub use export::{ExportError, export};
pub use from_bucket::{FromBucketError, from_bucket};
pub use import::import;
pub use import_error::ImportError;
pub use incoming::Imported;
