//! The whole way of a photo, step by step, as `docs/photos.md` tells it: uploaded with a phone number, into S3,
//! DynamoDB and SQS; then `qrate worker` flips it, writes the result into S3, labels it and sends a message by SNS.
//! On MiniStack and dynoxide: no real service was reached.

use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use gallery::aws::QueueUrl;
use gallery::bucket::Bucket as _;
use gallery::queue::{Queue as _, SqsQueue};
use image::GenericImageView as _;
use serde_json::Value;
use test_servers::ministack_port;

use super::backend::Backend;
use super::instance::Cluster;
use super::random;
use crate::photo_kills::{is_end, states};
use crate::support::Background;

const NUMBER: &str = "+491701239876";
const PATIENCE: Duration = Duration::from_secs(120);

/// Red on the left, blue on the right.
fn two_halves() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, _| if x < 60 { image::Rgb([220, 20, 20]) } else { image::Rgb([20, 20, 220]) };
    image::RgbImage::from_fn(120, 80, pixel).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn photo_goes_from_upload_to_text_message() {
    let backend = Backend::with_jobs(&mut random(), true).await;
    let mut cluster = Cluster::on(backend, 1, &[("QRATE_NO_WORKER", "true")]).await;
    let url = cluster.urls().remove(0);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let theirs = cluster.backend.theirs().await;
    let jobs_url: QueueUrl = cluster.backend.jobs.parse().unwrap();
    let jobs = SqsQueue::new(&cluster.backend.aws_of_objects().await, &jobs_url);

    // 1. Somebody uploads a photo and leaves a number.
    let address = format!("{url}api/v1/spaces/main/photos?name=holiday.png&recipe=flip");
    let sent = two_halves();
    let answer = http
        .post(address)
        .header("qrate-phone", NUMBER)
        .header("idempotency-key", "1")
        .body(sent.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let change: Value = answer.json().await.unwrap();
    // 2. The photo is in S3, under the key of its entry.
    let key = change["entry"]["key"].as_str().unwrap().parse().unwrap();
    assert_eq!(theirs.head(&key).await.unwrap().0.size_bytes, sent.len() as u64);
    // 3. The entry is in DynamoDB, with its steps waiting; the number lies beside it, and only the page shows it,
    // masked.
    let entry = entry(&url).await;
    assert!(states(&entry).all(|state| state == "waiting"), "{entry}");
    assert_eq!(steps(&entry).last().unwrap(), "notice");
    let page = page(&format!("{url}s/main/e/1")).await;
    assert!(page.contains("+49 … 76") && !page.contains("1239876"), "{page}");
    // 4. A job is in SQS.
    let started = Instant::now();
    while jobs.depth().await.unwrap().waiting != 1 {
        assert!(started.elapsed() < PATIENCE, "no job was sent");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(messages().await.is_empty());

    // 5. A worker takes it.
    let mut environment = cluster.backend.environment();
    environment.extend([
        ("QRATE_NOTIFIER", "sns".to_owned()),
        ("QRATE_NOTICES_PER_DAY", "10".to_owned()),
        ("QRATE_PUBLIC_ADDRESS", "https://qrate.example.org".to_owned()),
    ]);
    let variables: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
    let folder = tempfile::tempdir().unwrap();
    let worker = Background::start(&["worker"], &variables, folder.path().join("worker.log"));
    let entry = ended(&url, &worker).await;
    assert!(states(&entry).all(|state| state == "done"), "{entry}");
    // 6. The result is in S3, flipped, and served.
    let derived: Vec<_> = theirs.list_below("_qrate/derived/main/1/").try_collect().await.unwrap();
    let names: Vec<_> = derived.iter().map(|object| object.key.file_name()).collect();
    assert!(names.contains(&"result-flip.jpg"), "{names:?}");
    let served = http.get(format!("{url}s/main/files/1/result")).send().await.unwrap();
    let flipped = image::load_from_memory(&served.bytes().await.unwrap()).unwrap();
    let (left, right) = (flipped.get_pixel(10, 40), flipped.get_pixel(110, 40));
    assert!(left[2] > 200 && right[0] > 200, "blue on the left, red on the right: {left:?} {right:?}");
    // 7. The labeller has looked at it.
    assert!(entry["photo"]["labelled_by"].as_str().is_some_and(|model| !model.is_empty()), "{entry}");
    // 8. The person has a text message, once, with the link to the result; the number is gone.
    let link = "https://qrate.example.org/s/main/e/1";
    assert_eq!(messages().await, [format!("Your photo is ready, flipped left to right: {link}")]);
    let page = self::page(&format!("{url}s/main/e/1")).await;
    assert!(!page.contains("+49 … 76") && page.contains(r#"data-message="sent""#), "{page}");
    assert!(!worker.log().contains("1239876"), "{}", worker.log());
    cluster.instances[0].stop().await;
}

async fn page(address: &str) -> String {
    reqwest::get(address).await.unwrap().text().await.unwrap()
}

async fn entry(url: &str) -> Value {
    serde_json::from_str(&page(&format!("{url}api/v1/spaces/main/entries/1")).await).unwrap()
}

fn steps(entry: &Value) -> Vec<String> {
    let stages = entry["photo"]["stages"].as_array().unwrap();
    stages.iter().map(|stage| stage["step"].as_str().unwrap().to_owned()).collect()
}

/// The entry once nothing happens to it any more.
async fn ended(url: &str, worker: &Background) -> Value {
    let started = Instant::now();
    loop {
        let entry = entry(url).await;
        if states(&entry).all(is_end) {
            return entry;
        }
        assert!(started.elapsed() < PATIENCE, "{entry} {}", worker.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The text messages that SNS has sent to the number.
async fn messages() -> Vec<String> {
    let port = tokio::task::spawn_blocking(ministack_port).await.unwrap();
    let number = NUMBER.replace('+', "%2B");
    let said =
        page(&format!("http://127.0.0.1:{port}/_ministack/sns/sms-messages?phoneNumber={number}")).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    let messages = said["sms_messages"][NUMBER].as_array().cloned().unwrap_or_default();
    messages.iter().map(|message| message["Message"].as_str().unwrap().to_owned()).collect()
}
