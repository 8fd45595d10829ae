//! The end of a request during shutdown: one begun before gets its result, or finally 503; a later one gets
//! 503 and Retry-After at once. Not here: connections (`run`).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gallery::GalleryError;

use crate::body::receive_prefix;
use crate::health::is_health;
use crate::problem::Problem;
use crate::site::Site;

/// How long an unwanted rest of a request is read: a client that is still sending would not see the response.
const REST_READ_FOR: Duration = Duration::from_secs(1);

/// The middleware. Liveness and readiness are reported to the end.
pub(crate) async fn answer_all(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    if site.stopping.is_cancelled() && !is_health(&site, request.uri().path()) {
        let _ = tokio::time::timeout(REST_READ_FOR, receive_prefix(request, 0)).await;
        return Problem::from(GalleryError::Stopping).into_response();
    }
    tokio::select! {
        response = next.run(request) => response,
        () = site.giving_up.cancelled() => {
            let sentence = "The server is stopping and cannot wait for the result. Try again in a moment: what was done is \
                not done twice.";
            Problem::busy(sentence).into_response()
        }
    }
}
