//! A router over a gallery in memory, called without a network.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, Response};
use bytes::Bytes;
use gallery::bucket::MemoryBucket;
use gallery::catalog::MemoryCatalog;
use gallery::labeller::{Embedded, EmbeddedOptions, Found, Labeller, LabellerError, NoLabeller};
use gallery::{Gallery, Options, Ports};
use server::{Site, SiteOptions};
use tower::ServiceExt as _;

use super::Answer;

#[derive(Debug)]
struct Refusing;

#[async_trait]
impl Labeller for Refusing {
    async fn label(&self, _: Bytes) -> Result<Found, LabellerError> {
        Err(LabellerError::Denied("no permission".to_owned()))
    }

    fn is_current(&self, _: &str) -> bool {
        false
    }
}

pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) site: Arc<Site>,
    pub(crate) gallery: Gallery,
    pub(crate) bucket: Arc<MemoryBucket>,
    pub(crate) catalog: Arc<MemoryCatalog>,
}

impl Server {
    pub(crate) async fn new() -> Self {
        Self::with(SiteOptions::default()).await
    }

    pub(crate) async fn with(options: SiteOptions) -> Self {
        Self::on(Arc::default(), Arc::default(), options, Arc::new(NoLabeller)).await
    }

    /// One with a labeller that is easily sure: it finds something in any picture.
    pub(crate) async fn labelling() -> Self {
        let options = EmbeddedOptions { threshold: Some(0.01), denied: Vec::new() };
        let labeller = Arc::new(Embedded::new(options));
        Self::on(Arc::default(), Arc::default(), SiteOptions::default(), labeller).await
    }

    /// One whose labeller refuses every photo, which another attempt may mend.
    pub(crate) async fn refused_by_the_labeller() -> Self {
        Self::on(Arc::default(), Arc::default(), SiteOptions::default(), Arc::new(Refusing)).await
    }

    async fn on(
        bucket: Arc<MemoryBucket>,
        catalog: Arc<MemoryCatalog>,
        options: SiteOptions,
        labeller: Arc<dyn Labeller>,
    ) -> Self {
        let reconcile_every = Duration::from_secs(3600);
        let rarely = Options { reconcile_every, labeller, ..Options::default() };
        let ports = Ports::in_memory_beside(Arc::clone(&bucket) as _, Arc::clone(&catalog) as _);
        let gallery = Gallery::open(ports, rarely).await.unwrap();
        let site = Site::new(gallery.clone(), options);
        Self { router: server::router(Arc::clone(&site)), site, gallery, bucket, catalog }
    }

    /// Another instance, on the same bucket and catalog.
    pub(crate) async fn another(&self) -> Self {
        let (bucket, catalog) = (Arc::clone(&self.bucket), Arc::clone(&self.catalog));
        Self::on(bucket, catalog, SiteOptions::default(), Arc::new(NoLabeller)).await
    }

    /// Sends a request, addressed to localhost unless it says otherwise.
    pub(crate) async fn open(&self, mut request: Request<Body>) -> Response<Body> {
        request.headers_mut().entry("host").or_insert("localhost:8080".parse().unwrap());
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads the whole response.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::read(self.open(request).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(get(path).body(Body::empty()).unwrap()).await
    }

    /// Saves a text in `main`, and returns its id.
    pub(crate) async fn save(&self, text: &str) -> u64 {
        let wish = serde_json::json!({ "text": text }).to_string();
        let answer = self.ask(post_json("/api/v1/spaces/main/entries", wish)).await;
        answer.json()["entry"]["id"].as_u64().unwrap()
    }

    /// Posts a form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)], accept: &str) -> Answer {
        self.ask(post(path).header("accept", accept).body(form(fields)).unwrap()).await
    }
}

fn form(fields: &[(&str, &str)]) -> Body {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into()
}

pub(crate) fn get(path: &str) -> Builder {
    Request::get(path)
}

pub(crate) fn options(path: &str) -> Builder {
    Request::builder().method(Method::OPTIONS).uri(path)
}

pub(crate) fn delete(path: &str) -> Builder {
    Request::delete(path)
}

pub(crate) fn post(path: &str) -> Builder {
    Request::post(path).header("content-type", "application/x-www-form-urlencoded")
}

/// With the id by which a repetition is recognised.
pub(crate) fn post_once(path: &str, key: &str, json: String) -> Request<Body> {
    let mut request = post_json(path, json);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

pub(crate) fn post_json(path: &str, json: String) -> Request<Body> {
    Request::post(path).header("content-type", "application/json").body(json.into()).unwrap()
}
