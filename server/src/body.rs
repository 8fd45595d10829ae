//! Reading the body of a request: within bounds of size and of time.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures::StreamExt as _;
use http_body::Body as _;
use tokio::time::Instant;

use crate::problem::Problem;

/// A body that takes longer comes from nobody who means well.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a body that is too large is read before we hang up: any text and any photograph that a person has at hand.
const BODY_DRAINED_BYTES: usize = 64 * 1024 * 1024;

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
    let mut chunks = request.into_body().into_data_stream();
    let mut seen_bytes = 0;
    let is_whole = loop {
        if seen_bytes > most_bytes && (is_far_too_large || seen_bytes > BODY_DRAINED_BYTES) {
            break false;
        }
        match tokio::time::timeout_at(deadline, chunks.next()).await {
            Ok(Some(Ok(chunk))) => {
                let room = most_bytes.saturating_sub(seen_bytes).min(chunk.len());
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
