//! Spaces, their settings, and logos, over the API. Not here: keeping them (`gallery`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::{KeptLook, Space};
use gallery::{Administer, Read, Write};
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::tagged;
use super::parameters::{IfMatchHeader, IfNoneMatchHeader, InSpacePath};
use super::problems::{ChangeProblems, EntryProblems, ReadProblems, UploadProblems};
use crate::composer::LogoJson;
use crate::conditional::{check_if_match, quoted};
use crate::grants::{Asker, InSpace};
use crate::json::json;
use crate::json_object::JsonObject;
use crate::looks;
use crate::problem::Problem;
use crate::site::Site;
use crate::upload::LogoFile;

/// The spaces.
#[derive(Serialize, ToSchema)]
pub(super) struct Spaces {
    /// Sorted by their ids.
    spaces: Vec<SpaceJson>,
}

/// A space.
#[derive(Serialize, ToSchema)]
pub(super) struct SpaceJson {
    /// Its id.
    id: Space,
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces",
    tag = "Spaces",
    operation_id = "listSpaces",
    summary = "List the spaces",
    description = "Those that have ever had an entry, without those of devices.",
    responses((status = 200, description = "The spaces", body = Spaces), ReadProblems)
)]
pub(super) async fn spaces(State(site): State<Arc<Site>>, asker: Asker) -> Result<Response, Problem> {
    let granted = site.gallery.spaces(|space| asker.may_read(space)).await?;
    let spaces = granted.iter().map(|grant| SpaceJson { id: grant.space().clone() }).collect();
    Ok(json(StatusCode::OK, &Spaces { spaces }))
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/look",
    tag = "Spaces",
    operation_id = "getLook",
    summary = "Get the default look of new codes",
    params(InSpacePath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The look", body = KeptLook, headers(("ETag" = String, description = "The look"))),
        (status = 304, description = "It has not changed"),
        EntryProblems
    )
)]
pub(super) async fn look(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let look = site.gallery.settings(&grant).await?.look;
    tagged(&headers, &quoted(look.as_str()), json(StatusCode::OK, &KeptLook { look: look.clone() }))
}

/// A default look.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only described")]
pub(super) struct LookRequest {
    /// The look as text; empty for the plain code.
    #[schema(max_length = 4096, example = "shape=dots")]
    look: String,
}

#[utoipa::path(
    put,
    path = "/api/v1/spaces/{space}/look",
    tag = "Spaces",
    operation_id = "setLook",
    summary = "Set the default look of new codes",
    params(InSpacePath, IfMatchHeader),
    request_body = LookRequest,
    responses((status = 200, description = "The look", body = KeptLook), ChangeProblems)
)]
pub(super) async fn set_look(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Administer>,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    let text = object.with_only(&["look"])?.text("look")?;
    let text = text.ok_or_else(|| Problem::bad_request("Send the look in the field `look`."))?;
    let look = looks::parsed(&text)?;
    let mut expected = None;
    if headers.contains_key(header::IF_MATCH) {
        let now = site.gallery.settings(&grant).await?.look;
        check_if_match(&headers, &quoted(now.as_str()))?;
        expected = Some(now);
    }
    site.gallery.set_default_look_if(&grant, expected, look.clone()).await?;
    Ok(json(StatusCode::OK, &KeptLook { look }))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/logos",
    tag = "Spaces",
    operation_id = "keepLogo",
    summary = "Upload a logo",
    description = "PNG or JPEG of at most 2 MiB, SVG of at most 1 MiB, as the body. The answer has the id that a look names: \
        `logo=…`.",
    params(InSpacePath),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "It is kept", body = LogoJson), UploadProblems)
)]
pub(super) async fn keep_logo(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    LogoFile(file): LogoFile,
) -> Result<Response, Problem> {
    let id = site.gallery.keep_logo(&grant, file).await?;
    Ok(json(StatusCode::CREATED, &LogoJson { logo: id.to_string() }))
}
