//! A space of a server: sends requests, says what their answers mean, and repeats those that may yet succeed. Not here:
//! the single request (`http`).

use std::sync::Arc;
use std::time::Duration;

use domain::Space;
use hyper::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use serde_json::Value;

use super::address::{Address, Path};
use super::http::{Activity, Body, Http, NoAnswer};
use super::problem;
use super::repeat::Repeats;
use super::request::{Call, Payload};
use super::response::{Download, JSON_MAX_BYTES};
use super::trouble::Trouble;
use crate::console::Console;
use crate::failure::{Exit, Failure};

/// Every answer of a server has it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Which program asks, in the server's log.
const PROGRAM: HeaderValue = HeaderValue::from_static(concat!("qrate/", env!("CARGO_PKG_VERSION")));

/// A space of a server.
pub(crate) struct Api {
    pub(super) http: Http,
    pub(super) address: Address,
    pub(super) space: Space,
    /// The header that says who asks.
    pub(super) authorization: Option<HeaderValue>,
    pub(super) retries: u32,
    pub(super) console: Console,
}

impl Api {
    /// The address of something in the space.
    pub(crate) fn in_space(&self, path: &Path) -> Uri {
        self.address.in_space(&self.space, path)
    }

    /// A link in an answer, which is a path from the server's root, in full and visible.
    pub(crate) fn link(&self, path: &str) -> String {
        self.address.link(path)
    }

    /// The space and the server in words.
    pub(crate) fn place(&self) -> String {
        format!("{} at {}", self.space, self.address)
    }

    /// Attempts that are left for a request.
    pub(crate) fn repeats(&self) -> Repeats {
        Repeats::of(self.retries)
    }

    /// Sends a request, repeatedly if need be, and reads the JSON of the answer.
    pub(crate) async fn json(&self, call: &Call) -> Result<Value, Failure> {
        let mut repeats = self.repeats();
        loop {
            let answer = match self.once(call).await {
                Ok(answer) => self.read_json(answer).await,
                Err(trouble) => Err(trouble),
            };
            match answer {
                Err(trouble) => self.pause(&mut repeats, trouble).await?,
                Ok(value) => return Ok(value),
            }
        }
    }

    /// Sends a request whose answer has no body that matters.
    pub(crate) async fn done(&self, call: &Call) -> Result<(), Failure> {
        self.open(call).await.map(drop)
    }

    /// Sends a request, repeatedly if need be, and returns the answer before its body.
    pub(crate) async fn open(&self, call: &Call) -> Result<Download, Failure> {
        let mut repeats = self.repeats();
        loop {
            match self.once(call).await {
                Err(trouble) => self.pause(&mut repeats, trouble).await?,
                Ok(answer) => return Ok(answer),
            }
        }
    }

    /// Waits before another attempt, if there is one.
    async fn pause(&self, repeats: &mut Repeats, trouble: Trouble) -> Result<(), Failure> {
        let why = trouble.sentence().to_owned();
        let pause = repeats.next(trouble)?;
        self.console.hint(&format!("{why} Trying again in {:.1} s.", pause.as_secs_f32()));
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// Sends a request once.
    pub(crate) async fn once(&self, call: &Call) -> Result<Download, Trouble> {
        let activity = Activity::new();
        let body = call.payload.body(&activity).await.map_err(Trouble::Final)?;
        let answer = self.http.send(self.request(call, body), &activity).await;
        let answer = answer.map_err(|missing| Trouble::Passing(self.away(&missing), None))?;
        self.judge(answer, activity).await
    }

    /// Sends a request once whose body is written meanwhile, and whose answer may take as long as that does.
    pub(crate) fn streamed(
        self: &Arc<Self>,
        call: &Call,
        body: Body,
    ) -> impl Future<Output = Result<Download, Trouble>> + Send + 'static {
        let (api, request, activity) = (Arc::clone(self), self.request(call, body), Activity::new());
        async move {
            let answer = api.http.send_without_limit(request).await;
            let answer = answer.map_err(|missing| Trouble::Passing(api.away(&missing), None))?;
            api.judge(answer, activity).await
        }
    }

    /// How long nothing may happen.
    pub(crate) fn patience(&self) -> Duration {
        self.http.patience
    }

