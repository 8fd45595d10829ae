//! One structured log line per request, written when its response has ended: an event stream shows how long it
//! lasted. The query is omitted, because it may contain a user's text.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::Body as _;

use crate::excerpt::{excerpt, excerpt_of};
use crate::http_request_id::{HttpRequestId, X_REQUEST_ID};
use crate::observed_body::{Observer, observed};

/// Characters of a path that are logged: more than any address of ours with a readable file name.
const PATH_CHARS: usize = 500;

/// The middleware: gives the request its id and follows it to its end.
pub(crate) async fn log(mut request: Request, next: Next) -> Response {
    let id = HttpRequestId::of(request.headers());
    let mut line = Line {
        method: excerpt(request.method().as_str()),
        path: excerpt_of(request.uri().path(), PATH_CHARS),
        is_head: request.method() == Method::HEAD,
        id: id.clone(),
        started: Instant::now(),
        status: None,
        size_bytes: 0,
        announced_bytes: None,
        complete: false,
    };
    request.extensions_mut().insert(id.clone());

    let mut response = next.run(request).await;
    response.headers_mut().insert(X_REQUEST_ID, id.to_header());
    line.status = Some(response.status());
    line.complete = line.is_head || response.body().is_end_stream();
    let announced = response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    line.announced_bytes = announced.and_then(|length| length.parse().ok());
    observed(response, line)
}

/// What is known of a request. Written when dropped: at the end of the response, or when the client went away.
struct Line {
    method: String,
    path: String,
    is_head: bool,
    id: HttpRequestId,
    started: Instant,
    /// `None` if the client went away before there was a response.
    status: Option<StatusCode>,
    size_bytes: u64,
    /// The `Content-Length`: once it is reached, nobody polls the body again.
    announced_bytes: Option<u64>,
    /// Whether the client received all of it.
    complete: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        tracing::info!(
            method = self.method,
            path = self.path,
            status = self.status.map(|status| status.as_u16()),
            duration_ms = self.started.elapsed().as_secs_f64() * 1000.0,
            size_bytes = self.size_bytes,
            complete = self.complete,
            request_id = %self.id,
            "request"
        );
    }
}

impl Observer for Line {
    fn sent(&mut self, bytes: u64, is_end: bool) {
        self.size_bytes += bytes;
        self.complete = is_end || self.announced_bytes == Some(self.size_bytes);
    }
}
