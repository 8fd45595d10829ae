//! How many clients are served at once, by kind. Every client is an open file, and so is what a download or a save
//! reads and writes: the total stays below the limit of open files (`ulimit -n`).

use domain::limits::STREAMS_MAX;
use tokio::sync::Semaphore;

/// The desired number of open files: all event streams, all downloads, pages, and our own files.
pub(crate) const WANTED_FILES: u64 = STREAMS_MAX as u64 + 3072;

/// Open files reserved for the bucket, the catalog and saves when the maximum number of clients is connected.
const OWN_FILES: usize = 512;

/// Open files that every system allows.
const FEWEST_FILES: u64 = 256;

/// Concurrent downloads. Each holds some hundred KiB for a possibly slow client.
pub(crate) const DOWNLOADS_MAX: usize = 256;

/// Concurrent uploads. Each is a file of up to 50 MiB on the disk, from a possibly slow client.
pub(crate) const UPLOADS_MAX: usize = 64;

/// How many clients are served at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// All clients.
    pub(crate) connections: usize,
    /// Event streams among them.
    pub(crate) streams: usize,
    /// Downloads among them, which also hold a file of the bucket open.
    pub(crate) downloads: usize,
    /// Uploads among them, which also hold a temporary file open.
    pub(crate) uploads: usize,
}

impl Budget {
    /// Derived from the limit of open files.
    pub(crate) fn of_this_process() -> Self {
        let files = rlimit::Resource::NOFILE.get_soft().unwrap_or(FEWEST_FILES);
        Self::of(usize::try_from(files).unwrap_or(usize::MAX))
    }

    /// An eighth of what downloads and uploads leave stays free for pages and health checks.
    fn of(files: usize) -> Self {
        let for_clients = files - OWN_FILES.min(files / 4);
        let downloads = (for_clients / 8).min(DOWNLOADS_MAX);
        let uploads = (for_clients / 16).min(UPLOADS_MAX);
        let connections = (for_clients - downloads - uploads).min(Semaphore::MAX_PERMITS);
        let streams = ((connections - downloads - uploads) / 8 * 7).min(STREAMS_MAX);
        Self { connections, streams, downloads, uploads }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_leaves_files_and_places_for_pages() {
        for files in [64, 256, 1024, 4096, 12_288, 1 << 20, usize::MAX] {
            let Budget { connections, streams, downloads, uploads } = Budget::of(files);
            assert!(connections + downloads + uploads <= files - files.min(2048) / 4, "{files}");
            assert!(streams > 0 && downloads > 0 && uploads > 0, "{files}");
            assert!(connections - streams - downloads - uploads >= connections / 16, "{files}");
        }
        let wanted = Budget::of(usize::try_from(WANTED_FILES).unwrap());
        assert_eq!(
            (wanted.streams, wanted.downloads, wanted.uploads),
            (STREAMS_MAX, DOWNLOADS_MAX, UPLOADS_MAX)
        );
    }
}
