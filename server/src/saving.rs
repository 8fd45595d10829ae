//! What is saved: input parsed into a draft, for the form and the API, or an entry once more. Not here: saving it
//! (`gallery`).

use axum::http::StatusCode;
use domain::payload::PayloadKind;
use domain::{Change, CodeText, EntryId, Level, Name, RequestId, StyleText};
use gallery::{Draft, Gallery, GalleryError, Grant, OnReuse, Write};
use ulid::Ulid;

use crate::inputs::parsed;
use crate::problem::Problem;

/// A new request id.
pub(crate) fn new_request() -> String {
    Ulid::generate().to_string()
}

/// The level for a content: the chosen one, unless its kind requires a certain level.
pub(crate) fn level(kind: PayloadKind, chosen: Option<Level>) -> Result<Level, Problem> {
    match (kind.level(), chosen) {
        (Some(only), Some(other)) if only != other => {
            let sentence = format!("A {kind} code must have level {only}.");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
        (only, chosen) => Ok(chosen.or(only).unwrap_or_default()),
    }
}

/// Parses the input.
pub(crate) fn draft(
    text: &str,
    level: Level,
    look: StyleText,
    name: &str,
    request: RequestId,
) -> Result<Draft, Problem> {
    let text = CodeText::parse(text, level)?;
    let name: Name = name.parse()?;
    Ok(Draft { text, name, look, request, labels: Vec::new() })
}

/// Saves what the code of an entry is made of once more, with its name and labels.
pub(crate) async fn again(gallery: &Gallery, grant: &Grant<Write>, id: EntryId) -> Result<Change, Problem> {
    let entry = gallery.entry(grant, id).await?;
    if !entry.state.is_live() {
        return Err(GalleryError::Gone.into());
    }
    let (Some(value), Some(style)) = (entry.content.value(), entry.content.style()) else {
        let sentence = "Only a code can be duplicated. Upload the file once more instead.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence));
    };
    let draft = Draft {
        labels: entry.content.labels.clone(),
        ..draft(value, style.level, style.look.clone(), entry.content.name.as_str(), parsed(&new_request())?)?
    };
    Ok(gallery.publish(grant, draft, OnReuse::NewId).await?.change)
}
