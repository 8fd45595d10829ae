//! The wire between the SDK and the server, controlled by the tests: it counts requests, and injects faults. It lies
//! below the SDK's own retries and time limits, where a real network does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use serde_json::{Value, json};

use crate::aws::Aws;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It never arrives, and the client knows.
    Cut,
    /// It is processed, but the response never arrives.
    Lost,
    /// The same, and the server forgets it: a repetition looks new to it.
    LostAndForgotten,
    /// It never arrives, and no error ever comes.
    Hung,
    /// It arrives late.
    Slow(Duration),
    /// DynamoDB throttles it.
    Throttled,
    /// DynamoDB reports throttling of this transaction. Other requests succeed.
    TransactionThrottled,
    /// DynamoDB reports a transaction conflict. Other requests succeed.
    InTheWay,
    /// DynamoDB fails.
    Broken,
    /// Something in front of DynamoDB fails, with its own message.
    BadGateway,
    /// A refusal with this code.
    Refused(&'static str),
}

type Decide = Box<dyn FnMut(&str, usize) -> Option<Fault> + Send>;

/// A wire. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Wire(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    decide: Option<Decide>,
    /// Requests so far, by operation.
    counts: BTreeMap<String, usize>,
    /// Tokens of transactions that the server should take for others.
    forgotten: BTreeMap<String, String>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// A connection over this wire.
    pub(super) fn between(&self, aws: &Aws) -> Aws {
        let inner = aws.config.http_client().unwrap();
        let client = Client { wire: self.clone(), inner };
        Aws { config: aws.config.to_builder().http_client(client).build() }
    }

    /// Decides the fate of each future request: by its operation, and how often that was requested before.
    pub(super) fn decide(&self, decide: impl FnMut(&str, usize) -> Option<Fault> + Send + 'static) {
        let mut state = self.state();
        state.counts.clear();
        state.decide = Some(Box::new(decide));
    }

    /// These happen to the next requests for `asked`, one each.
    pub(super) fn next(&self, asked: &'static str, faults: impl Into<Vec<Fault>>) {
        let faults = faults.into();
        self.decide(move |what, before| (what == asked).then(|| faults.get(before).copied()).flatten());
    }

    /// From now on everything succeeds; the count restarts.
    pub(super) fn heal(&self) {
        self.decide(|_, _| None);
    }

    /// How often each was requested since the last call.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.state().counts)
    }

    /// The number of requests since the count restarted.
    pub(super) fn asked_so_far(&self) -> usize {
        self.state().counts.values().sum()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn fault_for(&self, asked: &str) -> Option<Fault> {
        let mut state = self.state();
        let count = state.counts.entry(asked.to_owned()).or_default();
        let before = *count;
        *count += 1;
        let fault = state.decide.as_mut().and_then(|decide| decide(asked, before));
        let is_transactions = matches!(fault, Some(Fault::TransactionThrottled | Fault::InTheWay));
        fault.filter(|_| !is_transactions || asked == "TransactWriteItems")
    }

    /// Gives a forgotten transaction another token, so the server takes it for a different one.
    fn disguise(&self, request: &mut HttpRequest, forget: bool) {
        let Some(bytes) = request.body().bytes() else { return };
        let mut body: Value = serde_json::from_slice(bytes).unwrap();
        let Some(mark) = body["ClientRequestToken"].as_str().map(str::to_owned) else { return };
        let mut state = self.state();
        if let Some(disguise) = state.forgotten.get(&mark) {
            body["ClientRequestToken"] = json!(disguise);
            let body = body.to_string();
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body);
        }
        if forget {
            let disguise = ulid::Ulid::generate().to_string();
            state.forgotten.insert(mark, disguise);
        }
    }
}

#[derive(Debug)]
struct Client {
    wire: Wire,
    inner: SharedHttpClient,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, parts);
        SharedHttpConnector::new(Connector { wire: self.wire.clone(), inner })
    }
}

#[derive(Debug)]
struct Connector {
    wire: Wire,
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let asked = target.rsplit('.').next().unwrap_or_default().to_owned();
        let (wire, inner) = (self.wire.clone(), self.inner.clone());
        HttpConnectorFuture::new(async move {
            let fault = wire.fault_for(&asked);
            wire.disguise(&mut request, fault == Some(Fault::LostAndForgotten));
            match fault {
                None => inner.call(request).await,
                Some(Fault::Cut) => Err(cut()),
                Some(Fault::Lost | Fault::LostAndForgotten) => {
                    inner.call(request).await?;
                    Err(cut())
                }
                Some(Fault::Hung) => std::future::pending().await,
                Some(Fault::Slow(time)) => {
                    tokio::time::sleep(time).await;
                    inner.call(request).await
                }
                Some(fault) => Ok(answer(fault)),
            }
        })
    }
}

fn cut() -> ConnectorError {
    ConnectorError::io("the connection was cut".into())
}

fn answer(fault: Fault) -> HttpResponse {
    let error = |status, code: &str| {
        (status, json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "a test" }))
    };
    let (status, body) = match fault {
        Fault::Throttled => error(400, "ThrottlingException"),
        Fault::TransactionThrottled => cancelled("ThrottlingError"),
        Fault::InTheWay => cancelled("TransactionConflict"),
        Fault::Broken => error(500, "InternalServerError"),
        Fault::BadGateway => (502, json!("<html>no upstream</html>")),
        Fault::Refused(code) => error(400, code),
        other => unreachable!("{other:?} has no answer"),
    };
    let mut answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string()));
    answer.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    answer
}

fn cancelled(code: &str) -> (u16, Value) {
    let reasons = json!([{ "Code": code, "Message": "a test" }, { "Code": "None" }]);
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    (400, json!({ "__type": kind, "message": "Transaction cancelled", "CancellationReasons": reasons }))
}
