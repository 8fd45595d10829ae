//! JSON as a response.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A response with this value as JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    let body = serde_json::to_string(value).expect("our own types become JSON");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
