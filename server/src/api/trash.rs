//! What was removed, over the API. Not here: restoring a single entry (`entries`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Seq;
use domain::limits::PAGE_MAX_ENTRIES;
use gallery::{Read, WindowRequest, Write};
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::LIMIT_DEFAULT;
use super::jobs::Begun;
use super::parameters::{InSpacePath, PageQuery};
use super::problems::{ReadProblems, WriteProblems};
use super::wire::{EntryJson, entries};
use crate::grants::InSpace;
use crate::inputs::Query;
use crate::json::json;
use crate::problem::Problem;
use crate::site::Site;

/// A page of what was removed, the last first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trash)]
pub(super) struct TrashJson {
    /// The seq that it shows.
    seq: Seq,
    /// How many removed entries there are.
    total: u64,
    /// Which page it is, from 1.
    page: u32,
    /// How many pages there are.
    pages: u32,
    /// The entries.
    entries: Vec<EntryJson>,
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/trash",
    tag = "Entries",
    operation_id = "listRemoved",
    summary = "List removed entries",
    description = "What was removed, or whose files other programs deleted, in the last seven days, the last first.",
    params(InSpacePath, PageQuery),
    responses((status = 200, description = "A page of the removed entries", body = TrashJson), ReadProblems)
)]
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    query: Query,
) -> Result<Response, Problem> {
    let query = query.with_only(&["page", "limit"])?;
    let page = query.small_number("page", 1..=u32::MAX)?.unwrap_or(1);
    let per_page = query.small_number("limit", 1..=PAGE_MAX_ENTRIES)?.unwrap_or(LIMIT_DEFAULT);
    let found = site.gallery.removed(&grant, WindowRequest { page, per_page }).await?;
    let answer = TrashJson {
        seq: found.seq,
        total: found.total,
        page: found.page,
        pages: found.pages,
        entries: entries(&site.addresses(grant.space()), &found.entries),
    };
    Ok(json(StatusCode::OK, &answer))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/trash/restore",
    tag = "Entries",
    operation_id = "restoreRemoved",
    summary = "Restore all removed entries",
    description = "Those whose files are still there.",
    params(InSpacePath),
    responses((status = 200, description = "How many were restored", body = Begun), WriteProblems)
)]
pub(super) async fn restore_all(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
) -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, &Begun { count: site.gallery.restore_all(&grant).await? }))
}
