//! Objects that this program put into the bucket: their metadata, by which they are adopted after a crash, and
//! deleting orphans. Not here: putting them there (`verbs::publish`), adopting them (`reconcile`).

use domain::{Key, Level, Name, Recipe, RequestId, StyleText, Timestamp};

use crate::bucket::{Bucket, Metadata};
use crate::catalog::{CatalogError, Committed, Rejection};
use crate::log_throttle::LogThrottle;
use crate::space::committer::CommitError;

/// The metadata of our own objects, so that adoption after a crash loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnMetadata {
    /// The key under which it was put. A copy or a renamed file may carry the metadata along under another key: it
    /// belongs to its author, and is not the remains of that save.
    pub(crate) key: Key,
    pub(crate) name: Name,
    pub(crate) kind: OwnKind,
    pub(crate) created_at: Timestamp,
    /// Unknown after an import.
    pub(crate) request: Option<RequestId>,
}

/// What was put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OwnKind {
    /// The picture of a code.
    Code { level: Level, look: StyleText },
    /// A file that somebody sent.
    Upload { recipe: Recipe },
}

/// The key under which it was put.
const KEY: &str = "key";
/// The name, any text.
const NAME: &str = "name";
/// The error correction level, a letter.
const LEVEL: &str = "level";
/// The look; omitted for the plain code.
const LOOK: &str = "look";
/// The recipe of an upload; omitted for codes.
const RECIPE: &str = "recipe";
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
            text(CREATED_AT, self.created_at.to_string()),
        ];
        let of_kind = match &self.kind {
            OwnKind::Code { level, look } => {
                let look = (!look.is_plain()).then(|| text(LOOK, look.to_string()));
                look.into_iter().chain([text(LEVEL, level.to_string())]).collect::<Vec<_>>()
            }
            OwnKind::Upload { recipe } => vec![text(RECIPE, recipe.to_string())],
        };
        known
            .into_iter()
            .chain(of_kind)
            .chain(self.request.as_ref().map(|request| text(REQUEST, request.to_string())))
            .collect()
    }

    /// Whether somebody sent this file.
    pub(crate) fn is_upload(&self) -> bool {
        matches!(self.kind, OwnKind::Upload { .. })
    }

    /// `None` if we did not put this object: something is missing, invalid, or belongs to another object.
    pub(crate) fn read(metadata: &Metadata, key: &Key) -> Option<Self> {
        Some(Self {
            key: metadata.get(KEY)?.parse().ok().filter(|put_under| put_under == key)?,
            // A long one may have been dropped because of a long look.
            name: metadata.get(NAME).map(String::as_str).unwrap_or_default().parse().ok()?,
            kind: match metadata.get(RECIPE) {
                Some(recipe) => OwnKind::Upload { recipe: recipe.parse().ok()? },
                None => OwnKind::Code {
                    level: metadata.get(LEVEL)?.parse().ok()?,
                    look: metadata.get(LOOK).and_then(|look| look.parse().ok()).unwrap_or_default(),
                },
            },
            created_at: metadata.get(CREATED_AT)?.parse().ok()?,
            request: metadata.get(REQUEST).and_then(|request| request.parse().ok()),
        })
    }
}

/// Whether the object certainly has no entry and never needs one: an earlier save with the same request id has
/// another object, or the catalog refused. If the catalog did not respond, the object stays: it may have an entry,
/// and if not, reconciliation adopts it.
pub(crate) fn is_orphaned(key: &Key, committed: &Result<Committed, CommitError>) -> bool {
    match committed {
        Ok(committed) => committed.change.entry.content.key != *key,
        Err(CommitError::Rejected(rejection)) => *rejection == Rejection::Outdated,
        Err(CommitError::Catalog(error)) => !matches!(**error, CatalogError::Unavailable(_)),
        Err(CommitError::Stopping) => false,
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
