//! Objects that this program put into the bucket: their metadata, by which they are adopted after a crash, and
//! deleting orphans. Not here: putting them there (`verbs::publish`), adopting them (`reconcile`).

use domain::{Key, Level, Name, RequestId, StyleText, Timestamp};

use crate::bucket::{Bucket, Metadata};
use crate::log_throttle::LogThrottle;

/// The metadata of our own objects, so that adoption after a crash loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnMetadata {
    /// The key under which it was put. A copy or a renamed file may carry the metadata along under another key: it
    /// belongs to its author, and is not the remains of that save.
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) level: Level,
    pub(crate) look: StyleText,
    pub(crate) created_at: Timestamp,
    /// Unknown after an import.
    pub(crate) request: Option<RequestId>,
}

/// The key under which it was put.
const KEY: &str = "key";
/// The name, any text.
const NAME: &str = "name";
/// The error correction level, a letter.
const LEVEL: &str = "level";
/// The look; omitted for the plain code.
const LOOK: &str = "look";
/// When it was saved, in RFC 3339.
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

    /// `None` if we did not put this object: something is missing, invalid, or belongs to another object.
    pub(crate) fn read(metadata: &Metadata, key: &Key) -> Option<Self> {
        Some(Self {
            key: metadata.get(KEY)?.parse().ok().filter(|put_under| put_under == key)?,
            // A long one may have been dropped because of a long look.
            name: metadata.get(NAME).map(String::as_str).unwrap_or_default().parse().ok()?,
            level: metadata.get(LEVEL)?.parse().ok()?,
            look: metadata.get(LOOK).and_then(|look| look.parse().ok()).unwrap_or_default(),
            created_at: metadata.get(CREATED_AT)?.parse().ok()?,
            request: metadata.get(REQUEST).and_then(|request| request.parse().ok()),
        })
    }
}

/// While bucket and catalog are unavailable, every save leaves one.
static ORPHANS: LogThrottle = LogThrottle::new();

/// Deletes an object without an entry. If that fails, reconciliation recognises it by its request id.
pub(crate) async fn delete_orphan(bucket: &dyn Bucket, key: &Key) {
    if let Err(error) = bucket.delete(key).await
        && let Some(suppressed) = ORPHANS.record()
    {
        tracing::warn!(
            key = key.as_str(),
            error = &error as &dyn std::error::Error,
            suppressed,
            "an orphaned object could not be deleted"
        );
    }
}
