//! The program as a function of AWS Lambda: what an event is, and who answers it. The same program serves pages, the
//! device's endpoint, the queues and the schedule; it tells them apart by the event. Not here: the runtime's protocol
//! (the crate `lambda_runtime`), opening the gallery (`cli::function`).

mod error;
mod http;
mod queue;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use gallery::bucket::BucketName;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};

pub(crate) use self::error::FunctionError;
use crate::grants::of_operator;
use crate::router::router;
use crate::site::Site;

/// What answers events.
pub(crate) struct Functions {
    site: Arc<Site>,
    router: TowerToHyperService<Router>,
    bucket: BucketName,
}

/// What a state machine takes from a function is 256 KB at most; with room for what stands around it.
const STATE_MAX_BYTES: usize = 200 * 1024;

impl Functions {
    pub(crate) fn new(site: Arc<Site>, bucket: BucketName) -> Self {
        let router = TowerToHyperService::new(router(Arc::clone(&site)));
        Self { site, router, bucket }
    }

    /// Answers an event.
    pub(crate) async fn call(&self, event: Value) -> Result<Value, FunctionError> {
        if let Some(records) = event["Records"].as_array() {
            return Ok(queue::answer(&self.site.gallery, &self.bucket, records).await);
        }
        if event["device"].is_object() {
            return Ok(self.device(&event).await);
        }
        if event["source"] == "aws.events" || event["source"] == "aws.scheduler" {
            let done = self.site.gallery.reconcile_and_purge(&of_operator()).await;
            return done.map(|()| Value::Null).map_err(FunctionError::Reconcile);
        }
        let request = http::request(&event)?;
        self.refresh(request.uri().path()).await;
        Ok(http::answer(self.ask(request).await).await)
    }

    /// Asks the catalog what has happened in the space of a page or of a request to the API: while the function was
    /// frozen, it had no tail of the log. If the catalog does not answer, the page says how old it is.
    async fn refresh(&self, path: &str) {
        let below = path.strip_prefix(self.site.shell.base.trim_end_matches('/')).unwrap_or(path);
        let space =
            ["/s/", "/api/v1/spaces/"].iter().find_map(|start| below.strip_prefix(start)?.split('/').next());
        let Ok(space) = space.unwrap_or("main").parse() else { return };
        if let Err(error) = self.site.gallery.refresh(&crate::grants::for_function(space)).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the catalog does not say what has happened"
            );
        }
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.call(request).await.unwrap_or_else(|never| match never {})
    }

    /// Answers a device: always with a status, also for the caller's faults, since a state machine knows success and
    /// failure only. Pictures that do not fit into a state are left for the next request.
    async fn device(&self, event: &Value) -> Value {
        let mut event = event.clone();
        loop {
            let answer = self.device_once(&event).await;
            let count = answer["body"]["images"].as_array().map_or(0, Vec::len);
            if count < 2 || answer.to_string().len() <= STATE_MAX_BYTES {
                return answer;
            }
            event["device"]["limit"] = (count / 2).into();
        }
    }

    async fn device_once(&self, event: &Value) -> Value {
        let mut request = Request::post(self.site.address("/api/v1/device"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = event["idempotencyKey"].as_str().filter(|key| !key.is_empty()) {
            request = request.header("idempotency-key", key);
        }
        let Ok(request) = request.body(Body::from(event["device"].to_string())) else {
            let detail = "An Idempotency-Key has 1 to 64 letters, digits, hyphens and underscores.";
            let body = json!({ "title": "Invalid request", "status": 400, "detail": detail });
            return json!({ "status": 400, "contentType": "application/problem+json", "body": body });
        };
        let (parts, body) = self.ask(request).await.into_parts();
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let body = http::bytes(body).await;
        let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let status = if body.is_null() { StatusCode::INTERNAL_SERVER_ERROR } else { parts.status };
        json!({ "status": status.as_u16(), "contentType": content_type, "body": body })
    }
}
