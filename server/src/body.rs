//! Reading the body of a request: within bounds of size, of time, and of what all of them take together. Whoever sends
//! slowly holds memory and nothing else; when there is none left, the one that has been coming for the longest is cut
//! off, so that slow senders hold up each other and nobody who is quick.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures::StreamExt as _;
use http_body::Body as _;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;

/// A body that takes longer comes from nobody who means well.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a body that is too large is read before we hang up: any text and any photograph that a person has at hand.
const BODY_DRAINED_BYTES: usize = 64 * 1024 * 1024;

/// Memory for all bodies that are being received.
const RECEIVED_MAX_BYTES: usize = 64 * 1024 * 1024;

/// The bodies that are being received by this program.
static RECEIVING: Receiving = Receiving::new(RECEIVED_MAX_BYTES);

/// What came of a body.
pub(crate) struct Beginning {
    pub(crate) bytes: Bytes,
    pub(crate) is_whole: bool,
}

/// Reads a body of at most `most_bytes`; what is larger is a 413 with this sentence.
pub(crate) async fn body(request: Request, most_bytes: usize, too_large: String) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, too_large);
    if request.body().size_hint().lower() > BODY_DRAINED_BYTES as u64 {
        return Err(too_large());
    }
    let Beginning { bytes, is_whole } = beginning(request, most_bytes).await?;
    if is_whole { Ok(bytes) } else { Err(too_large()) }
}

/// Reads a body, and keeps the first `most_bytes` of it. The rest is read all the same, up to a point, and thrown away: a
/// browser that is still sending would not see the answer.
pub(crate) async fn beginning(request: Request, most_bytes: usize) -> Result<Beginning, Problem> {
    let announced = request.body().size_hint().lower();
    let waits_for_us = request.headers().contains_key(header::EXPECT);
    let mut kept = Vec::new();
    if waits_for_us && announced > most_bytes as u64 {
        return Ok(Beginning { bytes: Bytes::new(), is_whole: false });
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
            return Err(Problem::busy("Too much is sent at once. Try again in a moment."));
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
            Ok(Some(Err(_))) => return Err(Problem::bad_request("The request broke off. Try again.")),
            Err(_) => {
                let sentence = "The request came too slowly. Try again.";
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, sentence));
            }
        }
    };
    Ok(Beginning { bytes: kept.into(), is_whole })
}

/// Bodies in memory, in the order in which they began.
struct Receiving {
    most_bytes: usize,
    state: Mutex<State>,
}

struct State {
    begun: u64,
    bytes: usize,
    bodies: BTreeMap<u64, (usize, CancellationToken)>,
}

/// The place of one of them, until it is dropped.
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
    /// So many bytes more have come.
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
    fn the_oldest_is_cut_off_when_there_is_no_memory_left() {
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
