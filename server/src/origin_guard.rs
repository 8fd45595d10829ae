//! Refuses requests from pages of other sites. A foreign page can make a user's browser send requests to a server on
//! 127.0.0.1; so we answer only to our own names (against DNS rebinding), and accept writes only from our own pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::excerpt::excerpt;
use crate::health::is_health;
use crate::problem::Problem;
use crate::site::Site;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// From where browsers may send writes.
const WRITERS: &[&str] = &["same-origin", "none"];
/// From where they may open event streams.
const LISTENERS: &[&str] = &["same-origin", "same-site", "none"];

/// What to set when a proxy hides the name by which the server was called.
const BEHIND_A_PROXY: &str = "If it is this server's own page behind a proxy, let the proxy pass the Host header on \
    (nginx: proxy_set_header Host $http_host), or start the server with --allowed-host and the name in the browser's \
    address bar.";

/// The middleware.
pub(crate) async fn guard_origin(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe && is_health(&site, request.uri().path()) {
        return next.run(request).await;
    }
    let Some(host) = host(request.uri(), request.headers()) else {
        return Problem::bad_request("A request must have exactly one Host header.").into_response();
    };
    if !site.allowed_hosts.iter().any(|allowed| allowed.admits(host)) {
        let sentence =
            "This server is not available under that name. Its operator can allow it with --allowed-host.";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, sentence).into_response();
    }
    if !is_safe && let Some(from) = ForeignPage::of(&site, &request, WRITERS) {
        return from.refused(&site, "The request came from a page on another site, so nothing was changed.");
    }
    next.run(request).await
}

/// The middleware of event streams. Foreign pages could not read one, but each would take a place, and one of the
/// user's few connections to us.
pub(crate) async fn guard_streams(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match ForeignPage::of(&site, &request, LISTENERS) {
        Some(from) => from.refused(
            &site,
            "The request came from a page on another site, which may not open event streams here.",
        ),
        None => next.run(request).await,
    }
}

/// The name and port by which we were called; `None` if missing or repeated (RFC 9112, 3.2).
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut named = headers.get_all(header::HOST).iter();
    match (uri.authority(), named.next(), named.next()) {
        (Some(authority), _, _) => Some(authority.as_str()),
        (None, Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// A foreign page.
enum ForeignPage {
    /// The browser says so.
    Sure,
    /// The page's address differs from the one by which we were called: another site, or a proxy that changed `Host`.
    Unlike { origin: String, host: String },
}

impl ForeignPage {
    /// `None` for pages of these sites, and for clients that are not browsers. Browsers send `Sec-Fetch-Site` to
    /// trusted addresses (https, this machine) and `Origin` with every POST and every cross-origin stream; no page
    /// can change either.
    fn of(site: &Site, request: &Request, from: &[&str]) -> Option<Self> {
        let headers = request.headers();
        let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
        match (value(SEC_FETCH_SITE), value(header::ORIGIN)) {
            (Some(site), _) => (!from.contains(&site)).then_some(Self::Sure),
            (None, None) => None,
            (None, Some(origin)) => {
                let host = host(request.uri(), headers).unwrap_or_default();
                let authority = origin.split_once("://").map(|(_, authority)| authority);
                let is_ours = authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
                    || site.sites.iter().any(|ours| ours.is_site_of(origin));
                (!is_ours).then(|| Self::Unlike { origin: excerpt(origin), host: excerpt(host) })
            }
        }
    }

    fn refused(self, site: &Site, sentence: &str) -> Response {
        let sentence = match self {
            Self::Sure => sentence.to_owned(),
            Self::Unlike { origin, host } => {
                if let Some(suppressed) = site.refused_pages.record() {
                    tracing::warn!(
                        origin,
                        host,
                        suppressed,
                        "refused a page of another site. {BEHIND_A_PROXY}"
                    );
                }
                format!("{sentence} {BEHIND_A_PROXY}")
            }
        };
        Problem::new(StatusCode::FORBIDDEN, sentence).into_response()
    }
}
