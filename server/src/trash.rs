//! The page of what was removed. Not here: removing and restoring (`verbs`).

use std::sync::Arc;

use app::model::{Page, TrashPage};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::limits::PAGE_DEFAULT_ENTRIES;
use gallery::{GalleryError, Grant, MayRead, Read, WindowRequest};

use crate::grants::InSpace;
use crate::html::html;
use crate::inputs::{NUMBER_MAX, Query, page_number};
use crate::page_models::{behind_seconds, fault, rows};
use crate::preferences::Preferred;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /s/{space}/trash`: what was removed in the last seven days.
pub(crate) async fn trash(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Preferred(preferences): Preferred,
    Query(query): Query,
) -> Result<Response, Problem> {
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let page = page_number(&query)?;
    let (restored, removed) =
        (query.number("restored", 0..=NUMBER_MAX)?, query.number("removed", 0..=NUMBER_MAX)?);
    let model = TrashPage { restored, removed, ..trash_page(&site, &grant, page).await? };
    Ok(html(StatusCode::OK, site.draw(Page::Trash(model), preferences)))
}

/// A page of it.
pub(crate) async fn trash_page(
    site: &Site,
    grant: &Grant<impl MayRead>,
    page: u32,
) -> Result<TrashPage, GalleryError> {
    let window = WindowRequest { page, per_page: PAGE_DEFAULT_ENTRIES };
    let found = site.gallery.removed(grant, window).await?;
    Ok(TrashPage {
        space: grant.space().clone(),
        seq: found.seq,
        total: found.total,
        page: found.page,
        pages: found.pages,
        entries: rows(&found.entries),
        restored: None,
        removed: None,
        behind_seconds: behind_seconds(&site.gallery, grant).await,
        fault: fault(&site.gallery),
        failure: None,
    })
}
