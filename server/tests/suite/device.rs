//! The endpoint for devices, as an app on a phone uses it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Program, Server, post_json, post_once};

const DEVICE: &str = "/api/v1/device";

async fn ask(server: &Server, wish: Value) -> Value {
    let answer = server.ask(post_json(DEVICE, wish.to_string())).await;
    assert_eq!(answer.status, StatusCode::OK, "{wish}: {}", answer.text());
    answer.json()
}

fn read(image: &Value) -> String {
    let png = BASE64_STANDARD.decode(image["image"].as_str().unwrap()).unwrap();
    assert_eq!(image["size"].as_u64().unwrap(), png.len() as u64);
    qr::read_png(&png).unwrap()
}

#[tokio::test]
async fn code_of_a_device_is_made_replaced_and_deleted() {
    let server = Server::new().await;
    let wish =
        json!({"type": "GENERATE", "deviceId": "a1", "string": "one", "filename": "menu.png", "detail": "H"});
    let made = ask(&server, wish).await;
    assert_eq!(read(&made), "one");
    let facts = ["type", "deviceId", "filename", "string", "detail"].map(|name| made[name].as_str().unwrap());
    assert_eq!(facts, ["GENERATE", "a1", "menu.png", "one", "H"]);
    assert!(made["key"].as_str().unwrap().starts_with("device-a1/"), "{made}");
    assert!(
        !made["etag"].as_str().unwrap().is_empty() && made["lastModified"].as_str().unwrap().ends_with('Z')
    );

    let wish =
        json!({"type": "GENERATE", "deviceId": "a1", "string": "two", "filename": "menu.png", "detail": 300});
    let replaced = ask(&server, wish).await;
    let png = BASE64_STANDARD.decode(replaced["image"].as_str().unwrap()).unwrap();
    assert_eq!(image::load_from_memory(&png).unwrap().width(), 300);
    assert_eq!((replaced["string"].as_str(), replaced["detail"].as_str()), (Some("two"), Some("300")));
    assert!(replaced["version"].as_u64() > made["version"].as_u64());
    assert_ne!(replaced["key"], made["key"], "a key is never used twice");
    let one = ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1", "filename": "menu.png"})).await;
    assert_eq!((&one["count"], &one["next"]), (&json!(1), &Value::Null));
    assert_eq!(one["images"][0]["image"], replaced["image"], "the bytes that were saved");
    let all = ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1"})).await;
    assert_eq!(
        (&all["count"], all["images"].as_array().unwrap().len()),
        (&json!(1), 1),
        "replaced, not added"
    );

    let delete = json!({"type": "DELETE", "deviceId": "a1", "filename": "menu.png"});
    assert_eq!(ask(&server, delete.clone()).await, json!({"deleted": true}));
    assert_eq!(ask(&server, delete).await, json!({"deleted": false}));
    let gone = ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1", "filename": "menu.png"})).await;
    assert_eq!(gone, json!({"deviceId": "a1", "count": 0, "next": null, "images": []}));
}

#[tokio::test]
async fn replacing_is_one_change_after_the_other_in_the_log() {
    let server = Server::new().await;
    for text in ["one", "two"] {
        ask(&server, json!({"type": "GENERATE", "deviceId": "a1", "string": text, "filename": "f"})).await;
    }
    let listing = server.get("/api/v1/spaces/device-a1/entries").await.json();
    assert_eq!((&listing["seq"], &listing["total"]), (&json!(3), &json!(1)), "added, added, removed");
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}), "in no list of spaces");
}

