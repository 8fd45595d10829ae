//! Translates errors of AWS calls for an operator. Not here: for a port (`bucket::s3`, `catalog::dynamodb`).

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::lacks_credentials;

/// Why a call failed, in words that say what to do. They never contain a secret: the SDK hides secrets, and requests
/// are not printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AwsError {
    /// No policy allows it, or one forbids it.
    Denied(String),
    /// The target does not exist, or was never set.
    Absent,
    /// The other side does not support it, as many compatible stores do not.
    Unsupported,
    /// A new resource is not known everywhere yet: retry in a moment.
    NotYet(String),
    /// The credentials are missing or invalid: nothing else can be checked.
    Credentials(String),
    /// Anything else.
    Other(String),
}

impl AwsError {
    /// In a few words, without what to do about a permission.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Denied(said) => format!("is not permitted ({said})"),
            Self::Absent => "it does not exist".to_owned(),
            Self::Unsupported => "such a call is not supported there".to_owned(),
            Self::NotYet(said) | Self::Credentials(said) | Self::Other(said) => said,
        }
    }
}

/// The codes: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>,
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthorizationError",
    "UnauthorizedAccess",
];
const ABSENT: &[&str] = &[
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NotFound",
    "OwnershipControlsNotFoundError",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "ServerSideEncryptionConfigurationNotFoundError",
    "TableNotFoundException",
];
const UNSUPPORTED: &[&str] = &[
    "InvalidAction",
    "MethodNotAllowed",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperation",
    "XNotImplemented",
];
const NOT_YET: &[&str] = &[
    "AWS.SimpleQueueService.QueueDeletedRecently",
    "ConditionalRequestConflict",
    "LimitExceededException",
    "OperationAborted",
    "QueueDeletedRecently",
    "ResourceInUseException",
    "TableInUseException",
];
const BAD_CREDENTIALS: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
];
const BAD_CLOCK: &[&str] = &["RequestExpired", "RequestTimeTooSkewed"];
const OTHER_REGION: &[&str] =
    &["AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"];
/// S3 tests the queue when it is configured, and a new policy is not known everywhere at once.
const UNTRIED_DESTINATION: &str = "Unable to validate the following destination";

/// What to do without credentials.
pub(super) const NO_CREDENTIALS: &str =
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them";

/// Classifies an error.
pub(crate) fn classify<E>(error: &SdkError<E, HttpResponse>) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match error {
        SdkError::ServiceError(_) => {}
        _ if lacks_credentials(error) => {
            return AwsError::Credentials(format!("there are no credentials: {NO_CREDENTIALS}"));
        }
        // A response to a different question: the call is not supported there.
        SdkError::ResponseError(_) if status == 200 => return AwsError::Unsupported,
        _ => return AwsError::Other(format!("no answer: {}", innermost(error))),
    }
    refusal(status, error.code().unwrap_or_default(), error.message().unwrap_or_default())
}

fn refusal(status: u16, code: &str, message: &str) -> AwsError {
    let said = match (code, message) {
        ("", "") => format!("HTTP {status}"),
        (code, "") => code.to_owned(),
        (code, message) => format!("{code}: {}", message.trim_end_matches('.')),
    };
    let is = |codes: &[&str]| codes.contains(&code);
    if is(DENIED) {
        AwsError::Denied(said)
    } else if is(ABSENT) {
        AwsError::Absent
    } else if is(UNSUPPORTED) {
        AwsError::Unsupported
    } else if is(NOT_YET) || message.starts_with(UNTRIED_DESTINATION) {
        AwsError::NotYet(said)
    } else if is(BAD_CREDENTIALS) {
        AwsError::Credentials(format!(
            "the credentials are invalid or expired ({said}): renew or replace them"
        ))
    } else if is(BAD_CLOCK) {
        AwsError::Other(format!("the clock of this machine is wrong ({said}): set it"))
    } else if is(OTHER_REGION) || status == 301 {
        AwsError::Other(format!("it is in another region ({said}): set --aws-region (AWS_REGION)"))
    } else {
        match status {
            401 | 403 => AwsError::Denied(said),
            404 => AwsError::Absent,
            405 | 501 => AwsError::Unsupported,
            _ => AwsError::Other(said),
        }
    }
}

/// The innermost cause: the outer ones only say that there is one.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_errors_are_explained() {
        let of = |status, code| refusal(status, code, "why.");
        assert_eq!(of(403, "AccessDenied"), AwsError::Denied("AccessDenied: why".to_owned()));
        assert_eq!(
            of(400, "AccessDeniedException"),
            AwsError::Denied("AccessDeniedException: why".to_owned())
        );
        assert_eq!(refusal(403, "", ""), AwsError::Denied("HTTP 403".to_owned()));
        assert_eq!(refusal(404, "", ""), AwsError::Absent);
        assert_eq!(of(400, "ResourceNotFoundException"), AwsError::Absent);
        assert_eq!(of(501, "NotImplemented"), AwsError::Unsupported);
        assert!(matches!(of(409, "OperationAborted"), AwsError::NotYet(_)));
        assert!(matches!(of(403, "SignatureDoesNotMatch"), AwsError::Credentials(_)));
        assert!(matches!(of(403, "RequestTimeTooSkewed"), AwsError::Other(why) if why.contains("clock")));
        assert!(matches!(refusal(301, "", ""), AwsError::Other(why) if why.contains("--aws-region")));
        let untried =
            refusal(400, "InvalidArgument", "Unable to validate the following destination configurations");
        assert!(matches!(untried, AwsError::NotYet(_)));
        assert!(matches!(of(400, "InvalidArgument"), AwsError::Other(_)));
    }
}
