//! Liveness and readiness, for monitoring: answered to the end, and under any name, since balancers ask by address.

use std::sync::Arc;

use app::addresses::patterns;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::json::json;
use crate::room::ANSWERS_WITHIN;
use crate::site::Site;

#[derive(Serialize)]
struct NotReady {
    reasons: Vec<String>,
}

/// Whether this is one of the two paths.
pub(crate) fn is_health(site: &Site, path: &str) -> bool {
    [patterns::HEALTH, patterns::READY].iter().any(|pattern| site.address(pattern) == path)
}

/// `GET /healthz`: alive.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: bucket and catalog respond, there is room for a save, and the server is not stopping.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let reasons = if site.stopping.is_cancelled() {
        vec!["The server is stopping.".to_owned()]
    } else {
        let asked = tokio::time::timeout(ANSWERS_WITHIN, site.gallery.readiness()).await;
        let mut reasons = asked
            .unwrap_or_else(|_| Err(vec!["The bucket or the catalog does not respond.".to_owned()]))
            .err()
            .unwrap_or_default();
        if let Some(room) = &site.room {
            reasons.extend(room.check().await.err());
        }
        reasons
    };
    if reasons.is_empty() {
        return "ok".into_response();
    }
    if let Some(suppressed) = site.not_ready.record() {
        tracing::warn!(?reasons, suppressed, "not ready");
    }
    let reasons = reasons.iter().map(|reason| site.without_paths(reason)).collect();
    json(StatusCode::SERVICE_UNAVAILABLE, &NotReady { reasons })
}
