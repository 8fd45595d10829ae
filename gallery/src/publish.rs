//! The way of a code into the gallery: drawn, read back out of the very picture, put into the bucket, committed. Not
//! here: parsing the text (`CodeText`), drawing (`drawing`), the queue (`committer`), adopting what a crash left behind (`reconcile`).

use std::sync::Arc;

use domain::payload::title_of;
use domain::{
    Change, CodeText, Content, Key, Kind, Level, Look, Name, RequestId, Space, SymbolFacts, Timestamp,
};

use crate::bucket::{BucketError, Metadata};
use crate::catalog::{CatalogError, Committed, Mutation};
use crate::committer::CommitError;
use crate::drawing::{self, Picture};
use crate::error::GalleryError;
use crate::seldom::Seldom;
use crate::shared::Shared;

/// What a person wants saved.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text, known to fit, with its level.
    pub text: CodeText,
    /// What to call it; may be empty.
    pub name: Name,
    /// Colours, shapes, size, logo, frame.
    pub look: Look,
    /// By which a repetition is recognised.
    pub request: RequestId,
}

/// A save that is done.
#[derive(Debug, Clone)]
pub struct Published {
    /// The change that added the entry.
    pub change: Change,
    /// Whether an earlier request with the same id had done it.
    pub repeated: bool,
}

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

/// From a draft to a durable entry. Runs in a task of its own: once begun, it ends.
pub(crate) async fn publish(
    shared: Arc<Shared>,
    space: Space,
    draft: Draft,
) -> Result<Published, GalleryError> {
    if let Some(change) = shared.catalog.request(&space, &draft.request).await? {
        return Ok(Published { change, repeated: true });
    }
    let open = shared.spaces.open(&space).await?;
    // A place in the queue before anything is written: who is turned away leaves no object behind.
    let admission = open.committer().try_admit()?;
    let (text, picture) = drawing::picture(&shared, draft.text, draft.look).await?;
    let Picture { png, sha256, style, symbol } = picture;
    let title = if draft.name.is_empty() { title_of(text.as_str()) } else { draft.name.to_string() };
    let metadata = OwnMetadata {
        key: Key::own(&space, &title, shared.clock.ulid()),
        name: draft.name,
        level: style.level,
        look: style.look.clone(),
        created_at: shared.clock.now(),
        request: Some(draft.request),
    };
    let key = metadata.key.clone();
    let put = shared.bucket.put(&key, png.into(), &metadata.write()).await;
    match &put {
        Ok(_) => shared.saves.bucket.succeeded(),
        // Of this one key.
        Err(BucketError::AlreadyExists | BucketError::UnsupportedKey(_) | BucketError::Blocked(_)) => {}
        Err(error) => shared.saves.bucket.failed(error),
    }
    let info = put?;
    let content = Content {
        key: metadata.key,
        kind: Kind::Code,
        name: metadata.name,
        value: Some(text.as_str().to_owned()),
        style: Some(style),
        symbol: Some(SymbolFacts::from(&symbol)),
        size_bytes: info.size_bytes,
        sha256: Some(sha256),
        etag: info.etag,
        created_at: metadata.created_at,
        labels: Vec::new(),
    };
    let committed = admission.commit(Mutation::Add { request: metadata.request, content }).await;
    if is_superfluous(&key, &committed) {
        delete_superfluous(&shared, &key).await;
    }
    let Committed { change, repeated } = committed?;
    Ok(Published { change, repeated })
}

/// Whether the object that was put surely has no entry and never needs one: an earlier save with the same request id
/// has another, or the catalog refused. When the catalog did not answer, the object stays: it may have an entry, and
/// if not, reconciliation adopts it.
fn is_superfluous(key: &Key, committed: &Result<Committed, CommitError>) -> bool {
    match committed {
        Ok(committed) => committed.change.entry.content.key != *key,
        Err(CommitError::Rejected(_)) => false,
        Err(CommitError::Catalog(error)) => !matches!(**error, CatalogError::Unavailable(_)),
        Err(CommitError::Stopping) => false,
    }
}

/// While bucket and catalog are away, every save leaves one.
static SUPERFLUOUS: Seldom = Seldom::new();

/// Deletes an object that has no entry. When that fails, reconciliation recognises it by its request id.
pub(crate) async fn delete_superfluous(shared: &Shared, key: &Key) {
    if let Err(error) = shared.bucket.delete(key).await
        && let Some(untold) = SUPERFLUOUS.one_more()
    {
        tracing::warn!(
            key = key.as_str(),
            error = &error as &dyn std::error::Error,
            untold,
            "a superfluous object stays for now"
        );
    }
}
