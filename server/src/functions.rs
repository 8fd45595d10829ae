//! The server functions over HTTP. `leptos_axum` would answer a plain form with a redirect, and put an error into its
//! address. So it always answers as if a hydrated page had called, and the outcome that the function recorded becomes
//! the response: a form is redirected to a page or gets its own page again, and every refusal has its status and
//! message.

use std::sync::Arc;

use app::functions::{self, Target};
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use leptos_axum::handle_server_fns_with_context;

use crate::grants::Asker;
use crate::inputs::{Form, PathTarget, is_awake};
use crate::preferences::preferences;
use crate::problem::Problem;
use crate::site::Site;
use crate::verbs::{Call, Outcome};

/// Marks the response to a repeated save.
const QRATE_REPEATED: HeaderName = HeaderName::from_static("qrate-repeated");

type Answer = BoxFuture<'static, Result<Response, Problem>>;

/// The handler of the function whose path is this pattern.
pub(crate) fn call(
    pattern: &'static str,
) -> impl Fn(State<Arc<Site>>, Asker, PathTarget, Request) -> Answer + Clone + Send + Sync + 'static {
    move |State(site), asker, PathTarget(target), request| {
        answer(pattern, site, asker, target, request).boxed()
    }
}

async fn answer(
    pattern: &'static str,
    site: Arc<Site>,
    asker: Asker,
    target: Target,
    request: Request,
) -> Result<Response, Problem> {
    let is_awake = is_awake(request.headers());
    let preferences = preferences(request.headers());
    let request = as_called(pattern, request).await?;
    let call = Arc::new(Call::new(Arc::clone(&site), asker, is_awake));
    let context = {
        let call = Arc::clone(&call);
        move || functions::provide(call.clone(), target.clone())
    };
    let response = handle_server_fns_with_context(context, request).await.into_response();
    let Outcome { done, is_repeated, problem } = call.outcome();
    if let Some(problem) = problem {
        return Err(problem);
    }
    let mut response = match done {
        Some(done) if !is_awake => done.answer(&site, preferences).await?,
        _ => response,
    };
    if is_repeated {
        response.headers_mut().insert(QRATE_REPEATED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The request as `leptos_axum` should see it: addressed by the pattern, which identifies the function, and from a
/// hydrated page. A form is first read within our limits.
async fn as_called(pattern: &str, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let body = if parts.method == Method::POST {
        let form = Form::from_request(Request::from_parts(parts.clone(), body), &()).await?;
        Body::from(form.0.to_string())
    } else {
        Body::empty()
    };
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.uri =
        Uri::try_from(format!("{pattern}{query}")).expect("a pattern, and a query that was one before");
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(Request::from_parts(parts, body))
}
