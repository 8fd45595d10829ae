//! The etag of a file.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// Changes when a file is written or replaced: from inode, modification time and size. Not from the status change
/// time (ctime): every backup with hard links would make all objects new.
pub(super) fn etag(status: &fs::Metadata) -> String {
    let (seconds, nanoseconds) = (status.mtime(), status.mtime_nsec());
    format!("{:x}-{seconds:x}.{nanoseconds:x}-{:x}", status.ino(), status.len())
}
