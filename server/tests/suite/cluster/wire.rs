//! The wire between the instances and their storage: it counts the requests, and injects faults. Not here: the servers
//! behind it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, TRANSFER_ENCODING};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What can go wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Throttled, like S3 and DynamoDB under load.
    Throttled,
    /// Refused with status 500.
    Broken,
    /// Answered late.
    Slow,
    /// The connection is cut before the server is reached.
    Cut,
    /// It is done, and the response is lost.
    Lost,
}

const FAULTS: [Fault; 5] = [Fault::Throttled, Fault::Broken, Fault::Slow, Fault::Cut, Fault::Lost];

/// Why access is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The credentials have expired.
    ExpiredCredentials,
    /// The instance's clock is wrong, so its signatures are invalid.
    SkewedClock,
}

/// The delay of a slow response.
const SLOW: Duration = Duration::from_millis(700);

/// A wire to a server.
pub(crate) struct Wire {
    port: u16,
    state: Arc<State>,
}

struct State {
    http: reqwest::Client,
    server: String,
    /// Faults in a thousand requests.
    per_mille: AtomicU32,
    is_down: AtomicBool,
    /// The delay of every response.
    latency: Mutex<Duration>,
    refusal: Mutex<Option<Refusal>>,
    random: Mutex<fastrand::Rng>,
    counts: Mutex<BTreeMap<String, u64>>,
    faults: Mutex<BTreeMap<String, u64>>,
}

impl Wire {
    /// A wire to the server at this local port.
    pub(crate) async fn to(server_port: u16, random: fastrand::Rng) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            server: format!("http://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, server_port))),
            per_mille: AtomicU32::new(0),
            is_down: AtomicBool::new(false),
            latency: Mutex::default(),
            refusal: Mutex::default(),
            random: Mutex::new(random),
            counts: Mutex::default(),
            faults: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let state = Arc::clone(&shared);
                let service = hyper::service::service_fn(move |request| Arc::clone(&state).pass(request));
                tokio::spawn(async move {
                    // Cut connections are intended.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { port, state }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on this many of a thousand requests meet a fault.
    pub(crate) fn fail(&self, per_mille: u32) {
        self.state.per_mille.store(per_mille, Ordering::Relaxed);
    }

    /// Disconnects or reconnects the wire.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.state.is_down.store(is_down, Ordering::Relaxed);
    }

    /// From now on each response is delayed by this much.
    pub(crate) fn answer_after(&self, latency: Duration) {
        *self.state.latency.lock().unwrap() = latency;
    }

    /// From now on every request is refused in this way, or none.
    pub(crate) fn refuse(&self, refusal: Option<Refusal>) {
        *self.state.refusal.lock().unwrap() = refusal;
    }

    /// How often each operation was requested since the last call.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.state.counts.lock().unwrap())
    }

    /// How often each fault occurred since the last call.
    pub(crate) fn faults(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.state.faults.lock().unwrap())
    }
}

/// The connection is cut.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct CutOff;

