//! Tracks a request from its body to the end of its response. Not here: the effect on its connection (`connection`).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Bytes;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::connection::Connection;
use crate::connections::Connections;
use crate::observed_body::{Observer, observed};

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
        observed(response, self)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.connection.end_request(self.connections.now());
    }
}

impl Observer for InFlight {
    fn sent(&mut self, bytes: u64, _is_end: bool) {
        self.connection.made(bytes);
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
