//! Turns strangers away. A page of another site can make a person's browser send requests to a server on 127.0.0.1; so
//! we answer only to our own names (against DNS rebinding), and take writes only from our own pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::site::Site;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The layer.
pub(crate) async fn turn_away(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let Some(host) = host(request.uri(), request.headers()) else {
        return Problem::bad_request("A request has one Host header.").into_response();
    };
    if !site.allowed_hosts.iter().any(|allowed| allowed.admits(host)) {
        let sentence =
            "This server does not go by that name. Whoever runs it can allow it with --allowed-host.";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, sentence).into_response();
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_from(&["same-origin", "none"], request.headers(), host) {
        let sentence = "The request came from a page of another site, so nothing was changed.";
        return Problem::new(StatusCode::FORBIDDEN, sentence).into_response();
    }
    next.run(request).await
}

/// The layer around event streams. Nobody elsewhere could read one, but each that a page of another site opened would
/// take a place, and one of the few connections that the person's browser has to us.
pub(crate) async fn turn_away_listeners(request: Request, next: Next) -> Response {
    let host = host(request.uri(), request.headers()).unwrap_or_default();
    if is_from(&["same-origin", "same-site", "none"], request.headers(), host) {
        return next.run(request).await;
    }
    let sentence = "The request came from a page of another site, which may not listen here.";
    Problem::new(StatusCode::FORBIDDEN, sentence).into_response()
}

/// The name and port by which we were called; none when that is not said, or said twice (RFC 9112, 3.2).
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut named = headers.get_all(header::HOST).iter();
    match (uri.authority(), named.next(), named.next()) {
        (Some(authority), _, _) => Some(authority.as_str()),
        (None, Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// Whether a page of these sites asks, or something that is no browser. Browsers send `Sec-Fetch-Site` to addresses they
/// trust (https, this machine) and `Origin` with every POST and every stream across origins; no page can change either.
fn is_from(sites: &[&str], headers: &HeaderMap, host: &str) -> bool {
    let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (value(SEC_FETCH_SITE), value(header::ORIGIN)) {
        (Some(site), _) => sites.contains(&site),
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
        }
        (None, None) => true,
    }
}
