//! The header `Idempotency-Key`: the request id of a program.

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use domain::RequestId;

use crate::problem::Problem;
use crate::saving::new_request;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request id in the header; a new one without it.
pub(super) struct IdempotencyKey(pub(super) RequestId);

impl IdempotencyKey {
    /// The request id that a program chose.
    pub(super) fn read(key: &str) -> Result<RequestId, Problem> {
        key.parse().map_err(|_| {
            let sentence = "An Idempotency-Key has 1 to 64 letters, digits, hyphens and underscores, without quotation marks.";
            Problem::bad_request(sentence)
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match OptionalKey::from_request_parts(parts, state).await? {
            OptionalKey(Some(key)) => Ok(Self(key)),
            OptionalKey(None) => Self::read(&new_request()).map(Self),
        }
    }
}

/// The request id in the header, if there is one.
pub(super) struct OptionalKey(pub(super) Option<RequestId>);

impl<S: Send + Sync> FromRequestParts<S> for OptionalKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        match (keys.next(), keys.next()) {
            (None, _) => Ok(Self(None)),
            (Some(key), None) => {
                IdempotencyKey::read(key.to_str().unwrap_or_default()).map(|key| Self(Some(key)))
            }
            (Some(_), Some(_)) => Err(Problem::bad_request("Send one Idempotency-Key.")),
        }
    }
}
