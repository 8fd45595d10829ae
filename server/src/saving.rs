//! Saving, as the form and the API share it: from what was typed to a draft, and from a draft to an entry.

use axum::http::StatusCode;
use domain::payload::PayloadKind;
use domain::{Change, ChangeKind, CodeText, Entry, Level, Look, Name, RequestId, Space};
use gallery::{Draft, Gallery, Published};
use sha2::{Digest as _, Sha256};
use ulid::Ulid;

use crate::inputs::parsed;
use crate::problem::Problem;

/// A fresh request id.
pub(crate) fn new_request() -> String {
    Ulid::generate().to_string()
}

/// The level of a content: the one that was chosen, unless its kind is read at one level only.
pub(crate) fn level(kind: PayloadKind, chosen: Option<Level>) -> Result<Level, Problem> {
    match (kind.level(), chosen) {
        (Some(only), Some(other)) if only != other => {
            let sentence = format!("A {kind} is read at level {only} only.");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
        (only, chosen) => Ok(chosen.or(only).unwrap_or_default()),
    }
}

/// Parses what was typed.
pub(crate) fn draft(
    text: &str,
    level: Level,
    look: Look,
    name: &str,
    request: &str,
) -> Result<Draft, Problem> {
    let text = CodeText::parse(text, level)?;
    let name: Name = name.parse()?;
    Ok(Draft { text, name, look, request: parsed(request)? })
}

/// Saves a draft for a program: its request id stands for this draft and no other.
pub(crate) async fn save_once(gallery: &Gallery, space: &Space, draft: Draft) -> Result<Published, Problem> {
    let published = gallery.publish(space, draft.clone()).await?;
    if is_answer(gallery, &published, &draft).await? {
        return Ok(as_it_is_now(gallery, space, published).await);
    }
    let sentence = "This request id was used for something else. Choose a new one for each save.";
    Err(Problem::new(StatusCode::CONFLICT, sentence))
}

/// Saves a draft for a person. A form can come back with an old request id and another text: after the browser's Back,
/// or when an answer was lost and the text was edited. What they see in the form is what they want saved, so it gets an
/// id of its own, the same for each repetition.
pub(crate) async fn save_typed(gallery: &Gallery, space: &Space, draft: Draft) -> Result<Published, Problem> {
    let published = gallery.publish(space, draft.clone()).await?;
    if is_answer(gallery, &published, &draft).await? {
        return Ok(as_it_is_now(gallery, space, published).await);
    }
    let request = derived_request(&draft);
    let published = gallery.publish(space, Draft { request, ..draft }).await?;
    Ok(as_it_is_now(gallery, space, published).await)
}

/// A save, with what became of its entry since an earlier request did it.
async fn as_it_is_now(gallery: &Gallery, space: &Space, published: Published) -> Published {
    if !published.repeated {
        return published;
    }
    match gallery.entry(space, published.change.entry.id).await {
        Ok(entry) if entry.revision > published.change.seq => {
            let kind = if entry.state.is_live() { ChangeKind::Updated } else { ChangeKind::Removed };
            let change = Change { seq: entry.revision, kind, entry: Entry::clone(&entry) };
            Published { change, ..published }
        }
        _ => published,
    }
}

/// Whether what was published is this draft.
async fn is_answer(gallery: &Gallery, published: &Published, draft: &Draft) -> Result<bool, Problem> {
    if !published.repeated {
        return Ok(true);
    }
    let content = &published.change.entry.content;
    let Some(style) = content.style() else { return Ok(false) };
    let is_like_it = content.value() == Some(draft.text.as_str())
        && content.name == draft.name
        && style.look == draft.look;
    if !is_like_it || style.level == draft.text.symbol().level() {
        return Ok(is_like_it);
    }
    // The level that was recorded is the symbol's, which a logo may have raised. When the logo cannot be had now, that is
    // no reason to refuse what was saved.
    let level = gallery.level(&draft.text, draft.look.clone()).await;
    Ok(level.map_or(true, |level| level == style.level))
}

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