#[tokio::test]
async fn devices_are_kept_apart() {
    let server = Server::new().await;
    for (device, text) in [("a1", "one"), ("A1", "other"), ("my phone/..", "third")] {
        ask(&server, json!({"type": "GENERATE", "deviceId": device, "string": text, "filename": "menu.png"}))
            .await;
    }
    for (device, text) in [("a1", "one"), ("A1", "other"), ("my phone/..", "third")] {
        let all = ask(&server, json!({"type": "RETRIEVE", "deviceId": device})).await;
        assert_eq!((&all["count"], read(&all["images"][0]).as_str()), (&json!(1), text), "{device}");
    }
    // What one device knows of its own says nothing of another's.
    let own = ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1"})).await;
    let (key, cursor) = (own["images"][0]["key"].clone(), own["images"][0]["version"].to_string());
    for wish in [
        json!({"type": "RETRIEVE", "deviceId": "b2", "filename": "menu.png"}),
        json!({"type": "RETRIEVE", "deviceId": "b2", "cursor": cursor}),
        json!({"type": "RETRIEVE", "deviceId": "b2"}),
    ] {
        assert_eq!(ask(&server, wish).await["count"], 0);
    }
    let guess = json!({"type": "RETRIEVE", "deviceId": "b2", "filename": key});
    assert_eq!(server.ask(post_json(DEVICE, guess.to_string())).await.status, StatusCode::BAD_REQUEST);
    let other = json!({"type": "DELETE", "deviceId": "b2", "filename": "menu.png"});
    assert_eq!(ask(&server, other).await, json!({"deleted": false}));
    assert_eq!(ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1"})).await["count"], 1);
}

#[tokio::test]
async fn mistakes_of_an_app_are_explained() {
    let server = Server::new().await;
    let long = "x".repeat(8000);
    for (wish, status, sentence) in [
        (json!({"deviceId": "a"}), 400, "Send the field `type`."),
        (json!({"type": "generate", "deviceId": "a"}), 400, "`type` is GENERATE, RETRIEVE or DELETE."),
        (json!({"type": "GENERATE", "string": "a", "filename": "f"}), 400, "Send the field `deviceId`."),
        (
            json!({"type": "GENERATE", "deviceId": "", "string": "a", "filename": "f"}),
            400,
            "`deviceId` is 1 to 256 bytes",
        ),
        (json!({"type": "GENERATE", "deviceId": "a", "filename": "f"}), 400, "Send the field `string`."),
        (json!({"type": "GENERATE", "deviceId": "a", "string": "a"}), 400, "Send the field `filename`."),
        (json!({"type": "DELETE", "deviceId": "a"}), 400, "Send the field `filename`."),
        (json!({"type": "GENERATE", "deviceId": "a", "string": "a", "filename": "a/b"}), 400, "without `/`"),
        (json!({"type": "GENERATE", "deviceId": "a", "string": "a", "filename": ".."}), 400, "without `/`"),
        (json!({"type": "DELETE", "deviceId": "a", "filename": "a\\b"}), 400, "without `/`"),
        (
            json!({"type": "GENERATE", "deviceId": "a", "string": long, "filename": "f"}),
            422,
            "too long for level M",
        ),
        (json!({"type": "GENERATE", "deviceId": "a", "string": "", "filename": "f"}), 422, "Enter a text"),
        (
            json!({"type": "GENERATE", "deviceId": "a", "string": "a", "filename": "f", "detail": "X"}),
            400,
            "`detail` is",
        ),
        (
            json!({"type": "GENERATE", "deviceId": "a", "string": "a", "filename": "f", "detail": 4097}),
            400,
            "`detail` is",
        ),
        (json!({"type": "RETRIEVE", "deviceId": "a", "limit": 51}), 400, "limit must be"),
        (json!({"type": "RETRIEVE", "deviceId": "a", "cursor": "x"}), 400, "cursor must be"),
        (json!({"type": "RETRIEVE", "deviceId": "a", "file": "f"}), 400, "There is no field file"),
        (json!([1]), 400, "Send a JSON object."),
    ] {
        let answer = server.ask(post_json(DEVICE, wish.to_string())).await;
        assert_eq!(answer.status.as_u16(), status, "{wish}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.error().contains(sentence), "{wish}: {}", answer.error());
    }
    let broken = server.ask(post_json(DEVICE, "{\"type\":".to_owned())).await;
    assert_eq!(
        (broken.status, broken.error()),
        (StatusCode::BAD_REQUEST, "The JSON ends too early.".to_owned())
    );
}

/// Sent again, also at the same moment and to another instance: one effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn repeated_code_of_a_device_is_made_once() {
    let server = Server::new().await;
    let another = server.another().await;
    let wish = json!({"type": "GENERATE", "deviceId": "a1", "string": "one", "filename": "f"}).to_string();
    let sent = (0..8).map(|n| {
        let server = if n % 2 == 0 { &server } else { &another };
        server.ask(post_once(DEVICE, "k1", wish.clone()))
    });
    let answers = join_all(sent).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "{:?}", answers[0].text());
    let first = answers[0].json();
    assert!(answers.iter().all(|answer| answer.json() == first), "the same answer");
    let listing = server.get("/api/v1/spaces/device-a1/entries?at=1").await.json();
    assert_eq!((&listing["seq"], &listing["total"]), (&json!(1), &json!(1)));
    let other = json!({"type": "GENERATE", "deviceId": "a1", "string": "two", "filename": "f"}).to_string();
    assert_eq!(server.ask(post_once(DEVICE, "k1", other)).await.status, StatusCode::CONFLICT);
}

