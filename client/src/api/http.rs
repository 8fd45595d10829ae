//! One HTTP request and the head of its answer: over http or https with the system's certificates, with time limits,
//! without redirects, cookies or a proxy. Not here: repeating it (`repeat`), what an answer means (`Api`).

use core::fmt;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, sleep_until};

use crate::failure::Failure;
use crate::shown::visible;

/// The body of a request.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A host that does not accept the connection in this time is away.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Sends requests.
pub(super) struct Http {
    scheme: Scheme,
    /// How long nothing may happen.
    pub(super) patience: Duration,
}

enum Scheme {
    /// A machine without root certificates can do that.
    Http(Client<HttpConnector, Body>),
    Https(Client<HttpsConnector<HttpConnector>, Body>),
}

/// There is no answer: why, in words.
#[derive(Debug)]
pub(crate) struct NoAnswer(String);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Http {
    pub(super) fn new(is_tls: bool, patience: Duration) -> Result<Self, Failure> {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_MAX.min(patience)));
        http.enforce_http(false);
        http.set_nodelay(true);
        let mut builder = Client::builder(TokioExecutor::new());
        // What is repeated is decided elsewhere.
        builder.retry_canceled_requests(false);
        let scheme = if is_tls {
            let roots = HttpsConnectorBuilder::new().with_native_roots();
            let roots = roots.map_err(|_| {
                Failure::other(
                    "This system has no certificates to check a server with: install them (ca-certificates).",
                )
            })?;
            Scheme::Https(builder.build(roots.https_only().enable_http1().wrap_connector(http)))
        } else {
            Scheme::Http(builder.build(http))
        };
        Ok(Self { scheme, patience })
    }

    /// Sends a request once. It may take as long as there is activity.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        activity: &Activity,
    ) -> Result<Response<Incoming>, NoAnswer> {
        let answer = within(activity, self.patience, self.send_without_limit(request)).await;
        answer.unwrap_or_else(|| Err(NoAnswer(format!("nothing came for {} s", self.patience.as_secs_f32()))))
    }

    /// The same, for as long as it takes.
    pub(super) async fn send_without_limit(
        &self,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, NoAnswer> {
        let answer = match &self.scheme {
            Scheme::Http(client) => client.request(request),
            Scheme::Https(client) => client.request(request),
        };
        answer.await.map_err(|error| NoAnswer(innermost(&error)))
    }
}

/// The innermost cause says the most: “connection refused”, “certificate has expired”.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    // The number of the system's error tells most people nothing.
    let text = text.split(" (os error").next().unwrap_or_default();
    visible(text)
}

/// When something last happened on a connection.
#[derive(Debug, Clone)]
pub(crate) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Something happened.
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for it, but not longer than this without activity.
pub(super) async fn within<T>(
    activity: &Activity,
    patience: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    loop {
        let deadline = activity.last() + patience;
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = sleep_until(deadline) => {
                if activity.last() + patience <= Instant::now() {
                    return None;
                }
            }
        }
    }
}
