//! A document as a response.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A response with this document.
pub(crate) fn html(status: StatusCode, document: impl IntoResponse) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], document).into_response()
}
