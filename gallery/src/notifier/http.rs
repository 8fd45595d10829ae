//! One HTTP request and its answer: with time limits, a bounded body, no redirects, no cookies, no proxy, and never
//! twice. Not here: what an answer means (`webhook::answer`).
//!
//! The client is hyper's own, over the connector that the AWS SDK links anyway: both follow no redirects.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::RETRY_AFTER;
use hyper::{Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::TokioExecutor;

use super::Reason;
use crate::causes::causes;

/// A host that does not accept the connection in this time is unavailable.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// From the first byte out to the head of the answer.
const ANSWER_MAX: Duration = Duration::from_secs(20);
/// For the body of the answer, which only explains it.
const BODY_MAX: Duration = Duration::from_secs(5);
/// What is read of an answer: services explain themselves in a few hundred bytes.
const BODY_MAX_BYTES: usize = 16 * 1024;
/// The longest pause that anybody may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);

/// Sends requests.
pub(super) struct HttpClient {
    scheme: Scheme,
    answer_max: Duration,
}

enum Scheme {
    /// A machine without root certificates can do that.
    Http(Client<HttpConnector, Full<Bytes>>),
    Https(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The pause that it asks for, in seconds only; no provider here sends a date.
    pub(super) retry_after: Option<Duration>,
    /// The beginning of its body, or nothing if that did not arrive.
    pub(super) body: String,
}

/// There is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// There was no connection, so nothing was sent.
    NotSent(Reason),
    /// The request, or a part of it, was sent.
    Sent(Reason),
}

impl HttpClient {
    /// For addresses of this scheme. An error if `https` finds no root certificates.
    pub(super) fn new(is_tls: bool) -> std::io::Result<Self> {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_MAX));
        http.enforce_http(false);
        let mut builder = Client::builder(TokioExecutor::new());
        // A notice now and then: no connection waits for the next one, and none is found closed in the middle of it.
        builder.pool_max_idle_per_host(0).retry_canceled_requests(false);
        let scheme = if is_tls {
            let https = HttpsConnectorBuilder::new().with_native_roots()?;
            Scheme::Https(builder.build(https.https_only().enable_http1().wrap_connector(http)))
        } else {
            Scheme::Http(builder.build(http))
        };
        Ok(Self { scheme, answer_max: ANSWER_MAX })
    }

    /// With less time for an answer.
    #[cfg(test)]
    pub(super) fn impatient(self) -> Self {
        Self { answer_max: Duration::from_secs(1), ..self }
    }

    /// Sends a request once.
    pub(super) async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let connection = capture_connection(&mut request);
        let answer = match &self.scheme {
            Scheme::Http(client) => client.request(request),
            Scheme::Https(client) => client.request(request),
        };
        let answer = match tokio::time::timeout(self.answer_max, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if error.is_connect() => {
                return Err(NoAnswer::NotSent(Reason::new(&causes(&error))));
            }
            Ok(Err(error)) => return Err(NoAnswer::Sent(Reason::new(&causes(&error)))),
            Err(_) => {
                let reason = Reason::new("there was no answer in time");
                // Also while a host has accepted the connection, and TLS is not agreed upon.
                let is_connected = connection.connection_metadata().is_some();
                return Err(if is_connected { NoAnswer::Sent(reason) } else { NoAnswer::NotSent(reason) });
            }
        };
        let (head, body) = answer.into_parts();
        let seconds =
            head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let mut beginning = Vec::new();
        // What has arrived until then explains it as far as it goes.
        let _ = tokio::time::timeout(BODY_MAX, read_beginning(body, &mut beginning)).await;
        let body = String::from_utf8_lossy(&beginning).into_owned();
        Ok(Answer {
            status: head.status,
            retry_after: seconds.map(|seconds| Duration::from_secs(seconds).min(RETRY_AFTER_MAX)),
            body,
        })
    }
}

/// Reads the first `BODY_MAX_BYTES` of a body.
async fn read_beginning(mut body: Incoming, beginning: &mut Vec<u8>) {
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        let room = BODY_MAX_BYTES - beginning.len();
        beginning.extend_from_slice(&data[..room.min(data.len())]);
        if beginning.len() == BODY_MAX_BYTES {
            return;
        }
    }
}
