//! Maps file system errors to bucket errors.

use std::io::{Error, ErrorKind};

use crate::bucket::BucketError;

/// Classifies an error, which stays inside as the source for the log.
pub(super) fn classify(error: Error) -> BucketError {
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

/// The directory itself is gone: a disk that is not mounted.
pub(super) fn gone() -> BucketError {
    BucketError::Unavailable("the bucket's directory, or `_qrate` in it, is gone".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_space_is_classified_as_full() {
        let error = std::fs::write("/dev/full", "x").unwrap_err();
        assert!(matches!(classify(error), BucketError::Full(_)));
    }

    #[test]
    fn read_only_file_system_is_classified_as_denied() {
        let error = std::fs::write("/proc/version", "x").unwrap_err();
        assert!(
            matches!(classify(error), BucketError::Denied(_) | BucketError::Other(_)),
            "root may see EIO"
        );
        assert!(matches!(classify(Error::from_raw_os_error(libc::EROFS)), BucketError::Denied(_)));
    }
}
