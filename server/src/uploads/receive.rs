//! Receives the bytes of one file into a temporary file, within limits of size and of patience: never whole in
//! memory. A client that stops in the middle leaves nothing. Not here: places (`upload_places`), what becomes of the file.

use std::io;
use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use domain::limits::PHOTO_MAX_BYTES;
use futures::{Stream, StreamExt as _};
use gallery::bucket::{Spool, SpoolError, SpoolWriter};

use crate::problem::Problem;
use crate::upload_places::UploadPlace;

/// A sender that is silent for this long is gone.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(30);

/// How much of an oversized file is read before hanging up: a browser that is still sending would not see the
/// response.
const DISCARDED_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The bytes of a file from a client. An error says that the request broke off.
pub(crate) async fn receive<E>(
    chunks: impl Stream<Item = Result<Bytes, E>>,
    folder: Option<&Path>,
    place: &UploadPlace,
) -> Result<Spool, Problem> {
    let mut chunks = std::pin::pin!(chunks);
    let mut spool = SpoolWriter::create(folder).map_err(unwritten)?;
    let mut seen_bytes = 0;
    loop {
        let next = tokio::time::timeout(SILENCE_MAX, chunks.next());
        let Some(next) = place.cut_off.run_until_cancelled(next).await else { return Err(too_slow()) };
        match next {
            Ok(Some(Ok(chunk))) => {
                seen_bytes += chunk.len() as u64;
                place.grow(chunk.len());
                if seen_bytes <= PHOTO_MAX_BYTES {
                    spool.write(&chunk).await.map_err(unwritten)?;
                } else if seen_bytes > DISCARDED_MAX_BYTES {
                    return Err(too_large());
                }
            }
            _ if seen_bytes > PHOTO_MAX_BYTES => return Err(too_large()),
            Ok(Some(Err(_))) => return Err(interrupted()),
            Ok(None) => return spool.finish().await.map_err(unwritten),
            Err(_) => {
                let sentence = "The upload stopped arriving. Try again.";
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, sentence));
            }
        }
    }
}

/// Whether a request of this size can be refused before it is read: a browser would send all of it for nothing.
pub(crate) fn is_far_too_large(size_bytes: u64) -> bool {
    size_bytes > DISCARDED_MAX_BYTES
}

/// Larger than `PHOTO_MAX_BYTES`.
pub(crate) fn too_large() -> Problem {
    let most_mib = PHOTO_MAX_BYTES / (1024 * 1024);
    let sentence = format!("The file is too large: the maximum is {most_mib} MiB. Nothing was saved.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}

fn interrupted() -> Problem {
    Problem::bad_request("The upload was interrupted. Try again.")
}

fn too_slow() -> Problem {
    Problem::busy(
        "Too many uploads are arriving at once, and this one was the slowest. Try again in a moment.",
    )
}

fn unwritten(error: SpoolError) -> Problem {
    let (SpoolError::Read(cause) | SpoolError::Write(cause)) = &error;
    let is_full = matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let problem = if is_full {
        Problem::full()
    } else {
        Problem::busy("The server cannot store uploads now. Try again in a moment.")
    };
    problem.because(error)
}
