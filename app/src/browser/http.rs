//! Asking the server, and understanding what it says when it refuses. On `web_sys`: gloo-net brings request and stream
//! types along that cost 7 KB of the first page.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use super::json::{self, Change};
use crate::model::Failure;
use crate::page_data::Part;
use crate::page_state::UNREACHABLE;

/// A server that has not answered for so long is taken for gone, in milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// Sends a form as the browser would, and asks for JSON: the change that it made.
pub(super) async fn post_form(address: &str, body: &str) -> Result<Change, Failure> {
    let answer = ask(address, Some(body)).await?;
    json::change(&answer).ok_or_else(not_understood)
}

/// A part of the listing.
pub(super) async fn get_part(address: &str) -> Result<Part, Failure> {
    let answer = ask(address, None).await?;
    json::part(&answer).ok_or_else(not_understood)
}

/// Whether something can be had from the server, or why not.
pub(super) async fn check(address: &str) -> Result<(), Failure> {
    let (response, _) = sent(address, "HEAD", None).await.map_err(|_| unreachable_server())?;
    if response.ok() { Ok(()) } else { Err(refused(&response)) }
}

/// The answer's JSON, or why there is none.
async fn ask(address: &str, form: Option<&str>) -> Result<JsValue, Failure> {
    let method = if form.is_some() { "POST" } else { "GET" };
    let (response, body) = sent(address, method, form).await.map_err(|_| unreachable_server())?;
    let body = body.as_string().and_then(|body| json::parse(&body));
    if response.ok() {
        return body.ok_or_else(not_understood);
    }
    let refusal = body.as_ref().and_then(json::failure);
    Err(refusal.unwrap_or_else(|| refused(&response)))
}

/// The response and its body as text; an error when there is no whole answer.
async fn sent(address: &str, method: &str, form: Option<&str>) -> Result<(Response, JsValue), JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(form) = form {
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
        init.set_body(&JsValue::from_str(form));
    }
    init.set_headers(&headers);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let window = leptos::prelude::window();
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init(address, &init)).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    Ok((response, body))
}

fn unreachable_server() -> Failure {
    plain(UNREACHABLE.to_owned())
}

fn refused(response: &Response) -> Failure {
    plain(format!("The server answered with status {}. Try again.", response.status()))
}

fn not_understood() -> Failure {
    plain("The answer of the server makes no sense here. Reload the page.".to_owned())
}

fn plain(sentence: String) -> Failure {
    Failure { sentence, field: None, request_id: None }
}
