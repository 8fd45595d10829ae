//! The end, request by request: what was begun before it is answered with its result, or at last with 503; what comes
//! later is told at once to come back. Not here: connections (`run`).

use std::sync::Arc;
use std::time::Duration;

use app::addresses::patterns;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gallery::GalleryError;

use crate::body::beginning;
use crate::problem::Problem;
use crate::site::Site;

/// For so long the rest of a request is read that nobody wants: a client that is still sending would not see the answer.
const REST_READ_FOR: Duration = Duration::from_secs(1);

/// The layer. Whether the program lives and is ready, it tells as long as it can be asked.
pub(crate) async fn answer_all(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_health = [patterns::ALIVE, patterns::READY]
        .map(|pattern| site.address(pattern))
        .iter()
        .any(|health| health == path);
    if site.stopping.is_cancelled() && !is_health {
        let _ = tokio::time::timeout(REST_READ_FOR, beginning(request, 0)).await;
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
