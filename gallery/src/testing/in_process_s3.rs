//! An S3 inside the test program: `s3s` for the protocol (signatures, checksums, XML), `s3s-fs` for the objects, served
//! on loopback so that the SDK's real client talks to it; and faults that a test injects.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_sdk_s3::config::Credentials;
use bytes::Bytes;
use futures::StreamExt as _;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::aws::{Aws, AwsOptions};

/// What happens to a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Nothing is done; the response has this status and code.
    Refused(u16, &'static str),
    /// Nothing is done, and no response ever comes.
    Silence,
    /// Nothing is done, and the connection is cut.
    Cut,
    /// It is done, but the connection is cut before the response.
    LostAnswer,
    /// Half of the response's body arrives, then the connection is cut.
    HalfAnswer,
    /// Half of the response's body arrives, then nothing.
    StandsStill,
    /// The body arrives in full length, but with other bytes.
    SpoiltOnTheWay,
    /// Nothing is done; the response is this text.
    Says(&'static str),
}

type Faults = Box<dyn FnMut(&Request<Incoming>) -> Option<Fault> + Send>;

#[derive(Default)]
struct Between {
    faults: Option<Faults>,
    requests: Vec<String>,
}

pub(crate) struct InProcessS3 {
    port: u16,
    folder: TempDir,
    between: Arc<Mutex<Between>>,
    server: JoinHandle<()>,
}

impl InProcessS3 {
    /// With one bucket in it, `codes`.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("codes")).unwrap();
        let mut s3 = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        s3.set_auth(SimpleAuth::from_single("reader", "secret"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let between = Arc::default();
        let server = tokio::spawn(serve(listener, s3.build(), Arc::clone(&between)));
        Self { port, folder, between, server }
    }

    pub(crate) async fn connection(&self) -> Aws {
        self.connection_as(Credentials::new("reader", "secret", None, None, "test")).await
    }

    /// A connection that hardly waits between attempts.
    pub(crate) async fn hurried_connection(&self) -> Aws {
        let config = self.connection().await.config;
        let retries = config.retry_config().unwrap().clone();
        let retries = retries.with_initial_backoff(Duration::from_millis(20));
        Aws { config: config.into_builder().retry_config(retries).build() }
    }

    /// A connection that hardly waits between attempts, and at most a second for anything.
    pub(crate) async fn impatient_connection(&self) -> Aws {
        let config = self.hurried_connection().await.config;
        let second = Duration::from_secs(1);
        let timeouts = config.timeout_config().unwrap().to_builder();
        let timeouts = timeouts.operation_attempt_timeout(second).operation_timeout(4 * second);
        let standstill = StalledStreamProtectionConfig::enabled().grace_period(second);
        let config = config.into_builder().timeout_config(timeouts.build());
        Aws { config: config.stalled_stream_protection(standstill.build()).build() }
    }

    pub(crate) async fn connection_as(&self, credentials: Credentials) -> Aws {
        Aws::configured(AwsOptions {
            region: Some("us-east-1".to_owned()),
            endpoint_url: Some(self.url()),
            credentials: Some(credentials),
            ..AwsOptions::default()
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on this decides the fate of every request.
    pub(crate) fn fail_when(&self, faults: impl FnMut(&Request<Incoming>) -> Option<Fault> + Send + 'static) {
        self.between.lock().unwrap().faults = Some(Box::new(faults));
    }

    /// The next requests of this method meet these faults, one each.
    pub(crate) fn fail_next(&self, method: &'static str, faults: impl IntoIterator<Item = Fault>) {
        let mut faults: Vec<Fault> = faults.into_iter().collect();
        faults.reverse();
        self.fail_when(move |request| if request.method() == method { faults.pop() } else { None });
    }

    /// The requests since the last call, such as `PUT /codes/a`, without their queries.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.between.lock().unwrap().requests)
    }

    /// The bucket's folder: what another program does to it.
    pub(crate) fn folder(&self) -> std::path::PathBuf {
        self.folder.path().join("codes")
    }
}

impl Drop for InProcessS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, s3: S3Service, between: Arc<Mutex<Between>>) {
    let writes = Arc::default();
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, s3.clone(), Arc::clone(&writes), Arc::clone(&between)));
    }
}

async fn converse(
    stream: TcpStream,
    s3: S3Service,
    writes: Arc<tokio::sync::Mutex<()>>,
    between: Arc<Mutex<Between>>,
) {
    let service = hyper::service::service_fn(move |request| {
        let fault = {
            let between = &mut *between.lock().unwrap();
            between.requests.push(format!("{} {}", request.method(), request.uri().path()));
            between.faults.as_mut().and_then(|faults| faults(&request))
        };
        answer(s3.clone(), Arc::clone(&writes), request, fault)
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Some tests cut the connection.
    let _ = connection.await;
}

/// An error cuts the connection.
async fn answer(
    s3: S3Service,
    writes: Arc<tokio::sync::Mutex<()>>,
    request: Request<Incoming>,
    fault: Option<Fault>,
) -> Result<Response<Body>, std::io::Error> {
    let cut = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    match fault {
        Some(Fault::Refused(status, code)) => {
            let body = format!("<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>");
            return Ok(Response::builder().status(status).body(Body::from(body)).unwrap());
        }
        Some(Fault::Says(text)) => return Ok(Response::new(Body::from(text.to_owned()))),
        Some(Fault::Silence) => return std::future::pending().await,
        Some(Fault::Cut) => return Err(cut()),
        Some(Fault::LostAnswer | Fault::HalfAnswer | Fault::StandsStill | Fault::SpoiltOnTheWay) | None => {}
    }
    let request = match fault {
        Some(Fault::SpoiltOnTheWay) => spoilt(request).await,
        _ => request.map(Body::from),
    };
    // `s3s-fs` checks for an object and then writes; S3 does both atomically.
    let is_write = request.method() == hyper::Method::PUT;
    let alone = if is_write { Some(writes.lock().await) } else { None };
    let response = s3.call(request).await.map_err(|_| cut())?;
    drop(alone);
    match fault {
        Some(Fault::LostAnswer) => Err(cut()),
        Some(Fault::HalfAnswer) => Ok(half(response, true).await),
        Some(Fault::StandsStill) => Ok(half(response, false).await),
        _ => Ok(response),
    }
}

async fn spoilt(request: Request<Incoming>) -> Request<Body> {
    let (head, body) = request.into_parts();
    let mut bytes = BodyExt::collect(body).await.unwrap().to_bytes().to_vec();
    bytes.reverse();
    Request::from_parts(head, Body::from(bytes))
}

async fn half(response: Response<Body>, is_cut: bool) -> Response<Body> {
    let (head, body) = response.into_parts();
    let bytes = BodyExt::collect(body).await.unwrap().to_bytes();
    let half: Result<_, std::io::Error> = Ok(Frame::data(bytes.slice(..bytes.len() / 2)));
    let rest = async move {
        if !is_cut {
            std::future::pending::<Infallible>().await;
        }
        Err::<Frame<Bytes>, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    };
    let frames = futures::stream::once(async { half }).chain(futures::stream::once(rest));
    Response::from_parts(head, Body::http_body_unsync(StreamBody::new(frames)))
}
