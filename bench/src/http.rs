//! An HTTP/1.1 client with one connection, which reconnects when the server has closed it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One client.
pub(crate) struct Client {
    address: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// A response.
pub(crate) struct Answer {
    /// The body, as sent.
    pub(crate) body: Bytes,
    /// From the request to the first byte of the response.
    pub(crate) first_byte_after: Duration,
}

impl Answer {
    /// Itself, if the status is a success or the redirect after a form.
    fn of(self, status: StatusCode) -> anyhow::Result<Self> {
        anyhow::ensure!(
            matches!(status, StatusCode::OK | StatusCode::CREATED | StatusCode::SEE_OTHER),
            "{status}: {}",
            String::from_utf8_lossy(&self.body)
        );
        Ok(self)
    }
}

impl Client {
    /// A client of `127.0.0.1:PORT`; it connects with the first request.
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.into(), sender: None }
    }

    /// Gets a page like a browser: compressed if the server offers it.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request =
            self.request(Method::GET, path).header("Accept-Encoding", "br, gzip").body(Full::default())?;
        self.send(request).await
    }

    /// Gets a page uncompressed.
    pub(crate) async fn get_plain(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::GET, path).body(Full::default())?;
        self.send(request).await
    }

    /// Gets a picture; `None` if the server is busy.
    pub(crate) async fn get_unless_busy(&mut self, path: &str) -> anyhow::Result<Option<Answer>> {
        let request = self.request(Method::GET, path).body(Full::default())?;
        match self.answer(request).await? {
            (StatusCode::SERVICE_UNAVAILABLE, _) => Ok(None),
            (status, answer) => answer.of(status).map(Some),
        }
    }

    /// Posts JSON; any response but a success is an error.
    pub(crate) async fn post(&mut self, path: &str, json: String) -> anyhow::Result<Answer> {
        self.post_as(path, "application/json", json).await
    }

    /// Posts JSON lines; any response but a success is an error.
    pub(crate) async fn post_lines(&mut self, path: &str, lines: String) -> anyhow::Result<Answer> {
        self.post_as(path, "application/x-ndjson", lines).await
    }

    /// Posts a form; any response but a success, or the redirect that follows one, is an error.
    pub(crate) async fn submit(&mut self, path: &str, form: String) -> anyhow::Result<Answer> {
        self.post_as(path, "application/x-www-form-urlencoded", form).await
    }

    async fn post_as(&mut self, path: &str, media_type: &str, body: String) -> anyhow::Result<Answer> {
        let request = self.request(Method::POST, path).header("Content-Type", media_type);
        self.send(request.body(Full::from(body))?).await
    }

    /// Posts the bytes of a file; any response but a success is an error.
    pub(crate) async fn upload(&mut self, path: &str, file: Vec<u8>) -> anyhow::Result<Answer> {
        let request = self.request(Method::POST, path).body(Full::from(file))?;
        self.send(request).await
    }

    /// Opens an event stream.
    pub(crate) async fn events(mut self, path: &str) -> anyhow::Result<Events> {
        let request =
            self.request(Method::GET, path).header("Accept", "text/event-stream").body(Full::default())?;
        let body = self.connected().await?.send_request(request).await?.into_body();
        Ok(Events { _client: self, body, unread: Vec::new() })
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder().method(method).uri(path).header("Host", &self.address)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let (status, answer) = self.answer(request).await?;
        answer.of(status)
    }

    async fn answer(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<(StatusCode, Answer)> {
        let sender = self.connected().await?;
        let started = Instant::now();
        let response: Response<Incoming> = sender.send_request(request).await?;
        let first_byte_after = started.elapsed();
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, Answer { body, first_byte_after }))
    }

    async fn connected(&mut self) -> anyhow::Result<&mut SendRequest<Full<Bytes>>> {
        let open = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !open {
            let stream = TcpStream::connect(&self.address).await.with_context(|| self.address.clone())?;
            stream.set_nodelay(true)?;
            let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            // Its error, if any, is reported by the request that it carries.
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        self.sender.as_mut().context("connected above")
    }
}

/// An event stream being read.
pub(crate) struct Events {
    _client: Client,
    body: Incoming,
    unread: Vec<u8>,
}

impl Events {
    /// The id of the next event that has one.
    pub(crate) async fn next_id(&mut self) -> anyhow::Result<u64> {
        loop {
            while let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.unread.drain(..end + 2).collect();
                let id = event.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"id:"));
                if let Some(id) = id {
                    return Ok(str::from_utf8(id)?.trim().parse()?);
                }
            }
            let frame = self.body.frame().await.context("the event stream ended")??;
            self.unread.extend_from_slice(frame.data_ref().map_or(b"".as_slice(), |data| data));
        }
    }
}
