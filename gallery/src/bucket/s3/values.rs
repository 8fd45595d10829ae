//! Values as S3 gives them, in our terms.

use aws_sdk_s3::primitives::DateTime;
use domain::Timestamp;

/// What a console makes for a folder.
pub(super) fn is_folder(key: &str, size_bytes: u64) -> bool {
    size_bytes == 0 && key.ends_with('/')
}

/// S3 writes an etag in quotation marks, though not everywhere in everything that speaks its protocol.
pub(super) fn etag(quoted: &str) -> String {
    quoted.trim_matches('"').to_owned()
}

/// Whole seconds: HTTP headers have no more, and what the list says is to be the same.
pub(super) fn timestamp(time: Option<&DateTime>) -> Timestamp {
    let seconds = time.map_or(0, DateTime::secs);
    Timestamp::from_unix_ms(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000))
}

/// A size that the SDK gives as signed.
pub(super) fn size_bytes(signed: Option<i64>) -> u64 {
    signed.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}
