//! Answers with an error: to the user as a sentence in a page, in JSON or in plain text; its causes are logged
//! (`error_log`). Every failing handler comes through here, and so does every panic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use app::addresses::{self, patterns};
use app::label_sheet::SheetPage;
use app::many::ManyPage;
use app::model::{EntryPage, ErrorPage, JobsPage, LabelsPage, Page, SpacePage, TrashPage};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Failure;
use futures::FutureExt as _;

use crate::api::ProblemJson;
use crate::http_request_id::HttpRequestId;
use crate::inputs::accepts;
use crate::json::json;
use crate::preferences::preferences;
use crate::problem::Problem;
use crate::site::Site;

/// The middleware that turns any `Problem` from a handler into a response.
pub(crate) async fn error_response(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let uri = request.uri().clone();
    let id = request.extensions().get::<HttpRequestId>().cloned().unwrap_or_default();

    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = handled.unwrap_or_else(|_| {
        let sentence = "Something went wrong on our side. Try again, or report it with the request id.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
    });
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else {
        site.error_log.log_suppressed();
        return response;
    };
    site.error_log.log(&problem, &id);
    let sentence = site.without_paths(&problem.sentence);
    let mut answer = match Format::of(&site, &uri, &headers, &problem) {
        Format::Problem => {
            ProblemJson::new(&site, problem.status, failure(&problem, &sentence, Some(&id))).into_response()
        }
        Format::Json => json(problem.status, &failure(&problem, &sentence, Some(&id))),
        Format::Html => page(&site, &uri, &headers, &problem, &sentence, &id),
        Format::Text => format!("{sentence}\n").into_response(),
    };
    *answer.status_mut() = problem.status;
    answer.headers_mut().extend(response.headers().clone());
    if let Some(seconds) = problem.retry_after_seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The response format.
enum Format {
    /// For programs.
    Problem,
    /// For hydrated pages.
    Json,
    Html,
    Text,
}

impl Format {
    fn of(site: &Site, uri: &Uri, headers: &HeaderMap, problem: &Problem) -> Self {
        let path = uri.path();
        let is_for_people = path == site.address(patterns::API_PAGE)
            || (path.starts_with(&site.address(patterns::PROBLEMS)) && accepts(headers, "text/html"));
        let is_api = path.starts_with(&site.address(patterns::API)) || path == site.address(patterns::QR);
        if is_api && !is_for_people {
            Self::Problem
        } else if accepts(headers, "application/json") {
            Self::Json
        } else if problem.page.is_some() || accepts(headers, "text/html") {
            Self::Html
        } else {
            Self::Text
        }
    }
}

/// What the user sees. `sentence` is the problem's, without internals.
fn failure(problem: &Problem, sentence: &str, id: Option<&HttpRequestId>) -> Failure {
    Failure { error: sentence.to_owned(), request_id: id.map(ToString::to_string), ..problem.failure() }
}

/// The failed page with the sentence on it, or an error page.
fn page(
    site: &Site,
    uri: &Uri,
    headers: &HeaderMap,
    problem: &Problem,
    sentence: &str,
    id: &HttpRequestId,
) -> Response {
    // Next to a form the id is noise, unless the log has more.
    let failure = Some(failure(problem, sentence, Some(id).filter(|_| problem.status.is_server_error())));
    let page = match problem.page.as_deref().cloned() {
        Some(Page::Space(page)) => Page::Space(SpacePage { failure, ..page }),
        Some(Page::Entry(page)) => Page::Entry(EntryPage { failure, ..page }),
        Some(Page::Jobs(page)) => Page::Jobs(JobsPage { failure, ..page }),
        Some(Page::Labels(page)) => Page::Labels(LabelsPage { failure, ..page }),
        Some(Page::Trash(page)) => Page::Trash(TrashPage { failure, ..page }),
        Some(Page::Many(page)) => Page::Many(ManyPage { failure, ..page }),
        Some(Page::Sheet(page)) => Page::Sheet(Box::new(SheetPage { failure, ..*page })),
        Some(page @ (Page::Spaces(_) | Page::Api(_) | Page::Error(_))) => page,
        None => {
            let (space, entry) = addresses::space_and_entry_in(&site.shell.base, uri.path());
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
    crate::html::html(problem.status, site.draw(page, preferences(headers)))
}
