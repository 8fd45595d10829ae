//! A bucket of as many objects of others as somebody may have, listed and taken in a page at a time. The other side is a
//! function in this program below the SDK: a million files would be more work than what is tested.
//!
//! `QRATE_TEST_OBJECTS` is how many there are: `tools/torture.sh` takes a million.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use aws_sdk_s3::config::http::{HttpRequest, HttpResponse};
use aws_sdk_s3::config::{HttpClient, RuntimeComponents};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use domain::Space;
use tokio::time::Duration;
use url::Url;

use super::S3Bucket;
use crate::aws::{Aws, AwsOptions};
use crate::catalog::{Catalog as _, MemoryCatalog};
use crate::reconcile::progress::EVERY;
use crate::testing::granted;
use crate::testing::log::Log;
use crate::{Gallery, Options, WindowRequest};

/// What S3 gives at most, and when nobody says how many are wanted.
const PAGE_MAX: usize = 1000;
/// Objects that a pass gathers before it looks at them.
const GATHERED: usize = 256;
/// More than a picture may have, so that nothing is read.
const SIZE_BYTES: u64 = 26 * 1024 * 1024;
/// How long a page takes, in the time of the test.
const PAGE_TAKES: Duration = Duration::from_secs(12);

/// A store with so many objects, in the order of their numbers.
#[derive(Debug, Clone)]
struct Store {
    count: usize,
    /// How many it gives at once.
    page: usize,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Debug, Default)]
struct Asked {
    /// Requests for a page.
    pages: usize,
    /// Objects in them.
    listed: usize,
    /// The highest number of an object that was looked at, and one.
    looked_up_to: usize,
    /// Looks.
    looks: usize,
    /// The most objects that were listed and not yet looked at when another page of the first pass was asked for.
    most_ahead: usize,
}

impl Store {
    /// A bucket in it.
    async fn bucket(&self) -> S3Bucket {
        let aws = Aws::configured(AwsOptions {
            region: Some("us-east-1".to_owned()),
            endpoint_url: Some("http://store.invalid".to_owned()),
            credentials: Some(AwsOptions::key("reader", "secret")),
            ..AwsOptions::default()
        });
        let config = aws.await.config.into_builder().http_client(self.clone()).build();
        S3Bucket::new(&Aws { config }, "codes".parse().unwrap())
    }

    /// What was asked since the last time.
    fn asked(&self) -> Asked {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let url: Url = request.uri().parse().unwrap();
        let key = url.path().strip_prefix("/codes/").unwrap();
        match (request.method(), key) {
            ("GET", "") => self.page(&url),
            ("HEAD", key) => self.object(key.strip_prefix("photos/").unwrap().parse().unwrap()),
            other => panic!("nobody needs {other:?}"),
        }
    }

    fn page(&self, url: &Url) -> HttpResponse {
        let asked = |what: &str| url.query_pairs().find(|(name, _)| name == what).map(|(_, value)| value);
        assert_eq!(asked("max-keys"), None, "as many as S3 gives at once, which is {PAGE_MAX}");
        let first: usize = asked("continuation-token").map_or(0, |token| token.parse().unwrap());
        let end = self.count.min(first + self.page);
        let mut xml = format!("<ListBucketResult><IsTruncated>{}</IsTruncated>", end < self.count);
        for n in first..end {
            write!(
                xml,
                "<Contents><Key>photos/{n:07}</Key><Size>{SIZE_BYTES}</Size><ETag>&quot;{n}&quot;</ETag>\
                 <LastModified>2026-11-21T00:00:00.000Z</LastModified></Contents>"
            )
            .unwrap();
        }
        write!(xml, "<NextContinuationToken>{end}</NextContinuationToken></ListBucketResult>").unwrap();
        let mut asked = self.asked.lock().unwrap();
        asked.pages += 1;
        // In later passes all have been looked at.
        asked.most_ahead = asked.most_ahead.max(first.saturating_sub(asked.looked_up_to));
        asked.listed += end - first;
        HttpResponse::new(200.try_into().unwrap(), SdkBody::from(xml))
    }

    fn object(&self, n: usize) -> HttpResponse {
        let mut asked = self.asked.lock().unwrap();
        asked.looks += 1;
        asked.looked_up_to = asked.looked_up_to.max(n + 1);
        let mut answer = HttpResponse::new(200.try_into().unwrap(), SdkBody::empty());
        for (name, value) in [
            ("content-length", SIZE_BYTES.to_string()),
            ("etag", format!("\"{n}\"")),
            ("last-modified", "Sat, 21 Nov 2026 00:00:00 GMT".to_owned()),
        ] {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

impl HttpClient for Store {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Store {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let store = self.clone();
        HttpConnectorFuture::new(async move {
            if request.method() == "GET" {
                tokio::time::advance(PAGE_TAKES).await;
            }
            Ok(store.answer(&request))
        })
    }
}

fn object_count() -> usize {
    std::env::var("QRATE_TEST_OBJECTS").map_or(300, |text| text.parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_any_size_is_adopted_page_by_page() {
    let count = object_count();
    let store = Store { count, page: PAGE_MAX.min(count.div_ceil(5)), asked: Arc::default() };
    let pages = count.div_ceil(store.page);
    let (bucket, catalog) = (Arc::new(store.bucket().await), Arc::new(MemoryCatalog::new()));
    let log = Log::of("gallery::reconcile::progress");
    let started = std::time::Instant::now();
    let options = Options { reconcile_every: Duration::from_secs(u64::from(u32::MAX)), ..Options::default() };
    let gallery = Gallery::open(bucket, catalog.clone(), options).await.unwrap();
    // With the one that begins by itself these are three passes, one after the other.
    for _ in 0..2 {
        gallery.reconcile().await.unwrap();
        eprintln!("{count} objects compared after {:?}", started.elapsed());
    }
    let main = Space::main();
    let last = catalog.counters(&main).await.unwrap();
    assert_eq!((last.last_id, last.last_seq), (count as u64, count as u64), "each once");
    let (mut page, mut seen) = (1, 0);
    loop {
        let window = gallery.listing(&granted(&main), WindowRequest { page, per_page: 200 }).await.unwrap();
        seen += window.entries.len();
        if page >= window.pages {
            break;
        }
        page += 1;
    }
    assert_eq!(seen, count, "all are shown");

    let asked = store.asked();
    assert_eq!((asked.pages, asked.listed), (3 * pages, 3 * count));
    assert_eq!(asked.looks, 3 * count, "once for what it needs, twice around reading it, and never again");
    let most_ahead = store.page + GATHERED;
    assert!(asked.most_ahead <= most_ahead, "the list is not read ahead: {}", asked.most_ahead);
    let told = log.lines();
    assert!(PAGE_TAKES > EVERY && told.len() >= 3 * (pages - 1), "each page takes long: {told:?}");
    assert!(told.iter().all(|line| line.starts_with("comparing the bucket with the catalog")), "{told:?}");
    let done = format!("comparing the bucket with the catalog: done objects={count} ");
    assert_eq!(told.iter().filter(|line| line.starts_with(&done)).count(), 3, "{told:?}");
    gallery.shutdown().await;
}
