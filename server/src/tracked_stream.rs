//! A connection's stream as its task reads and writes it, which tracks what it waits for and what is held for it. Not
//! here: the connection itself (`connection`), and all of them (`connections`).

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::Connection;
use crate::connections::Connections;

/// The tracked stream.
pub(crate) struct TrackedStream {
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl TrackedStream {
    pub(crate) fn new(connection: Arc<Connection>, connections: Arc<Connections>) -> Self {
        Self { connection, connections }
    }
}

impl AsyncRead for TrackedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.connection.poll_read(context, buffer, || self.connections.now())
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = self.connection.poll_write(context, parts);
        match &polled {
            Poll::Ready(written) => {
                if self.connection.wrote(written) {
                    self.connections.release(&self.connection);
                }
            }
            Poll::Pending => {
                if self.connection.block(self.connections.now()) {
                    self.connections.hold(&self.connection);
                }
            }
        }
        polled
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.connection.end_writing())
    }
}

impl Drop for TrackedStream {
    fn drop(&mut self) {
        self.connections.left(&self.connection);
    }
}
