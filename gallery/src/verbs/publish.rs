//! Publishes a code: drawn, read back from the picture itself, put into the bucket, committed. Not here: parsing the
//! text (`CodeText`), drawing (`drawing`), the queue (`committer`), adopting the remains of a crash (`reconcile`).

use std::sync::Arc;

use domain::payload::title_of;
use domain::{
    Body, Change, ChangeKind, CodeText, Content, Entry, Key, Label, Name, RequestId, Space, StyleText,
    SymbolFacts,
};
use sha2::{Digest as _, Sha256};

use crate::bucket::BucketError;
use crate::catalog::{Committed, Mutation, Rejection};
use crate::drawing::{Drawing, Picture};
use crate::error::GalleryError;
use crate::own_object::{OwnKind, OwnMetadata, delete_orphan, is_orphaned};
use crate::shared::Shared;
use crate::space::committer::{Admission, CommitError};
use crate::space::spaces::OpenSpace;

/// What a user wants saved.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text, known to fit, with its level.
    pub text: CodeText,
    /// Its name; may be empty.
    pub name: Name,
    /// Colours, shapes, size, logo, frame.
    pub look: StyleText,
    /// Its labels. They do not tell a draft from another.
    pub labels: Vec<Label>,
    /// Identifies repetitions.
    pub request: RequestId,
}

/// A finished save.
#[derive(Debug, Clone)]
pub struct Published {
    /// The change that added the entry.
    pub change: Change,
    /// Whether an earlier request with the same id had already done it.
    pub repeated: bool,
}

/// What to do with a draft whose request id was already used for another draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnReuse {
    /// Refuse it (`RequestReused`). For programs: their request id stands for one draft only.
    Conflict,
    /// Save it under a derived id, the same for each repetition. For users: after the browser's Back button, or after a
    /// lost response and an edit, a form has an old request id and a new text, and the user wants the form saved.
    NewId,
}

/// Saves a draft once, however often it is sent. A repetition gets the first result, and the entry's current state.
pub(crate) async fn publish(
    shared: Arc<Shared>,
    drawing: Arc<Drawing>,
    space: Space,
    draft: Draft,
    on_reuse: OnReuse,
) -> Result<Published, GalleryError> {
    let mut published = save(&shared, &drawing, &space, draft.clone(), Naming::Any).await?;
    if !is_of_draft(&drawing, &published, &draft).await {
        published = match on_reuse {
            OnReuse::Conflict => return Err(GalleryError::RequestReused),
            OnReuse::NewId => {
                let request = derived_request(&draft);
                save(&shared, &drawing, &space, Draft { request, ..draft }, Naming::Any).await?
            }
        };
    }
    if published.repeated {
        published.change = as_it_is_now(&shared, &space, published.change).await;
    }
    Ok(published)
}

/// Saves a draft under its name as a file is written: what had the name before is removed in the same commit.
/// `RequestReused` if its request id was used for another draft.
pub(crate) async fn write_named(
    shared: Arc<Shared>,
    drawing: Arc<Drawing>,
    space: Space,
    draft: Draft,
) -> Result<Published, GalleryError> {
    let published = save(&shared, &drawing, &space, draft.clone(), Naming::Unique).await?;
    if is_of_draft(&drawing, &published, &draft).await {
        Ok(published)
    } else {
        Err(GalleryError::RequestReused)
    }
}

/// What a name means in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Any number of entries may have it.
    Any,
    /// It is a file's: the newest entry that has it is replaced.
    Unique,
}

/// Attempts to replace an entry while other instances change the space.
const REPLACE_ATTEMPTS: u32 = 10;

