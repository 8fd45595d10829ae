//! From what was typed to a draft, as the form and the API share it. Not here: saving it (`gallery`).

use axum::http::StatusCode;
use domain::payload::PayloadKind;
use domain::{CodeText, Level, Look, Name};
use gallery::Draft;
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
