//! The errors of the API as `application/problem+json` (RFC 9457): each kind has a `type` that stays the same and leads to
//! its explanation. Not here: the kinds (`problem_kind`), which error it is (`problem`), and the response (`error_response`).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::{StatusCode, request};
use axum::response::{IntoResponse as _, Response};
use domain::Failure;
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::inputs::segment;
use crate::problem::Problem;
use crate::problem_kind::{KINDS, kind_of};
use crate::site::Site;

/// The media type.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request failed (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemJson {
    /// The kind of error: an address that stays the same, and explains it.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of error in a few words.
    title: &'static str,
    /// The status of the response.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// One sentence that says what to do.
    detail: String,
    /// The member of the request that is wrong, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The id under which the log has details.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl ProblemJson {
    pub(crate) fn new(site: &Site, status: StatusCode, failure: Failure) -> Self {
        let kind = kind_of(status);
        Self {
            kind: site.address(&format!("/api/v1/problems/{}", kind.name)),
            title: kind.title,
            status: status.as_u16(),
            detail: failure.error,
            field: failure.field.map(|field| field.to_string()),
            request_id: failure.request_id,
        }
    }
}

impl axum::response::IntoResponse for ProblemJson {
    fn into_response(self) -> Response {
        let json = serde_json::to_vec(&self).expect("our own types become JSON");
        ([(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], json).into_response()
    }
}

/// `GET /api/v1/problems/{kind}`: leads to the explanation.
pub(super) async fn explained(
    State(site): State<std::sync::Arc<Site>>,
    mut parts: request::Parts,
) -> Result<Response, Problem> {
    let name = segment(&mut parts, "kind").await?;
    let known = KINDS.iter().find(|kind| kind.name == name);
    let known =
        known.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "There is no such kind of error."))?;
    let address = site.address(&format!("/api/v1#{}", known.name));
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response())
}

/// The described errors of a kind of operation.
macro_rules! problems {
    ($($(#[$meta:meta])* $name:ident: [$($status:literal),+];)+) => {
        $(
            $(#[$meta])*
            pub(super) struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
                    [$($status),+].into_iter().map(described).collect()
                }
            }
        )+
    };
}

problems! {
    /// Reading something of a space.
    ReadProblems: [400, 404, 421, 431, 503];
    /// Printing what is in a space.
    SheetProblems: [400, 404, 414, 421, 422, 431, 503];
    /// Reading an entry or a file of it.
    EntryProblems: [400, 404, 410, 412, 421, 503];
    /// Reading a part of a file.
    FileProblems: [400, 404, 410, 412, 416, 421, 422, 431, 503];
    /// Drawing.
    DrawProblems: [400, 404, 412, 421, 422, 431, 503];
    /// Adding something to a space.
    WriteProblems: [400, 403, 404, 408, 409, 413, 415, 421, 422, 500, 503, 507];
    /// Uploading.
    UploadProblems: [400, 403, 404, 408, 409, 413, 415, 421, 422, 431, 500, 503, 507];
    /// Changing an entry.
    ChangeProblems: [400, 403, 404, 408, 409, 410, 412, 413, 415, 421, 422, 500, 503, 507];
}

fn described(status: u16) -> (String, RefOr<utoipa::openapi::Response>) {
    let status_code = StatusCode::from_u16(status).expect("a status");
    if matches!(status_code, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE | StatusCode::URI_TOO_LONG) {
        // Before any of ours reads the request, so without a body.
        let response = ResponseBuilder::new().description("Address or headers are too long").build();
        return (status.to_string(), response.into());
    }
    let kind = kind_of(status_code);
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(kind.title).content(PROBLEM_JSON, content).build();
    (status.to_string(), response.into())
}
