//! The way of a code into the gallery: drawn, read back out of the very picture, put into the bucket, committed. Not
//! here: parsing the text (`CodeText`), drawing (`drawing`), the queue (`committer`), adopting what a crash left behind (`reconcile`).

use std::sync::Arc;

use domain::payload::title_of;
use domain::{Body, Change, CodeText, Content, Key, Look, Name, RequestId, Space, SymbolFacts};

use crate::bucket::BucketError;
use crate::catalog::{CatalogError, Committed, Mutation};
use crate::drawing::{Drawing, Picture};
use crate::error::GalleryError;
use crate::own_object::{OwnMetadata, delete_orphan};
use crate::shared::Shared;
use crate::space::committer::CommitError;

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

/// From a draft to a durable entry. Runs in a task of its own: once begun, it ends.
pub(crate) async fn publish(
    shared: Arc<Shared>,
    drawing: Arc<Drawing>,
    space: Space,
    draft: Draft,
) -> Result<Published, GalleryError> {
    if let Some(change) = shared.catalog.request(&space, &draft.request).await? {
        return Ok(Published { change, repeated: true });
    }
    let open = shared.spaces.open(&space).await?;
    // A place in the queue before anything is written: who is turned away leaves no object behind.
    let admission = open.committer().try_admit()?;
    let (text, picture) = drawing.picture(draft.text, draft.look).await?;
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
        name: metadata.name,
        body: Body::Code { value: text.as_str().to_owned(), style, symbol: Some(SymbolFacts::from(&symbol)) },
        size_bytes: info.size_bytes,
        sha256: Some(sha256),
        etag: info.etag,
        created_at: metadata.created_at,
        labels: Vec::new(),
    };
    let committed = admission.commit(Mutation::Add { request: metadata.request, content }).await;
    if is_orphaned(&key, &committed) {
        delete_orphan(&*shared.bucket, &key).await;
    }
    let Committed { change, repeated } = committed?;
    Ok(Published { change, repeated })
}

/// Whether the object that was put surely has no entry and never needs one: an earlier save with the same request id
/// has another, or the catalog refused. When the catalog did not answer, the object stays: it may have an entry, and
/// if not, reconciliation adopts it.
fn is_orphaned(key: &Key, committed: &Result<Committed, CommitError>) -> bool {
    match committed {
        Ok(committed) => committed.change.entry.content.key != *key,
        Err(CommitError::Rejected(_)) => false,
        Err(CommitError::Catalog(error)) => !matches!(**error, CatalogError::Unavailable(_)),
        Err(CommitError::Stopping) => false,
    }
}
