//! The page of the spaces that there are.

use std::sync::Arc;

use app::addresses::Addresses;
use app::model::{Failure, Page, SpacesPage};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Space;

use crate::forms::see_other;
use crate::grants::Asker;
use crate::html::html;
use crate::inputs::Query;
use crate::preferences::Preferred;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /spaces`: those that ever had an entry. `?open=` leads to a space, also to one that is new.
pub(crate) async fn spaces(
    State(site): State<Arc<Site>>,
    asker: Asker,
    Preferred(preferences): Preferred,
    Query(query): Query,
) -> Result<Response, Problem> {
    let typed = query.text("open").map(str::trim).unwrap_or_default().to_owned();
    let open = query.text("open").map(|_| typed.parse::<Space>());
    if let Some(Ok(space)) = open {
        return Ok(see_other(Addresses { base: site.shell.base.clone(), space }.space_page()));
    }
    let failure = open.and_then(Result::err).map(|error| Failure::new(error.to_string()));
    let status = if failure.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let granted = site.gallery.spaces(|space| asker.may_read(space)).await?;
    let spaces = granted.iter().map(|grant| grant.space().clone()).collect();
    let page = Page::Spaces(SpacesPage { spaces, typed, failure });
    Ok(html(status, site.draw(page, preferences)))
}
