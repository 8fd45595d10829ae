//! Parses input into a draft, for the form and the API. Not here: saving it (`gallery`).

use axum::http::StatusCode;
use domain::payload::PayloadKind;
use domain::{CodeText, Level, Name, RequestId, StyleText};
use gallery::Draft;
use ulid::Ulid;

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
