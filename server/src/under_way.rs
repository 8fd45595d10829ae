//! A request under way, followed from its body to the end of its answer. Not here: what a connection makes of that
//! (`connection`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::connection::Connection;
use crate::connections::Connections;

/// A request under way, until its answer is complete.
pub(crate) struct UnderWay {
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl UnderWay {
    pub(crate) fn begin(connection: Arc<Connection>, connections: Arc<Connections>) -> Self {
        connection.begin_request();
        Self { connection, connections }
    }

    /// The answer, followed to its end.
    pub(crate) fn followed(self, response: Response) -> Response {
        response.map(|body| Body::new(Outgoing { body, under_way: self }))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.connection.end_request(self.connections.now());
    }
}

/// The body of an answer.
struct Outgoing {
    body: Body,
    under_way: UnderWay,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
            self.under_way.connection.made(bytes);
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

/// The body of a request.
pub(crate) struct Arriving {
    body: Incoming,
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl Arriving {
    pub(crate) fn new(body: Incoming, connection: Arc<Connection>, connections: Arc<Connections>) -> Self {
        Self { body, connection, connections }
    }
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.connection.wait_for_body(polled.is_pending().then(|| self.connections.now()));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.connection.wait_for_body(None);
    }
}
