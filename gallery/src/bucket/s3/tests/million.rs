//! A bucket with a great many foreign objects, listed and adopted a page at a time. The store is a function in this
//! program, below the SDK: creating a million files would take longer than the test.
//!
//! `QRATE_TEST_OBJECTS` is their number: `tools/torture.sh` takes a million.

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
use crate::{Gallery, Options, Ports, WindowRequest};

/// S3's maximum and default page size.
const PAGE_MAX: usize = 1000;
/// Objects that a pass gathers before it inspects them.
const GATHERED: usize = 256;
/// Larger than a photo may be, so that none is read.
const SIZE_BYTES: u64 = domain::limits::PHOTO_MAX_BYTES + 1;
/// How long a page takes, on the test's paused clock.
const PAGE_TAKES: Duration = Duration::from_secs(12);

/// A store with this many objects, in the order of their numbers.
#[derive(Debug, Clone)]
struct Store {
    count: usize,
    /// Its page size.
    page: usize,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Debug, Default)]
struct Asked {
    /// Requests for a page.
    pages: usize,
    /// Objects in the listed pages.
    listed: usize,
    /// One more than the highest number of an inspected object.
    looked_up_to: usize,
    /// HEAD requests.
    looks: usize,
    /// The most objects that were listed but not inspected when the first pass requested its next page.
    most_ahead: usize,
}

impl Store {
    /// A bucket in this store.
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

    /// The requests since the last call.
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
        if asked("prefix").is_some() {
            // Old tables are looked for once an hour, and there are none.
            let none = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
            return HttpResponse::new(200.try_into().unwrap(), SdkBody::from(none));
        }
        assert_eq!(asked("max-keys"), None, "the default page size is {PAGE_MAX}");
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
        // By later passes, all have been inspected.
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
    let gallery = Gallery::open(Ports::in_memory_beside(bucket, catalog.clone()), options).await.unwrap();
    // With the pass at the start, these are three passes, one after another.
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
    assert_eq!(seen, count, "all are listed");

    let asked = store.asked();
    assert_eq!((asked.pages, asked.listed), (3 * pages, 3 * count));
    assert_eq!(asked.looks, 3 * count, "once to learn what it is, twice around reading it, and never again");
    let most_ahead = store.page + GATHERED;
    assert!(asked.most_ahead <= most_ahead, "the list is not read ahead: {}", asked.most_ahead);
    let lines = log.lines();
    assert!(PAGE_TAKES > EVERY && lines.len() >= 3 * (pages - 1), "each page takes long: {lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("comparing the bucket with the catalog")), "{lines:?}");
    let done = format!("comparing the bucket with the catalog: done objects={count} ");
    assert_eq!(lines.iter().filter(|line| line.starts_with(&done)).count(), 3, "{lines:?}");
    gallery.shutdown().await;
}
