//! What an error of the file system means for a bucket.

use std::io::{Error, ErrorKind};

use crate::bucket::BucketError;

/// The meaning of an error; the error itself stays inside for the log.
pub(super) fn meaning(error: Error) -> BucketError {
    match error.kind() {
        ErrorKind::NotFound => BucketError::NotFound,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            BucketError::Full(error)
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => BucketError::Denied(error.into()),
        ErrorKind::InvalidFilename => BucketError::UnsupportedKey("it is too long for the file system"),
        ErrorKind::StaleNetworkFileHandle
        | ErrorKind::TimedOut
        | ErrorKind::ResourceBusy
        | ErrorKind::OutOfMemory
        | ErrorKind::Interrupted => BucketError::Unavailable(error.into()),
        _ if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => {
            BucketError::Unavailable(error.into())
        }
        _ => BucketError::Other(error.into()),
    }
}

/// The directory itself is not there: a disk that is not mounted.
pub(super) fn gone() -> BucketError {
    BucketError::Unavailable("the bucket's directory, or `_qrate` in it, is gone".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_device_is_full() {
        let error = std::fs::write("/dev/full", "x").unwrap_err();
        assert!(matches!(meaning(error), BucketError::Full(_)));
    }

    #[test]
    fn a_read_only_file_system_is_denied() {
        let error = std::fs::write("/proc/version", "x").unwrap_err();
        assert!(matches!(meaning(error), BucketError::Denied(_) | BucketError::Other(_)), "root may see EIO");
        assert!(matches!(meaning(Error::from_raw_os_error(libc::EROFS)), BucketError::Denied(_)));
    }
}
