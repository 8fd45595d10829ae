//! Asking the server, and understanding what it says when it refuses.

use gloo_net::http::{Request, RequestBuilder, Response};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::json::{self, Change};
use crate::model::Failure;
use crate::page_data::Part;

/// A server that has not answered for so long is taken for gone, in milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// Sends a form as the browser would, and asks for JSON: the change that it made.
pub(crate) async fn post_form(address: &str, body: String) -> Result<Change, Failure> {
    let request = prepared(Request::post(address))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .map_err(|_| unreachable_server())?;
    let answer = understood(request.send().await).await?;
    json::change(&answer).ok_or_else(not_understood)
}

/// A part of the listing.
pub(crate) async fn get_part(address: &str) -> Result<Part, Failure> {
    let answer = understood(prepared(Request::get(address)).send().await).await?;
    json::part(&answer).ok_or_else(not_understood)
}

fn prepared(request: RequestBuilder) -> RequestBuilder {
    request
        .header("Accept", "application/json")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)))
}

async fn understood(answer: Result<Response, gloo_net::Error>) -> Result<JsValue, Failure> {
    let answer = answer.map_err(|_| unreachable_server())?;
    let body = answer.text().await.map_err(|_| unreachable_server())?;
    let body = json::parse(&body);
    if answer.ok() {
        body.ok_or_else(not_understood)
    } else {
        let refusal = body.as_ref().and_then(json::failure);
        Err(refusal.unwrap_or_else(|| {
            plain(format!("The server answered with status {}. Try again.", answer.status()))
        }))
    }
}

fn unreachable_server() -> Failure {
    plain("The server cannot be reached. Nothing is lost: try again in a moment.".to_owned())
}

fn not_understood() -> Failure {
    plain("The answer of the server makes no sense here. Reload the page.".to_owned())
}

fn plain(sentence: String) -> Failure {
    Failure { sentence, field: None, request_id: None }
}
