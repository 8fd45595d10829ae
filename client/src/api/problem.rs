//! Errors of the server (RFC 9457) as one sentence for a person.

use std::time::Duration;

use hyper::Response;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;

use super::http::Activity;
use super::response::Download;
use crate::shown::visible;

/// What is read of an error: the server explains itself in a few hundred bytes.
const PROBLEM_MAX_BYTES: usize = 64 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    field: Option<String>,
    request_id: Option<String>,
}

/// Whether an answer is an error of the API.
pub(super) fn is_problem<B>(answer: &Response<B>) -> bool {
    let content_type = answer.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"))
}

/// The pause that the server asks for, in seconds.
pub(super) fn retry_after<B>(answer: &Response<B>) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What went wrong.
pub(super) async fn sentence(answer: Response<Incoming>, activity: Activity, patience: Duration) -> String {
    let status = answer.status();
    let body = Download::new(answer, activity, patience).whole(PROBLEM_MAX_BYTES).await;
    let problem = body.ok().and_then(|body| serde_json::from_slice(&body).ok());
    problem.as_ref().and_then(words).unwrap_or_else(|| {
        let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
        format!("The server answered {}{reason}, without a reason.", status.as_u16())
    })
}

/// A problem in words: its detail, with what leads to it.
pub(crate) fn words(problem: &Value) -> Option<String> {
    let Problem { title, detail, field, request_id } = Problem::deserialize(problem).ok()?;
    let mut sentence = visible(detail.or(title).filter(|words| !words.is_empty())?.as_str());
    let notes = [field.map(|field| format!("field {field}")), request_id.map(|id| format!("request {id}"))];
    let notes: Vec<_> = notes.into_iter().flatten().map(|note| visible(&note)).collect();
    if !notes.is_empty() {
        sentence += &format!(" ({})", notes.join(", "));
    }
    Some(sentence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn problems_become_one_visible_sentence() {
        for (problem, sentence) in [
            (json!({ "detail": "Enter a text first." }), Some("Enter a text first.")),
            (
                json!({ "title": "Invalid", "detail": "No.", "field": "name", "request_id": "r-1", "x": [] }),
                Some("No. (field name, request r-1)"),
            ),
            (json!({ "title": "Gone" }), Some("Gone")),
            (
                json!({ "detail": "a\u{1b}[2J\nb", "field": "\u{202e}" }),
                Some(r"a\u{1b}[2J\nb (field \u{202e})"),
            ),
            (json!({ "detail": "" }), None),
            (json!({ "detail": 7 }), None),
            (json!({ "error": "old" }), None),
            (json!([]), None),
            (json!("a"), None),
        ] {
            assert_eq!(words(&problem).as_deref(), sentence, "{problem}");
        }
    }
}