/// Without a key each is a picture of its own, and one of them stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_codes_under_one_name_leave_one() {
    let server = Server::new().await;
    let another = server.another().await;
    let sent = (0..10).map(|n| {
        let server = if n % 2 == 0 { &server } else { &another };
        let wish =
            json!({"type": "GENERATE", "deviceId": "a1", "string": format!("text {n}"), "filename": "f"});
        async move { server.ask(post_json(DEVICE, wish.to_string())).await.status }
    });
    let statuses = join_all(sent).await;
    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
    let all = ask(&server, json!({"type": "RETRIEVE", "deviceId": "a1"})).await;
    assert_eq!(all["count"], 1, "{all}");
}

/// A device in a scripted session, with what it must find.
struct Phone<'a> {
    http: &'a reqwest::Client,
    urls: &'a [String],
    device: String,
    asked: usize,
    files: BTreeMap<String, String>,
}

impl Phone<'_> {
    /// Asks one server after the other, as behind a balancer.
    async fn ask(&mut self, mut wish: Value) -> Value {
        self.asked += 1;
        wish["deviceId"] = json!(self.device);
        let url = format!("{}api/v1/device", self.urls[self.asked % self.urls.len()]);
        let answer = self.http.post(url).json(&wish).send().await.unwrap();
        let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert!(status.is_success(), "{wish}: {status} {answer}");
        answer
    }

    async fn make(&mut self, file: &str, text: &str) {
        let answer = self.ask(json!({"type": "GENERATE", "string": text, "filename": file})).await;
        assert_eq!(read(&answer), text);
        self.files.insert(file.to_owned(), text.to_owned());
    }

    /// What all pages together hold.
    async fn all(&mut self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut cursor = Value::Null;
        loop {
            let answer = self.ask(json!({"type": "RETRIEVE", "cursor": cursor, "limit": "17"})).await;
            assert_eq!(answer["count"], self.files.len());
            for image in answer["images"].as_array().unwrap() {
                let file = image["filename"].as_str().unwrap().to_owned();
                assert_eq!(found.insert(file, read(image)), None, "{image}");
            }
            cursor = answer["next"].clone();
            if cursor.is_null() {
                return found;
            }
        }
    }
}

/// 60 codes, all retrieved, ten replaced, half deleted; by two devices with the same file names, side by side.
pub(crate) async fn scripted_session(urls: &[String]) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let phone = |device: &str| Phone {
        http: &http,
        urls,
        device: device.to_owned(),
        asked: 0,
        files: BTreeMap::new(),
    };
    let (mut one, mut other) = (phone("5f0c1e7a-phone"), phone("Other Phone"));
    for n in 0..60 {
        let file = format!("code {n}.png");
        let (mine, theirs) = (format!("one {n}"), format!("other {n}"));
        tokio::join!(one.make(&file, &mine), other.make(&file, &theirs));
    }
    for phone in [&mut one, &mut other] {
        let found = phone.all().await;
        assert_eq!(found, phone.files, "all of its own");
    }
    for n in 0..10 {
        one.make(&format!("code {}.png", n * 6), &format!("replaced {n}")).await;
    }
    for n in 0..30 {
        let file = format!("code {}.png", n * 2);
        let answer = one.ask(json!({"type": "DELETE", "filename": file})).await;
        assert_eq!(answer["deleted"], true, "{file}");
        one.files.remove(&file);
    }
    for phone in [&mut one, &mut other] {
        let found = phone.all().await;
        assert_eq!(found, phone.files, "nobody touched the other's");
    }
    assert_eq!((one.files.len(), other.files.len()), (30, 60));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_share_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(&folder.path().join("data"));
    scripted_session(std::slice::from_ref(&program.url)).await;
}
