//! The body of a form, handed to its parser a chunk at a time. By itself the parser takes in whatever has arrived, and
//! looks for the end of a part's header however long that is: all of a form could be in memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use futures::{Stream, StreamExt as _};

/// What the parser may hold back before it hands on something: a header, and a chunk.
const UNREAD_MAX_BYTES: usize = 1024 * 1024;

/// How much the parser holds back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unread(Arc<AtomicUsize>);

impl Unread {
    /// The parser has handed on something.
    pub(crate) fn read(&self) {
        self.0.store(0, Relaxed);
    }
}

/// The same request, with its body paced.
pub(crate) fn paced(request: Request) -> (Request, Unread) {
    let unread = Unread::default();
    let pace = |body: Body| {
        let chunks = body.into_data_stream();
        Body::from_stream(Paced { chunks, is_next_round: true, unread: unread.clone() })
    };
    (request.map(pace), unread)
}

struct Paced {
    chunks: BodyDataStream,
    /// Whether the parser has asked again since the last chunk.
    is_next_round: bool,
    unread: Unread,
}

impl Stream for Paced {
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.is_next_round {
            self.is_next_round = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let chunk = ready!(self.chunks.poll_next_unpin(context));
        self.is_next_round = false;
        Poll::Ready(match chunk {
            Some(Ok(chunk)) => {
                let unread = self.unread.0.fetch_add(chunk.len(), Relaxed);
                // A chunk may be large by itself.
                if unread > UNREAD_MAX_BYTES {
                    Some(Err("a header without end".into()))
                } else {
                    Some(Ok(chunk))
                }
            }
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt as _, stream};

    use super::*;

    fn body(chunks: usize) -> (Body, Unread) {
        let chunk = Bytes::from(vec![b'x'; 256 * 1024]);
        let chunks = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone())).take(chunks);
        let (request, unread) = paced(Request::new(Body::from_stream(chunks)));
        (request.into_body(), unread)
    }

    #[test]
    fn one_chunk_comes_at_a_time() {
        let (body, _) = body(2);
        let mut chunks = body.into_data_stream();
        assert!(chunks.next().now_or_never().is_some());
        assert!(chunks.next().now_or_never().is_none(), "in the next round");
        assert!(chunks.next().now_or_never().is_some());
    }

    #[tokio::test]
    async fn body_that_is_not_handed_on_ends() {
        let (unread_body, _) = body(64);
        let taken = unread_body
            .into_data_stream()
            .take_while(|chunk| std::future::ready(chunk.is_ok()))
            .count()
            .await;
        assert!(taken < 8, "{taken}");
        let (read_body, unread) = body(64);
        let taken = read_body
            .into_data_stream()
            .inspect(|_| unread.read())
            .filter(|chunk| std::future::ready(chunk.is_ok()));
        assert_eq!(taken.count().await, 64);
    }
}