/// From a draft to a durable entry. Runs in a task of its own: once begun, it ends.
async fn save(
    shared: &Shared,
    drawing: &Drawing,
    space: &Space,
    draft: Draft,
    naming: Naming,
) -> Result<Published, GalleryError> {
    if let Some(change) = shared.catalog.request(space, &draft.request).await? {
        return Ok(Published { change, repeated: true });
    }
    let open = shared.spaces.open(space).await?;
    // A place in the queue before anything is written: a refused save leaves no object behind.
    let admission = open.committer().try_admit()?;
    let (text, picture) = drawing.picture(draft.text, draft.look).await?;
    let Picture { png, sha256, style, symbol } = picture;
    let title = if draft.name.is_empty() { title_of(text.as_str()) } else { draft.name.to_string() };
    let metadata = OwnMetadata {
        key: Key::own(space, &title, shared.clock.ulid()),
        name: draft.name,
        kind: OwnKind::Code { level: style.level, look: style.look.clone() },
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
        labels: draft.labels,
    };
    let request = metadata.request;
    let committed = match naming {
        Naming::Any => admission.commit(Mutation::Add { request, content }).await,
        Naming::Unique => supersede(&open, admission, request, content).await?,
    };
    if is_orphaned(&key, &committed) {
        delete_orphan(&*shared.bucket, &key).await;
    }
    let Committed { change, repeated, .. } = committed?;
    Ok(Published { change, repeated })
}

/// Commits a content in the place of the newest entry with its name, which must still be that when it is committed.
async fn supersede(
    open: &OpenSpace,
    mut admission: Admission,
    request: Option<RequestId>,
    content: Content,
) -> Result<Result<Committed, CommitError>, GalleryError> {
    // One after another here: then only other instances are in the way.
    let _turn = open.naming().lock().await;
    for attempt in 1.. {
        let (seen, replaced) = {
            let index = open.view().index();
            (index.seq(), index.live_with_name(&content.name).next().map(|entry| entry.id))
        };
        let (request, content) = (request.clone(), content.clone());
        let committed = admission.commit(Mutation::Supersede { request, content, replaced, seen }).await;
        if attempt == REPLACE_ATTEMPTS
            || !matches!(committed, Err(CommitError::Rejected(Rejection::Outdated)))
        {
            return Ok(committed);
        }
        open.view().catch_up().await?;
        admission = open.committer().admit().await?;
    }
    unreachable!("the last attempt returns")
}

/// Whether what was published is this draft.
async fn is_of_draft(drawing: &Drawing, published: &Published, draft: &Draft) -> bool {
    if !published.repeated {
        return true;
    }
    let content = &published.change.entry.content;
    let Some(style) = content.style() else { return false };
    let is_alike = content.value() == Some(draft.text.as_str())
        && content.name == draft.name
        && content.labels == draft.labels
        && style.look == draft.look;
    if !is_alike || style.level == draft.text.symbol().level() {
        return is_alike;
    }
    // The level that was recorded is the symbol's, which a logo may have raised. When the logo cannot be had now, that is
    // no reason to refuse what was saved.
    let level = drawing.level(&draft.text, draft.look.clone()).await;
    level.map_or(true, |level| level == style.level)
}

/// The request id of a draft whose own one was used for another.
fn derived_request(draft: &Draft) -> RequestId {
    let level = draft.text.symbol().level();
    let mut digest = Sha256::new();
    let look = draft.look.as_str();
    for part in [draft.request.as_str(), draft.text.as_str(), level.as_str(), draft.name.as_str(), look] {
        // With its length in front no part can run over into the next.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    domain::Sha256(digest.finalize().into()).to_string().parse().expect("64 hexadecimal digits")
}

/// The change of an earlier save, or what became of its entry since.
pub(crate) async fn as_it_is_now(shared: &Shared, space: &Space, change: Change) -> Change {
    match shared.spaces.entry(space, change.entry.id).await {
        Ok(Some(entry)) if entry.revision > change.seq => {
            let kind = if entry.state.is_live() { ChangeKind::Updated } else { ChangeKind::Removed };
            Change { seq: entry.revision, kind, entry: Entry::clone(&entry) }
        }
        Ok(_) | Err(_) => change,
    }
}
