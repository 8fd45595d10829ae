//! Objects that this program put into the bucket itself: what goes with each, so that it can be adopted after a crash, and
//! deleting one that has no entry. Not here: putting them there (`verbs::publish`), adopting them (`reconcile`).

use domain::{Key, Level, Look, Name, RequestId, Timestamp};

use crate::bucket::{Bucket, Metadata};
use crate::log_throttle::LogThrottle;

/// What goes with an object of ours, so that adoption after a crash loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnMetadata {
    /// Under which key it was put. A copy or a renamed file may carry the metadata along, but lies under another key: it
    /// is an object of whoever made it, not what that save left behind.
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) level: Level,
    pub(crate) look: Look,
    pub(crate) created_at: Timestamp,
    /// Not known after an import.
    pub(crate) request: Option<RequestId>,
}

/// The key under which it was put.
const KEY: &str = "key";
/// The name, any text.
const NAME: &str = "name";
/// The error correction level, a letter.
const LEVEL: &str = "level";
/// The look; not written for the plain code.
const LOOK: &str = "look";
/// When it was saved, RFC 3339.
const CREATED_AT: &str = "created-at";
/// The request id of the save.
const REQUEST: &str = "request";

impl OwnMetadata {
    pub(crate) fn write(&self) -> Metadata {
        let text = |name: &str, value: String| (name.to_owned(), value);
        let known = [
            text(KEY, self.key.to_string()),
            text(NAME, self.name.to_string()),
            text(LEVEL, self.level.to_string()),
            text(CREATED_AT, self.created_at.to_string()),
        ];
        known
            .into_iter()
            .chain((!self.look.is_plain()).then(|| text(LOOK, self.look.to_string())))
            .chain(self.request.as_ref().map(|request| text(REQUEST, request.to_string())))
            .collect()
    }

    /// None when this object is none that we put: something is missing, is not what we write, or is of another object.
    pub(crate) fn read(metadata: &Metadata, key: &Key) -> Option<Self> {
        Some(Self {
            key: metadata.get(KEY)?.parse().ok().filter(|put_under| put_under == key)?,
            // A long one may have had no room beside a long look.
            name: metadata.get(NAME).map(String::as_str).unwrap_or_default().parse().ok()?,
            level: metadata.get(LEVEL)?.parse().ok()?,
            look: metadata.get(LOOK).and_then(|look| look.parse().ok()).unwrap_or_default(),
            created_at: metadata.get(CREATED_AT)?.parse().ok()?,
            request: metadata.get(REQUEST).and_then(|request| request.parse().ok()),
        })
    }
}

/// While bucket and catalog are away, every save leaves one.
static ORPHANS: LogThrottle = LogThrottle::new();

/// Deletes an object that has no entry. When that fails, reconciliation recognises it by its request id.
pub(crate) async fn delete_orphan(bucket: &dyn Bucket, key: &Key) {
    if let Err(error) = bucket.delete(key).await
        && let Some(untold) = ORPHANS.record()
    {
        tracing::warn!(
            key = key.as_str(),
            error = &error as &dyn std::error::Error,
            untold,
            "an orphaned object could not be deleted"
        );
    }
}
