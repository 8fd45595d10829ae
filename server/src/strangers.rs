//! Turns strangers away. A page of another site can make a person's browser send requests to a server on 127.0.0.1; so
//! we answer only to our own names (against DNS rebinding), and take writes only from our own pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::config::AllowedHost;
use crate::problem::Problem;
use crate::site::Site;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The layer.
pub(crate) async fn turn_away(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let host = host(request.uri(), request.headers());
    if !host.is_some_and(|host| is_ours(host, &site.allowed_hosts)) {
        let sentence =
            "This server does not go by that name. Whoever runs it can allow it with --allowed-host.";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, sentence).into_response();
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_from_us(request.headers(), host) {
        let sentence = "The request came from a page of another site, so nothing was changed.";
        return Problem::new(StatusCode::FORBIDDEN, sentence).into_response();
    }
    next.run(request).await
}

/// The name and port by which we were called.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    uri.authority()
        .map(|authority| authority.as_str())
        .or_else(|| headers.get(header::HOST).and_then(|host| host.to_str().ok()))
}

fn is_ours(host: &str, allowed: &[AllowedHost]) -> bool {
    AllowedHost::THIS_MACHINE.iter().any(|name| AllowedHost::name_of(host).eq_ignore_ascii_case(name))
        || allowed.iter().any(|allowed| allowed.admits(host))
}

/// Whether one of our own pages wrote, or something that is no browser. Browsers send `Sec-Fetch-Site` to addresses they
/// trust (https, this machine) and `Origin` with every POST; no page can change either.
fn is_from_us(headers: &HeaderMap, host: Option<&str>) -> bool {
    let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (value(SEC_FETCH_SITE), value(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
        }
        (None, None) => true,
    }
}
