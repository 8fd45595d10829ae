//! What a client still sends after its upload was refused: read and discarded, since a browser that is still sending
//! would not see the response. Not here: files that are too large, which are read to their end anyway (`receive`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;

use super::receive::is_far_too_large;

/// Longer than this nobody is waited for.
const DISCARDED_FOR: Duration = Duration::from_secs(60);

/// Answers an upload; if that is refused, discards what has not been read of it before the response goes out.
pub(crate) async fn discard_unread(request: Request, next: Next) -> Response {
    let waits_for_us = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let size_bytes = body.size_hint().lower();
    let body = SharedBody(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    let status = response.status();
    let is_refused = status.is_client_error() || status.is_server_error();
    // Those are for clients that are too slow.
    let is_cut_off = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE);
    if is_refused && !is_cut_off && !waits_for_us && !is_far_too_large(size_bytes) {
        let _ = tokio::time::timeout(DISCARDED_FOR, discard(body)).await;
    }
    response
}

async fn discard(mut body: SharedBody) {
    let mut seen_bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        seen_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        if is_far_too_large(seen_bytes) {
            return;
        }
    }
}

/// A body that outlives the handler it was given to.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<Body>>);

impl http_body::Body for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().size_hint()
    }
}