    fn request(&self, call: &Call, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = call.uri.clone();
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, PROGRAM);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in call.payload.headers().into_iter().chain(call.headers.iter().cloned()) {
            headers.insert(name, value);
        }
        request
    }

    /// What an answer means.
    async fn judge(
        &self,
        answer: Response<hyper::body::Incoming>,
        activity: Activity,
    ) -> Result<Download, Trouble> {
        let status = answer.status();
        if status.is_redirection() {
            return Err(Trouble::Final(self.address.moved(&answer)));
        }
        // A page of a hotspot, another program at the port, a wrong base path.
        let is_of_qrate = answer.headers().contains_key(REQUEST_ID)
            && (status != StatusCode::NOT_FOUND || problem::is_problem(&answer));
        if (status.is_success() || status == StatusCode::NOT_FOUND) && !is_of_qrate {
            return Err(Trouble::Final(self.not_qrate()));
        }
        if status.is_success() {
            return Ok(Download::new(answer, activity, self.http.patience));
        }
        let retry_after = problem::retry_after(&answer);
        let sentence = problem::sentence(answer, activity, self.http.patience).await;
        let exit = Exit::of_status(status.as_u16());
        let failure = Failure::Said { exit, status: Some(status.as_u16()), sentence };
        Err(if exit == Exit::Away { Trouble::Passing(failure, retry_after) } else { Trouble::Final(failure) })
    }

    async fn read_json(&self, answer: Download) -> Result<Value, Trouble> {
        let bytes = answer.whole(JSON_MAX_BYTES).await?;
        serde_json::from_slice(&bytes).map_err(|_| Trouble::Final(self.not_qrate()))
    }

    fn not_qrate(&self) -> Failure {
        Failure::other(format!(
            "There is no Qrate API at {}: is the address right, with its base path (--server, QRATE_SERVER)?",
            self.address
        ))
    }

    /// Sends a request for a file, repeatedly if need be, also to where the server says that it is: its bucket.
    pub(crate) async fn file(&self, call: &Call) -> Result<Download, Failure> {
        let mut repeats = self.repeats();
        loop {
            match self.file_once(call).await {
                Err(trouble) => self.pause(&mut repeats, trouble).await?,
                Ok(answer) => return Ok(answer),
            }
        }
    }

    async fn file_once(&self, call: &Call) -> Result<Download, Trouble> {
        let activity = Activity::new();
        let body = call.payload.body(&activity).await.map_err(Trouble::Final)?;
        let answer = self.http.send(self.request(call, body), &activity).await;
        let answer = answer.map_err(|missing| Trouble::Passing(self.away(&missing), None))?;
        match bucket_of(&answer) {
            Some(uri) => self.download_from_bucket(uri).await,
            None => self.judge(answer, activity).await,
        }
    }

    /// From the bucket, without the credentials for the server.
    async fn download_from_bucket(&self, uri: Uri) -> Result<Download, Trouble> {
        let activity = Activity::new();
        let bucket =
            Http::new(uri.scheme_str() == Some("https"), self.http.patience).map_err(Trouble::Final)?;
        let body = Payload::Nothing.body(&activity).await.map_err(Trouble::Final)?;
        let mut request = Request::new(body);
        *request.uri_mut() = uri;
        request.headers_mut().insert(USER_AGENT, PROGRAM);
        let answer = bucket.send(request, &activity).await;
        let away = |missing: NoAnswer| {
            Failure::new(Exit::Away, format!("No answer from the bucket of the server: {missing}."))
        };
        let answer = answer.map_err(|missing| Trouble::Passing(away(missing), None))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(Download::new(answer, activity, self.http.patience));
        }
        let failure =
            Failure::other(format!("The bucket of the server answered {status} instead of the file."));
        Err(if status.is_server_error() { Trouble::Passing(failure, None) } else { Trouble::Final(failure) })
    }

    /// There is no answer.
    fn away(&self, missing: &NoAnswer) -> Failure {
        Failure::new(
            Exit::Away,
            format!(
                "No answer from {}: {missing}. Is the address right (--server, QRATE_SERVER)?",
                self.address
            ),
        )
    }
}

/// Where a file is, if its server leaves it to its bucket: only a temporary redirect with a whole address.
fn bucket_of<B>(answer: &Response<B>) -> Option<Uri> {
    if answer.status() != StatusCode::TEMPORARY_REDIRECT || !answer.headers().contains_key(REQUEST_ID) {
        return None;
    }
    let uri: Uri = answer.headers().get(LOCATION)?.to_str().ok()?.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https")).then_some(uri).filter(|uri| uri.authority().is_some())
}
