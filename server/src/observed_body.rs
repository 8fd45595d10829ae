//! The body of a response whose frames somebody counts as they are sent. Not here: what is counted (`in_flight`,
//! `request_log`).

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Frame, SizeHint};

/// Follows a body to its end, and is dropped with it.
pub(crate) trait Observer: Send + Unpin + 'static {
    /// The next frame was sent, with this many bytes of data; `is_end` says whether it is known to be the last.
    fn sent(&mut self, bytes: u64, is_end: bool);
}

/// A response that tells this observer what is sent of it.
pub(crate) fn observed(response: Response, observer: impl Observer) -> Response {
    response.map(|body| Body::new(ObservedBody { body, observer }))
}

struct ObservedBody<O> {
    body: Body,
    observer: O,
}

impl<O: Observer> http_body::Body for ObservedBody<O> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
                let is_end = self.body.is_end_stream();
                self.observer.sent(bytes, is_end);
            }
            Some(Err(_)) => {}
            None => self.observer.sent(0, true),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
