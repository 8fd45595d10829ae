//! Streams a file without ever mixing two versions of it. Not here: which file (`path`).

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::error::classify;
use super::etag::etag;
use crate::bucket::BucketError;

/// The maximum size of a streamed chunk.
const CHUNK_BYTES: u64 = 256 * 1024;

/// The version of an open file while it is streamed.
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

    /// Whether nobody has written into it, even with the modification time put back. Hard links that come and go
    /// (backups, renames over the file) also change the status change time.
    fn is(&self, status: &fs::Metadata) -> bool {
        let now = Self::of(status);
        now.etag == self.etag && (now.changed_at == self.changed_at || now.links != self.links)
    }
}

/// Streams a part of an open file: a file renamed over it does not mix with it, and a write into it ends the stream.
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
                // After the read: a write's time is visible before its bytes are.
                if !version.is(&file.metadata().map_err(classify)?) {
                    return Err(BucketError::Changed);
                }
                read.map(|()| Bytes::from(chunk)).map_err(classify)
            });
            let chunk = read.await.map_err(|stopped| BucketError::Unavailable(stopped.into()))?;
            Ok(Some((chunk?, end..rest.end)))
        }
    });
    chunks.boxed()
}
