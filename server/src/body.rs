//! Reads request bodies within limits of size, of time, and of total memory. A slow sender holds only memory; when
//! that runs out, the oldest unfinished body is cut off, so that slow senders affect each other and not the fast
//! ones.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures::{Stream, StreamExt as _};
use http_body::Body as _;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;

/// A body that takes longer comes from a faulty or hostile client.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of an oversized body is read before hanging up: more than any text and most photographs.
const BODY_DRAINED_BYTES: usize = 64 * 1024 * 1024;

/// Memory for all bodies being received.
const RECEIVED_MAX_BYTES: usize = 64 * 1024 * 1024;

/// The bodies being received by this program.
static RECEIVING: Receiving = Receiving::new(RECEIVED_MAX_BYTES);

/// A received body.
pub(crate) struct ReceivedBody {
    pub(crate) bytes: Bytes,
    pub(crate) is_whole: bool,
}

/// Reads a body of at most `most_bytes`; a larger one is a 413 with this sentence.
pub(crate) async fn body(request: Request, most_bytes: usize, too_large: String) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, too_large);
    if request.body().size_hint().lower() > BODY_DRAINED_BYTES as u64 {
        return Err(too_large());
    }
    let ReceivedBody { bytes, is_whole } = receive_prefix(request, most_bytes).await?;
    if is_whole { Ok(bytes) } else { Err(too_large()) }
}

/// Reads a body and keeps its first `most_bytes`. The rest is read up to a limit and discarded: a browser that is
/// still sending would not see the response.
pub(crate) async fn receive_prefix(request: Request, most_bytes: usize) -> Result<ReceivedBody, Problem> {
    let announced = request.body().size_hint().lower();
    let waits_for_us = request.headers().contains_key(header::EXPECT);
    let mut kept = Vec::new();
    if waits_for_us && announced > most_bytes as u64 {
        return Ok(ReceivedBody { bytes: Bytes::new(), is_whole: false });
    }
    let is_far_too_large = announced > BODY_DRAINED_BYTES as u64;
    let deadline = Instant::now() + BODY_TIMEOUT;
    let place = RECEIVING.place();
    let mut chunks = request.into_body().into_data_stream();
    let mut seen_bytes = 0;
    let is_whole = loop {
        if seen_bytes > most_bytes && (is_far_too_large || seen_bytes > BODY_DRAINED_BYTES) {
            break false;
        }
        let next = tokio::time::timeout_at(deadline, chunks.next());
        let Some(next) = place.cut_off.run_until_cancelled(next).await else {
            return Err(Problem::busy("The server is receiving too much at once. Try again in a moment."));
        };
        match next {
            Ok(Some(Ok(chunk))) => {
                let room = most_bytes.saturating_sub(seen_bytes).min(chunk.len());
                place.grow(room);
                kept.extend_from_slice(&chunk[..room]);
                seen_bytes += chunk.len();
            }
            _ if seen_bytes > most_bytes => break false,
            Ok(None) => break true,
            Ok(Some(Err(_))) => return Err(Problem::bad_request("The request was interrupted. Try again.")),
            Err(_) => {
                let sentence = "The request took too long. Try again.";
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, sentence));
            }
        }
    };
    Ok(ReceivedBody { bytes: kept.into(), is_whole })
}

/// Reads the rest of a body that is no longer wanted, up to a limit: a client that is still sending would not see the
/// answer.
pub(crate) async fn discard_rest(chunks: impl Stream<Item = std::io::Result<Bytes>>) {
    let mut seen_bytes = 0;
    let rest = chunks.take_while(|chunk| {
        seen_bytes += chunk.as_ref().map_or(BODY_DRAINED_BYTES, Bytes::len);
        std::future::ready(seen_bytes < BODY_DRAINED_BYTES)
    });
    let _ = tokio::time::timeout(BODY_TIMEOUT, rest.for_each(|_| std::future::ready(()))).await;
}

/// Bodies in memory, oldest first.
struct Receiving {
    most_bytes: usize,
    state: Mutex<State>,
}

struct State {
    begun: u64,
    bytes: usize,
    bodies: BTreeMap<u64, (usize, CancellationToken)>,
}

/// The reservation of one body, released when dropped.
struct Place<'a> {
    all: &'a Receiving,
    number: u64,
    cut_off: CancellationToken,
}

impl Receiving {
    const fn new(most_bytes: usize) -> Self {
        Self { most_bytes, state: Mutex::new(State { begun: 0, bytes: 0, bodies: BTreeMap::new() }) }
    }

    fn place(&self) -> Place<'_> {
        let mut state = self.state();
        let (number, cut_off) = (state.begun, CancellationToken::new());
        state.begun += 1;
        state.bodies.insert(number, (0, cut_off.clone()));
        Place { all: self, number, cut_off }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    fn remove(&mut self, number: u64) -> Option<CancellationToken> {
        let (bytes, cut_off) = self.bodies.remove(&number)?;
        self.bytes -= bytes;
        Some(cut_off)
    }
}

impl Place<'_> {
    /// This many more bytes have arrived.
    fn grow(&self, bytes: usize) {
        let mut state = self.all.state();
        let Some((own, _)) = state.bodies.get_mut(&self.number) else { return };
        *own += bytes;
        state.bytes += bytes;
        while state.bytes > self.all.most_bytes {
            let oldest = state.bodies.iter().find(|(_, (bytes, _))| *bytes > 0).map(|(number, _)| *number);
            let Some(cut_off) = oldest.and_then(|oldest| state.remove(oldest)) else { return };
            cut_off.cancel();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.all.state().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_body_is_dropped_when_memory_runs_out() {
        let receiving = Receiving::new(100);
        let (empty, first, second) = (receiving.place(), receiving.place(), receiving.place());
        first.grow(40);
        second.grow(60);
        assert!(!first.cut_off.is_cancelled());
        let third = receiving.place();
        third.grow(30);
        assert!(first.cut_off.is_cancelled() && !second.cut_off.is_cancelled());
        // It holds nothing any more, whatever it still does.
        first.grow(1000);
        drop(first);
        assert_eq!(receiving.state().bytes, 90);
        drop(second);
        third.grow(70);
        assert!(!third.cut_off.is_cancelled() && !empty.cut_off.is_cancelled());
        third.grow(1);
        assert!(third.cut_off.is_cancelled(), "more than all there is");
        assert_eq!(receiving.state().bytes, 0);
    }
}
