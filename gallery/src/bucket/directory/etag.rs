//! What tells one version of a file from the next.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// Changes when a file is written or replaced: by inode, time of the last write, and size. Not by the time of the last
/// change of status (ctime): every backup with hard links would make each object a new one.
pub(super) fn etag(status: &fs::Metadata) -> String {
    let (seconds, nanoseconds) = (status.mtime(), status.mtime_nsec());
    format!("{:x}-{seconds:x}.{nanoseconds:x}-{:x}", status.ino(), status.len())
}
