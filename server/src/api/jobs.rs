//! What happens to photos, over the API: what runs and what failed, and trying it again. Not here: doing it (`gallery`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::limits::JOBS_MAX_SHOWN;
use domain::{Recipe, Seq};
use gallery::{Filter, Read, Write};
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::{changed, expected};
use super::parameters::{EntryPath, IfMatchHeader, InSpacePath};
use super::problems::{ChangeProblems, ReadProblems, WriteProblems};
use super::wire::{ChangeJson, EntryJson, entries};
use crate::grants::{InSpace, OfEntry};
use crate::json::json;
use crate::json_object::JsonObject;
use crate::problem::Problem;
use crate::site::Site;
use crate::uploads;

/// The photos that are not done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Jobs)]
pub(super) struct JobsJson {
    /// The seq that it shows.
    seq: Seq,
    /// How many photos have steps that wait or run.
    working_total: u64,
    /// Those, the ones that run first; at most 200.
    working: Vec<EntryJson>,
    /// How many photos have steps that failed.
    failed_total: u64,
    /// Those, the newest first; at most 200.
    failed: Vec<EntryJson>,
}

/// How many it was done to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Begun {
    /// So many.
    pub(super) count: u64,
}

/// Another recipe.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only described")]
pub(super) struct RecipeRequest {
    /// What is made of the photo.
    recipe: Recipe,
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/jobs",
    tag = "Jobs",
    operation_id = "listJobs",
    summary = "List jobs",
    params(InSpacePath),
    responses((status = 200, description = "The photos that are not done", body = JobsJson), ReadProblems)
)]
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
) -> Result<Response, Problem> {
    let seq = site.gallery.browse(&grant, &Filter::default(), None, 0).await?.seq;
    let jobs = site.gallery.jobs(&grant, JOBS_MAX_SHOWN).await?;
    let addresses = site.addresses(grant.space());
    let answer = JobsJson {
        seq,
        working_total: jobs.working_total,
        working: entries(&addresses, &jobs.working),
        failed_total: jobs.failed_total,
        failed: entries(&addresses, &jobs.failed),
    };
    Ok(json(StatusCode::OK, &answer))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/jobs/retry",
    tag = "Jobs",
    operation_id = "retryJobs",
    summary = "Retry all failed jobs",
    params(InSpacePath),
    responses((status = 200, description = "How many photos are tried again", body = Begun), WriteProblems)
)]
pub(super) async fn retry_all(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
) -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, &Begun { count: site.gallery.retry_all(&grant).await? }))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/entries/{id}/retry",
    tag = "Jobs",
    operation_id = "retryJob",
    summary = "Retry the failed jobs of a photo",
    params(EntryPath, IfMatchHeader),
    responses((status = 200, description = "What was done", body = ChangeJson), ChangeProblems)
)]
pub(super) async fn retry(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&site, &headers, &grant, id).await?;
    Ok(changed(&site, &grant, &site.gallery.retry(&grant, id, expected).await?))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/entries/{id}/relabel",
    tag = "Jobs",
    operation_id = "relabelPhoto",
    summary = "Find labels in a photo again",
    description = "What a person added or removed stays.",
    params(EntryPath, IfMatchHeader),
    responses((status = 200, description = "What was done", body = ChangeJson), ChangeProblems)
)]
pub(super) async fn relabel(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&site, &headers, &grant, id).await?;
    Ok(changed(&site, &grant, &site.gallery.relabel(&grant, id, expected).await?))
}

#[utoipa::path(
    put,
    path = "/api/v1/spaces/{space}/entries/{id}/recipe",
    tag = "Jobs",
    operation_id = "setRecipe",
    summary = "Change the recipe of a photo",
    params(EntryPath, IfMatchHeader),
    request_body = RecipeRequest,
    responses((status = 200, description = "What was done", body = ChangeJson), ChangeProblems)
)]
pub(super) async fn set_recipe(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    let recipe = object.with_only(&["recipe"])?.text("recipe")?;
    let recipe = recipe.filter(|recipe| !recipe.is_empty());
    let recipe = recipe.ok_or_else(|| Problem::bad_request("Send the recipe in the field `recipe`."))?;
    let recipe = uploads::recipe(&recipe)?;
    let expected = expected(&site, &headers, &grant, id).await?;
    Ok(changed(&site, &grant, &site.gallery.reprocess(&grant, id, expected, recipe).await?))
}
