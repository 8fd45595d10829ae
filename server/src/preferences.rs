//! How a person wants pages shown: read from the cookies of a request, and set by the forms on every page. Not here: what
//! they look like (`app`).

use std::str::FromStr;
use std::sync::Arc;

use app::preferences::{Layout, Preferences, Theme};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use domain::Parameters;

use crate::forms::see_other;
use crate::inputs::Form;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

const THEME: &str = "qrate-theme";
const LAYOUT: &str = "qrate-layout";
const SHEET: &str = "qrate-sheet";

/// A year.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

/// What the cookies of a request ask for. What is not understood asks for nothing.
pub(crate) fn preferences(headers: &HeaderMap) -> Preferences {
    Preferences {
        theme: cookie(headers, THEME).unwrap_or_default(),
        layout: cookie(headers, LAYOUT).unwrap_or_default(),
    }
}

/// The same as an argument of a handler.
pub(crate) struct Preferred(pub(crate) Preferences);

impl<S: Send + Sync> FromRequestParts<S> for Preferred {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(preferences(&parts.headers)))
    }
}

/// How labels were printed the last time. Whoever reads it checks it, like a form.
pub(crate) fn last_sheet(headers: &HeaderMap) -> Option<Parameters> {
    Parameters::parse(value(headers, SHEET)?.as_bytes()).ok()
}

/// The cookie that keeps how labels were printed.
pub(crate) fn keep_sheet(base: &str, fields: &Parameters) -> HeaderValue {
    set_cookie(base, SHEET, &fields.to_string(), false)
}

fn cookie<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    value(headers, name)?.parse().ok()
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        sent.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    Some(pairs.find(|(known, _)| *known == name)?.1)
}

/// `POST /preferences`: keeps `theme` or `layout`, and shows the page again that the form was on.
pub(crate) async fn keep(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let theme = chosen::<Theme>(form.text("theme"), "theme", "system, light or dark")?;
    let layout = chosen::<Layout>(form.text("layout"), "layout", "list or grid")?;
    let base = &site.shell.base;
    let cookies = [
        theme.map(|theme| set_cookie(base, THEME, theme.as_str(), theme == Theme::default())),
        layout.map(|layout| set_cookie(base, LAYOUT, layout.as_str(), layout == Layout::default())),
    ];
    // Where the buttons are: whoever presses one goes on from there.
    let place = if layout.is_some() { "#listing" } else { "#colours" };
    let mut response = see_other(page_before(base, &headers) + place);
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A browser that reloads that address goes to the start page.
pub(crate) async fn back(State(site): State<Arc<Site>>) -> Response {
    see_other(site.shell.base.clone())
}

fn chosen<T: FromStr>(text: Option<&str>, field: &str, known: &str) -> Result<Option<T>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Problem::bad_request(format!("Choose a {field}: {known}."))).in_field(field)
}

/// The cookie, or, where the default was chosen, its end.
fn set_cookie(base: &str, name: &str, value: &str, is_default: bool) -> HeaderValue {
    let seconds = if is_default { 0 } else { KEPT_SECONDS };
    let cookie = format!("{name}={value}; Path={base}; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(cookie).expect("a base path and an encoded form are ASCII")
}

/// Path and query of the page that a form was on; the start page if the browser does not say.
fn page_before(base: &str, headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let page = referer.and_then(|address| address.parse::<Uri>().ok());
    let page = page.as_ref().and_then(Uri::path_and_query).map(|page| page.as_str().to_owned());
    // What follows the host must never look like another host.
    page.filter(|page| page.starts_with(base) && !page.starts_with("//")).unwrap_or_else(|| base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn cookies_are_read_leniently() {
        let read = |cookies| preferences(&headers(header::COOKIE, cookies));
        assert_eq!(
            read("a=b; qrate-theme=dark;qrate-layout=grid"),
            Preferences { theme: Theme::Dark, layout: Layout::Grid }
        );
        for strange in ["", ";;=", "qrate-theme=blue", "qrate-theme", "xqrate-theme=dark"] {
            assert_eq!(read(strange), Preferences::default(), "{strange}");
        }
    }

    #[test]
    fn only_a_page_of_ours_is_shown_again() {
        let shown = |base, referer| page_before(base, &headers(header::REFERER, referer));
        assert_eq!(shown("/", "http://localhost:1/s/main?q=a%20b&page=2"), "/s/main?q=a%20b&page=2");
        assert_eq!(shown("/qrate/", "https://example.org/qrate/spaces"), "/qrate/spaces");
        for foreign in ["https://example.org//evil.example/", "https://example.org", "nonsense", ""] {
            assert_eq!(shown("/", foreign), "/", "{foreign}");
        }
        assert_eq!(shown("/qrate/", "https://example.org/other"), "/qrate/");
    }
}
