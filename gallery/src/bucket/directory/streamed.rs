//! A file as a stream that never mixes two versions of it. Not here: which file (`path`).

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::error::meaning;
use super::etag::etag;
use crate::bucket::BucketError;

/// Largest piece of a streamed object.
const CHUNK_BYTES: u64 = 256 * 1024;

/// What an open file is while it is streamed.
pub(super) struct Version {
    pub(super) etag: String,
    links: u64,
    changed_at: (i64, i64),
}

impl Version {
    pub(super) fn of(status: &fs::Metadata) -> Self {
        let changed_at = (status.ctime(), status.ctime_nsec());
        Self { etag: etag(status), links: status.nlink(), changed_at }
    }

    /// Whether nobody has written into it, be it that the time of the last write was put back. Links that come and go
    /// (a backup, a file that is renamed over it) move the time of the last change of status as well.
    fn is(&self, status: &fs::Metadata) -> bool {
        let now = Self::of(status);
        now.etag == self.etag && (now.changed_at == self.changed_at || now.links != self.links)
    }
}

/// A part of an open file, streamed: what is renamed over it meanwhile does not mix with it, and what is written into it
/// ends the stream.
pub(super) fn chunks(
    file: Arc<File>,
    version: Arc<Version>,
    rest: Range<u64>,
) -> BoxStream<'static, Result<Bytes, BucketError>> {
    let chunks = stream::try_unfold(rest, move |rest| {
        let (file, version) = (Arc::clone(&file), Arc::clone(&version));
        async move {
            if rest.is_empty() {
                return Ok(None);
            }
            let end = rest.end.min(rest.start + CHUNK_BYTES);
            let size_bytes = usize::try_from(end - rest.start).expect("at most a chunk");
            let read = tokio::task::spawn_blocking(move || {
                let mut chunk = vec![0; size_bytes];
                let read = file.read_exact_at(&mut chunk, rest.start);
                // After the read: the time of a write is there before its bytes are.
                if !version.is(&file.metadata().map_err(meaning)?) {
                    return Err(BucketError::Changed);
                }
                read.map(|()| Bytes::from(chunk)).map_err(meaning)
            });
            let chunk = read.await.map_err(|stopped| BucketError::Unavailable(stopped.into()))?;
            Ok(Some((chunk?, end..rest.end)))
        }
    });
    chunks.boxed()
}
