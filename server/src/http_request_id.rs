//! The id of an HTTP request: in its log lines, in `X-Request-Id`, and on error pages. Not the domain's `RequestId`,
//! by which a repeated save is recognised.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use ulid::Ulid;

/// The header that carries it, in both directions.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is accepted from a proxy.
const MAX_BYTES: usize = 64;

/// The id of an HTTP request: 1 to 64 letters, digits, hyphens and underscores.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct HttpRequestId(String);

impl HttpRequestId {
    /// The request's own id if it is valid; otherwise a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        given
            .filter(|id| (1..=MAX_BYTES).contains(&id.len()) && id.bytes().all(allowed))
            .map_or_else(Self::default, |id| Self(id.to_owned()))
    }

    /// The id as a header.
    pub(crate) fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("letters, digits, hyphens and underscores")
    }
}

impl Default for HttpRequestId {
    /// A new one.
    fn default() -> Self {
        Self(Ulid::generate().to_string())
    }
}

impl fmt::Display for HttpRequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
