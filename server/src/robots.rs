//! Instructions for crawlers.

use std::sync::Arc;

use axum::extract::State;

use crate::site::Site;

/// `GET /robots.txt`: what people keep here is not for search engines.
pub(crate) async fn robots(State(site): State<Arc<Site>>) -> String {
    format!("User-agent: *\nDisallow: {}\n", site.shell.base)
}
