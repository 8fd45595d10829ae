//! Uploads over the API: one file as the body of a request, streamed. Not here: receiving it (`uploads`).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use domain::{Parameters, RequestId};
use gallery::{Grant, Write};

use super::idempotency::IdempotencyKey;
use super::parameters::{IdempotencyHeader, InSpacePath, NameQuery, PhoneHeader, PhotoQuery};
use super::problems::UploadProblems;
use super::wire::ChangeJson;
use crate::grants::InSpace;
use crate::inputs::Query;
use crate::json::json;
use crate::problem::Problem;
use crate::site::Site;
use crate::uploads::{self, TypedWish};

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/photos",
    tag = "Photos and files",
    operation_id = "uploadPhoto",
    summary = "Upload a photo",
    description = "The file itself as the body, at most 50 MiB. What is made of it follows in the background: its `stages` say \
        how far it is. A file that is no picture is kept as a file.",
    params(InSpacePath, PhotoQuery, IdempotencyHeader, PhoneHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "It is saved", body = ChangeJson, headers(("Location" = String, description = "The entry"))),
        (status = 200, description = "It was saved before, with the same Idempotency-Key", body = ChangeJson),
        UploadProblems
    )
)]
pub(super) async fn upload_photo(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    IdempotencyKey(id): IdempotencyKey,
    query: Query,
    request: Request,
) -> Result<Response, Problem> {
    let query = query.with_only(&["name", "recipe"])?;
    let recipe = query.text("recipe").unwrap_or_default().to_owned();
    let wish = TypedWish { recipe, phone: uploads::phone(request.headers()) };
    keep(&site, &grant, &query, wish, id, request).await
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/files",
    tag = "Photos and files",
    operation_id = "uploadFile",
    summary = "Upload a file",
    description = "Like a photo, but nothing is changed in it: a picture gets a thumbnail and labels, and no result.",
    params(InSpacePath, NameQuery, IdempotencyHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "It is saved", body = ChangeJson, headers(("Location" = String, description = "The entry"))),
        (status = 200, description = "It was saved before, with the same Idempotency-Key", body = ChangeJson),
        UploadProblems
    )
)]
pub(super) async fn upload_file(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    IdempotencyKey(id): IdempotencyKey,
    query: Query,
    request: Request,
) -> Result<Response, Problem> {
    let query = query.with_only(&["name"])?;
    let wish = TypedWish { recipe: "none".to_owned(), phone: String::new() };
    keep(&site, &grant, &query, wish, id, request).await
}

async fn keep(
    site: &Site,
    grant: &Grant<Write>,
    query: &Parameters,
    wish: TypedWish,
    id: RequestId,
    request: Request,
) -> Result<Response, Problem> {
    uploads::expect_no_form(request.headers())?;
    let name = query.text("name").unwrap_or_default();
    let uploaded = uploads::receive_body(site, grant, name, &wish, id, request).await?;
    let addresses = site.addresses(grant.space());
    let mut answer = ChangeJson::new(&addresses, &uploaded.change);
    answer.same = uploaded.same;
    let location = addresses.api_entry(uploaded.change.entry.id);
    let location = HeaderValue::try_from(location).expect("a base path, a space and a number are ASCII");
    Ok(([(header::LOCATION, location)], json(uploads::status(&uploaded), &answer)).into_response())
}
