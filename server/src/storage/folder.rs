//! The bucket in the data folder, and the lock that reserves the folder for one program at a time.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use gallery::bucket::{Bucket, DirectoryBucket};

use super::access::Access;
use super::error::StorageError;
use crate::config::StorageArgs;

/// The bucket, and whether it was used before. A new one is created only for a new catalog: otherwise its disk may be
/// missing.
pub(super) fn open(
    args: &StorageArgs,
    access: Access,
    catalog_is_used: bool,
) -> Result<(Arc<dyn Bucket>, bool), StorageError> {
    let path = args.bucket_path();
    let failed = |error| StorageError::Bucket(path.display().to_string(), error);
    let was_in_use = DirectoryBucket::is_at(&path).map_err(failed)?;
    if catalog_is_used && !was_in_use {
        return Err(StorageError::BucketGone(path));
    }
    let bucket = match access {
        Access::Read => DirectoryBucket::open_read_only(&path),
        Access::Make => DirectoryBucket::open(&path),
    };
    Ok((Arc::new(bucket.map_err(failed)?), was_in_use))
}

/// Locks the data folder; `None` where the system cannot lock one.
pub(super) fn lock(path: &Path) -> Result<Option<File>, StorageError> {
    // Whoever opens its contents reports a folder that cannot be opened.
    let Ok(folder) = File::open(path) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(StorageError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, "the data folder cannot be locked; the catalog can");
            Ok(None)
        }
    }
}
