//! The header `Idempotency-Key`: the request id of a program.

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use domain::RequestId;

use crate::inputs::parsed;
use crate::problem::Problem;
use crate::saving::new_request;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request id in the header; a new one without it.
pub(super) struct IdempotencyKey(pub(super) RequestId);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        match (keys.next(), keys.next()) {
            (None, _) => parsed(&new_request()).map(Self),
            (Some(key), None) => parsed(key.to_str().unwrap_or_default()).map(Self),
            (Some(_), Some(_)) => Err(Problem::bad_request("Send one Idempotency-Key.")),
        }
    }
}
