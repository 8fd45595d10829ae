//! An HTTP server inside the test program that answers as a test says, and remembers what it was asked.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// What happens to a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// An answer: its status, headers and body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// An answer whose body never ends.
    Endless,
    /// No answer ever comes.
    Silence,
    /// The connection is cut.
    Cut,
}

type Decide = Box<dyn FnMut(&Asked) -> Reply + Send>;

struct State {
    decide: Decide,
    /// Each with whether it was taken: agreed to, or left without an answer.
    asked: Vec<(Asked, bool)>,
}

pub(crate) struct HttpStandIn {
    port: u16,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

impl HttpStandIn {
    /// Answers with 200 and nothing else.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let decide: Decide = Box::new(|_| Reply::Answer(200, Vec::new(), String::new()));
        let state = Arc::new(Mutex::new(State { decide, asked: Vec::new() }));
        let server = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { port, state, server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// From now on this decides what happens to every request.
    pub(crate) fn decide(&self, decide: impl FnMut(&Asked) -> Reply + Send + 'static) {
        self.state.lock().unwrap().decide = Box::new(decide);
    }

    /// How many requests there were.
    pub(crate) fn asked_count(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    /// The requests that were not refused.
    pub(crate) fn taken(&self) -> Vec<Asked> {
        let state = self.state.lock().unwrap();
        state.asked.iter().filter(|(_, is_taken)| *is_taken).map(|(asked, _)| asked.clone()).collect()
    }
}

impl HttpStandIn {
    /// Ends; afterwards nobody listens there.
    pub(crate) async fn stop(mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

impl Drop for HttpStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let service = hyper::service::service_fn(move |request| answer(request, Arc::clone(&state)));
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        connections.spawn(connection);
    }
}

/// An error cuts the connection.
async fn answer(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<UnsyncBoxBody<Bytes, std::io::Error>>, std::io::Error> {
    let cut = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| cut())?.to_bytes();
    let asked = Asked {
        target: head.uri.to_string(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let reply = {
        let state = &mut *state.lock().unwrap();
        let reply = (state.decide)(&asked);
        let is_taken = !matches!(reply, Reply::Answer(status, ..) if status >= 300);
        state.asked.push((asked, is_taken));
        reply
    };
    match reply {
        Reply::Answer(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            let body = Full::from(body).map_err(|never| match never {});
            Ok(response.body(body.boxed_unsync()).unwrap())
        }
        Reply::Endless => {
            let pieces =
                stream::repeat(Bytes::from_static(&[b'x'; 1024])).map(|piece| Ok(Frame::data(piece)));
            Ok(Response::new(StreamBody::new(pieces).boxed_unsync()))
        }
        Reply::Silence => std::future::pending().await,
        Reply::Cut => Err(cut()),
    }
}
