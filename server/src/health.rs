//! Whether the program lives, and whether it can work: for whatever watches over it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::json::json;
use crate::site::Site;

#[derive(Serialize)]
struct NotReady {
    reasons: Vec<String>,
}

/// `GET /healthz`: it lives.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: bucket and catalog answer, and it is not about to stop.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let reasons = if site.stopping.is_cancelled() {
        vec!["The server is stopping.".to_owned()]
    } else {
        site.gallery.readiness().await.err().unwrap_or_default()
    };
    if reasons.is_empty() {
        return "ok".into_response();
    }
    json(StatusCode::SERVICE_UNAVAILABLE, &NotReady { reasons })
}