impl State {
    async fn pass(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, CutOff> {
        let operation = operation(&request);
        *self.counts.lock().unwrap().entry(operation.clone()).or_default() += 1;
        let is_json = request.headers().contains_key("x-amz-target");
        if self.is_down.load(Ordering::Relaxed) {
            return Err(CutOff);
        }
        let refused = *self.refusal.lock().unwrap();
        if let Some(refused) = refused {
            let (status, codes) = match refused {
                Refusal::ExpiredCredentials => {
                    (StatusCode::BAD_REQUEST, ["ExpiredToken", "ExpiredTokenException"])
                }
                Refusal::SkewedClock => {
                    (StatusCode::FORBIDDEN, ["RequestTimeTooSkewed", "InvalidSignatureException"])
                }
            };
            return Ok(refusal(is_json, status, codes));
        }
        let fault = self.choose();
        if let Some(fault) = fault {
            *self.faults.lock().unwrap().entry(format!("{operation} {fault:?}")).or_default() += 1;
        }
        match fault {
            Some(Fault::Cut) => return Err(CutOff),
            Some(Fault::Throttled) if is_json => {
                return Ok(refusal(true, StatusCode::BAD_REQUEST, ["", "ThrottlingException"]));
            }
            Some(Fault::Throttled) => {
                return Ok(refusal(false, StatusCode::SERVICE_UNAVAILABLE, ["SlowDown", ""]));
            }
            Some(Fault::Broken) => {
                let codes = ["InternalError", "InternalServerError"];
                return Ok(refusal(is_json, StatusCode::INTERNAL_SERVER_ERROR, codes));
            }
            Some(Fault::Slow) => tokio::time::sleep(SLOW).await,
            Some(Fault::Lost) | None => {}
        }
        let latency = *self.latency.lock().unwrap();
        tokio::time::sleep(latency).await;
        let answer = self.forward(request).await?;
        if fault == Some(Fault::Lost) { Err(CutOff) } else { Ok(answer) }
    }

    fn choose(&self) -> Option<Fault> {
        let mut random = self.random.lock().unwrap();
        let meets = random.u32(0..1000) < self.per_mille.load(Ordering::Relaxed);
        meets.then(|| FAULTS[random.usize(..FAULTS.len())])
    }

    /// Forwards it unchanged: the signature covers the host name that the instances use.
    async fn forward(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, CutOff> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| CutOff)?.to_bytes();
        let url = format!("{}{}", self.server, parts.uri.path_and_query().unwrap());
        let mut headers = parts.headers;
        let host = headers.get(HOST).cloned();
        of_this_connection(&mut headers);
        headers.extend(host.map(|host| (HOST, host)));
        let sent = self.http.request(parts.method.clone(), url).headers(headers).body(body).send().await;
        let answer = sent.map_err(|_| CutOff)?;
        let mut response = Response::builder().status(answer.status());
        let mut headers = answer.headers().clone();
        // A response to HEAD has no body.
        let announced = headers.get(CONTENT_LENGTH).cloned().filter(|_| parts.method == Method::HEAD);
        of_this_connection(&mut headers);
        headers.extend(announced.map(|length| (CONTENT_LENGTH, length)));
        *response.headers_mut().unwrap() = headers;
        let body = answer.bytes().await.map_err(|_| CutOff)?;
        Ok(response.body(Full::new(body)).unwrap())
    }
}

/// Removes hop-by-hop headers.
fn of_this_connection(headers: &mut HeaderMap) {
    for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}

/// The name of the operation: `DynamoDB GetItem`, `S3 PUT object`.
fn operation(request: &Request<Incoming>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    if let Some((service, operation)) = target.and_then(|target| target.split_once('.')) {
        let service = if service.starts_with("DynamoDB") { "DynamoDB" } else { "SQS" };
        return format!("{service} {operation}");
    }
    // `/bucket`, `/bucket/` or `/bucket/key`.
    let key = request.uri().path().trim_start_matches('/').split_once('/').map_or("", |(_, key)| key);
    let what = if key.is_empty() { "bucket" } else { "object" };
    format!("S3 {} {what}", request.method())
}

/// A refusal in the words of S3 or of the JSON services.
fn refusal(is_json: bool, status: StatusCode, [of_s3, of_json]: [&str; 2]) -> Response<Full<Bytes>> {
    let (kind, body) = if is_json {
        let body =
            format!(r##"{{"__type":"com.amazonaws.dynamodb.v20120810#{of_json}","message":"injected"}}"##);
        ("application/x-amz-json-1.0", body)
    } else {
        ("application/xml", format!("<Error><Code>{of_s3}</Code><Message>injected</Message></Error>"))
    };
    Response::builder().status(status).header("content-type", kind).body(Full::new(body.into())).unwrap()
}
