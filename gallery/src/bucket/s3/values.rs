//! Converts S3's values to ours.

use aws_sdk_s3::primitives::DateTime;
use domain::Timestamp;

/// Whether it is a console's folder.
pub(super) fn is_folder(key: &str, size_bytes: u64) -> bool {
    size_bytes == 0 && key.ends_with('/')
}

/// S3 quotes etags, but not all compatible stores do everywhere.
pub(super) fn etag(quoted: &str) -> String {
    quoted.trim_matches('"').to_owned()
}

/// Whole seconds: HTTP headers have no more, and the list must agree with them.
pub(super) fn timestamp(time: Option<&DateTime>) -> Timestamp {
    let seconds = time.map_or(0, DateTime::secs);
    Timestamp::from_unix_ms(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000))
}

/// A size, which the SDK gives as signed.
pub(super) fn size_bytes(signed: Option<i64>) -> u64 {
    signed.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}
