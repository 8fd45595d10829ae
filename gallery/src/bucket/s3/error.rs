//! Maps SDK errors to bucket errors. S3's own codes:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use std::error::Error;
use std::io;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId as _;

use crate::aws::lacks_credentials;
use crate::bucket::BucketError;

/// The other side's refusal, for the log, with the request id of its own log.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {status} {code}: {message} (request {request_id})")]
struct Refusal {
    status: u16,
    code: String,
    message: String,
    request_id: String,
}

/// The status of the response, if there was one.
pub(super) fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// Classifies an error, which stays inside as the source for the log.
pub(super) fn classify<E>(error: SdkError<E>) -> BucketError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(_) => {}
        _ if lacks_credentials(&error) => return BucketError::Denied(error.into()),
        // A response that cannot be parsed, for example from a proxy.
        SdkError::ResponseError(_) if status(&error).is_some_and(|status| status < 500) => {
            return BucketError::Other(error.into());
        }
        SdkError::ConstructionFailure(_) => return BucketError::Other(error.into()),
        _ => return BucketError::Unavailable(error.into()),
    }
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    of_refusal(Refusal {
        status: status(&error).unwrap_or_default(),
        code: text(error.code()),
        message: text(error.message()),
        request_id: text(error.request_id()),
    })
}

fn of_refusal(refusal: Refusal) -> BucketError {
    match refusal.code.as_str() {
        // Like an unmounted disk for a directory: it does not mean that its objects were deleted.
        "NoSuchBucket" => return BucketError::Unavailable(refusal.into()),
        "KeyTooLongError" => return BucketError::UnsupportedKey("it is too long for the bucket"),
        "InvalidURI" | "XMinioInvalidObjectName" => {
            return BucketError::UnsupportedKey("the bucket does not accept it as a name");
        }
        "EntityTooLarge" => return BucketError::Full(io::Error::new(io::ErrorKind::FileTooLarge, refusal)),
        "QuotaExceeded" | "XMinioStorageFull" => {
            return BucketError::Full(io::Error::new(io::ErrorKind::StorageFull, refusal));
        }
        // S3 reports these with status 400.
        "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired" => {
            return BucketError::Denied(refusal.into());
        }
        "RequestTimeout" | "InternalError" | "SlowDown" => return BucketError::Unavailable(refusal.into()),
        // The bytes were damaged on the way, and the bucket rejected them.
        "BadDigest" | "XAmzContentChecksumMismatch" | "XAmzContentSHA256Mismatch" => {
            return BucketError::Unavailable(refusal.into());
        }
        _ => {}
    }
    match refusal.status {
        401 | 403 => BucketError::Denied(refusal.into()),
        // A response to HEAD has no body: this is how expired credentials look then.
        400 if refusal.code.is_empty() => BucketError::Denied(refusal.into()),
        404 => BucketError::NotFound,
        412 => BucketError::AlreadyExists,
        413 => BucketError::Full(io::Error::new(io::ErrorKind::FileTooLarge, refusal)),
        507 => BucketError::Full(io::Error::new(io::ErrorKind::StorageFull, refusal)),
        // 409: another operation on the same key is in progress.
        408 | 409 | 429 | 500.. => BucketError::Unavailable(refusal.into()),
        _ => BucketError::Other(refusal.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: &str) -> BucketError {
        let (code, message) = (code.to_owned(), "why".to_owned());
        of_refusal(Refusal { status, code, message, request_id: "id".to_owned() })
    }

    #[test]
    fn refusals_are_classified() {
        assert!(matches!(of(404, "NoSuchKey"), BucketError::NotFound));
        assert!(matches!(of(404, ""), BucketError::NotFound));
        assert!(matches!(of(404, "NoSuchBucket"), BucketError::Unavailable(_)));
        assert!(matches!(of(412, "PreconditionFailed"), BucketError::AlreadyExists));
        assert!(matches!(of(409, "ConditionalRequestConflict"), BucketError::Unavailable(_)));
        assert!(matches!(of(503, "SlowDown"), BucketError::Unavailable(_)));
        assert!(matches!(of(400, "RequestTimeout"), BucketError::Unavailable(_)));
        assert!(matches!(of(400, "BadDigest"), BucketError::Unavailable(_)));
        assert!(matches!(of(400, "ExpiredToken"), BucketError::Denied(_)));
        assert!(matches!(of(403, "RequestTimeTooSkewed"), BucketError::Denied(_)));
        assert!(matches!(of(400, "EntityTooLarge"), BucketError::Full(_)));
        assert!(matches!(of(507, ""), BucketError::Full(_)));
        assert!(matches!(of(400, "KeyTooLongError"), BucketError::UnsupportedKey(_)));
        assert!(matches!(of(400, "AuthorizationHeaderMalformed"), BucketError::Other(_)));
    }

    #[test]
    fn refusals_include_the_reason() {
        let denied = of(403, "AccessDenied");
        let reason = denied.source().unwrap().to_string();
        assert_eq!(reason, "HTTP 403 AccessDenied: why (request id)");
    }
}
