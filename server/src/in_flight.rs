//! Tracks a request from its body to the end of its response. Not here: the effect on its connection (`connection`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::connection::Connection;
use crate::connections::Connections;

/// A request in progress, until its response is complete.
pub(crate) struct InFlight {
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl InFlight {
    pub(crate) fn begin(connection: Arc<Connection>, connections: Arc<Connections>) -> Self {
        connection.begin_request();
        Self { connection, connections }
    }

    /// The response, followed to its end.
    pub(crate) fn followed(self, response: Response) -> Response {
        response.map(|body| Body::new(Outgoing { body, in_flight: self }))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.connection.end_request(self.connections.now());
    }
}

/// The body of a response.
struct Outgoing {
    body: Body,
    in_flight: InFlight,
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
            self.in_flight.connection.made(bytes);
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
