//! Requests to the server, and its refusals.

use domain::wire::{FromJson, parse};
use domain::{Failure, Parameters, Seq};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use web_sys::AbortSignal;

use crate::words::UNREACHABLE;

/// A server that has not answered for this long counts as unreachable, in milliseconds.
const TIMEOUT_MS: u32 = 20_000;

/// Posts a form and reads the answer.
pub(crate) async fn post<T: FromJson>(address: &str, form: Parameters) -> Result<T, Failure> {
    understood(&send(address, form).await?)
}

/// Posts a form; the answer as it came.
pub(crate) async fn send(address: &str, form: Parameters) -> Result<String, Failure> {
    let request = request(address, Method::POST).header("Content-Type", "application/x-www-form-urlencoded");
    body(request.body(form.to_string())).await
}

/// Reads a resource.
pub(crate) async fn get<T: FromJson>(address: &str) -> Result<T, Failure> {
    understood(&body(request(address, Method::GET).build()).await?)
}

/// Reads a page, not older than a seq; `None` if it does not come.
pub(crate) async fn page(address: &str, seq: Seq) -> Option<String> {
    let request = request(address, Method::GET).query([("at", &*seq.to_string())]);
    let (_, html) = exchange(request.header("Accept", "text/html").build()).await.ok()?;
    Some(html)
}

/// Reads a text; `None` if it does not come.
pub(crate) async fn text(address: &str) -> Option<String> {
    let (response, text) = exchange(request(address, Method::GET).build()).await.ok()?;
    response.ok().then_some(text)
}

/// Whether the server would deliver a resource, or why not.
pub(crate) async fn check(address: &str) -> Result<(), Failure> {
    let (response, _) =
        exchange(request(address, Method::HEAD).build()).await.map_err(|_| unreachable_server())?;
    if response.ok() { Ok(()) } else { Err(refused(&response)) }
}

fn request(address: &str, method: Method) -> RequestBuilder {
    RequestBuilder::new(address)
        .method(method)
        .header("Accept", "application/json")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

fn understood<T: FromJson>(body: &str) -> Result<T, Failure> {
    parse(body).ok_or_else(|| Failure::new("Unexpected response from the server. Reload the page."))
}

/// The body of a response, or why there is none.
async fn body(request: Result<Request, gloo_net::Error>) -> Result<String, Failure> {
    let (response, body) = exchange(request).await.map_err(|_| unreachable_server())?;
    if response.ok() { Ok(body) } else { Err(parse(&body).unwrap_or_else(|| refused(&response))) }
}

/// The response and its body; an error if the answer is incomplete.
async fn exchange(request: Result<Request, gloo_net::Error>) -> Result<(Response, String), gloo_net::Error> {
    let response = request?.send().await?;
    let body = response.text().await?;
    Ok((response, body))
}

fn unreachable_server() -> Failure {
    Failure::new(UNREACHABLE)
}

fn refused(response: &Response) -> Failure {
    Failure::new(format!("The server answered with status {}. Try again.", response.status()))
}
