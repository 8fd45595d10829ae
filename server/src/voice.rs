//! Says what went wrong: to the person in a sentence, as a page, as JSON or as plain text; the log hears the causes
//! (`complaints`). Every handler that fails comes through here, and so does every panic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use app::model::{EntryPage, ErrorPage, Failure, Field, Page, SpacePage};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{EntryId, Space};
use futures::FutureExt as _;
use serde::Serialize;

use crate::http_request_id::HttpRequestId;
use crate::inputs::accepts;
use crate::json::json;
use crate::problem::Problem;
use crate::site::Site;

/// The layer: whatever leaves the handlers as a `Problem` leaves here with words.
pub(crate) async fn speak(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let uri = request.uri().clone();
    let id = request.extensions().get::<HttpRequestId>().cloned().unwrap_or_default();

    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = handled.unwrap_or_else(|_| {
        let sentence = "Something went wrong on our side. Try again, or report it with the request id.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
    });
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else {
        site.complaints.tell_the_rest();
        return response;
    };
    site.complaints.hear(&problem, &id);
    let sentence = site.without_paths(&problem.sentence);
    let mut spoken = match Voice::of(&site, &uri, &headers, &problem) {
        Voice::Json => json(problem.status, &ErrorJson::new(&problem, &sentence, &id)),
        Voice::Html => page(&site, &uri, &problem, &sentence, &id),
        Voice::Text => format!("{sentence}\n").into_response(),
    };
    *spoken.status_mut() = problem.status;
    spoken.headers_mut().extend(response.headers().clone());
    if let Some(seconds) = problem.retry_after_seconds {
        spoken.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    spoken.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    spoken
}

/// How to say it.
enum Voice {
    Json,
    Html,
    Text,
}

impl Voice {
    fn of(site: &Site, uri: &Uri, headers: &HeaderMap, problem: &Problem) -> Self {
        if uri.path().starts_with(&site.address("api/")) || accepts(headers, "application/json") {
            Self::Json
        } else if problem.page.is_some() || accepts(headers, "text/html") {
            Self::Html
        } else {
            Self::Text
        }
    }
}

/// What the API and awake pages read.
#[derive(Serialize)]
struct ErrorJson<'a> {
    error: &'a str,
    field: Option<&'static str>,
    request_id: &'a HttpRequestId,
}

impl<'a> ErrorJson<'a> {
    fn new(problem: &Problem, error: &'a str, request_id: &'a HttpRequestId) -> Self {
        Self { error, field: problem.field.map(Field::as_str), request_id }
    }
}

/// The page that failed with the sentence on it, or an error page.
fn page(site: &Site, uri: &Uri, problem: &Problem, sentence: &str, id: &HttpRequestId) -> Response {
    let failure = Some(Failure {
        sentence: sentence.to_owned(),
        field: problem.field,
        // Beside a form the id is noise, unless the log tells more.
        request_id: problem.status.is_server_error().then(|| id.to_string()),
    });
    let page = match problem.page.as_deref().cloned() {
        Some(Page::Space(page)) => Page::Space(SpacePage { failure, ..page }),
        Some(Page::Entry(page)) => Page::Entry(EntryPage { failure, ..page }),
        Some(page @ Page::Error(_)) => page,
        None => {
            let (space, entry) = place(site, uri);
            Page::Error(ErrorPage {
                status: problem.status.as_u16(),
                title: problem.title().to_owned(),
                sentence: sentence.to_owned(),
                request_id: Some(id.to_string()),
                space,
                id: entry,
            })
        }
    };
    crate::html::html(problem.status, site.draw(page))
}

/// The space and the entry that an address is about.
fn place(site: &Site, uri: &Uri) -> (Option<Space>, Option<EntryId>) {
    let below = uri.path().strip_prefix(&site.address("s/")).unwrap_or_default();
    let mut segments = below.split('/');
    let space = segments.next().and_then(|space| space.parse().ok());
    let id = segments.nth(1).and_then(|id| id.parse().ok());
    (space, id)
}
