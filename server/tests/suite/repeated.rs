//! Each write of the API, sent three times: twice at the same moment, to two instances where there are several, and
//! once more afterwards. It takes effect once.

use std::time::Duration;

use futures::future::join_all;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Program, jpeg, until};

/// An answer: its status and its body, null if there is none.
type Answered = (u16, Value);

/// A program that sends each write again.
struct Repeater<'a> {
    http: Client,
    urls: &'a [String],
    /// The change up to which it knows the space.
    seq: u64,
}

impl Repeater<'_> {
    fn request(&self, server: usize, method: &Method, path: &str) -> RequestBuilder {
        let url = &self.urls[server % self.urls.len()];
        self.http.request(method.clone(), format!("{url}api/v1/{path}"))
    }

    /// Sends a write three times.
    async fn send(
        &self,
        (method, path): (Method, &str),
        complete: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> [Answered; 3] {
        let once = |server| answered(complete(self.request(server, &method, path)));
        let (one, other) = tokio::join!(once(0), once(1));
        [one, other, once(2).await]
    }

    /// Sends a write that makes something, three times under one key: the first answer is 201, and the others repeat it.
    async fn make_once(
        &mut self,
        path: &str,
        key: &str,
        complete: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Value {
        let under_key = |request: RequestBuilder| complete(request.header("idempotency-key", key));
        let answers = self.send((Method::POST, &format!("spaces/main/{path}")), under_key).await;
        let mut statuses = answers.clone().map(|(status, _)| status);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 201], "{path}: {answers:?}");
        assert!(answers.iter().all(|(_, body)| *body == answers[0].1), "{path}: {answers:?}");
        self.one_change(path, &answers[0].1).await
    }

    /// Sends a write that changes something, three times: each answer is the same change.
    async fn change_once(
        &mut self,
        (method, path): (Method, &str),
        complete: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Value {
        let answers = self.send((method, path), complete).await;
        assert!(answers.iter().all(|answer| *answer == (200, answers[0].1.clone())), "{path}: {answers:?}");
        self.one_change(path, &answers[0].1).await
    }

    /// The change is the next in the log, and every instance knows it.
    async fn one_change(&mut self, path: &str, change: &Value) -> Value {
        self.seq += 1;
        assert_eq!(change["seq"], self.seq, "{path}");
        self.known_everywhere().await;
        change.clone()
    }

    /// Waits until every instance shows the last change, and checks that there is no further one.
    async fn known_everywhere(&self) {
        let path = format!("spaces/main/entries?at={}", self.seq);
        let asked = (0..self.urls.len()).map(|server| answered(self.request(server, &Method::GET, &path)));
        for (status, listing) in join_all(asked).await {
            assert_eq!((status, &listing["seq"]), (200, &json!(self.seq)), "an effect too many");
        }
    }

    /// Waits until every instance shows that the photo's work is done.
    async fn finished(&self, entry: &str) {
        for server in 0..self.urls.len() {
            let is_done = async || {
                let (_, entry) = answered(self.request(server, &Method::GET, entry)).await;
                entry["photo"]["stages"].as_array().unwrap().iter().all(|stage| stage["state"] == "done")
            };
            until("the photo is done", is_done).await;
        }
    }
}

async fn answered(request: RequestBuilder) -> Answered {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    // An answer of many lines is a list.
    let lines = body.lines().map(|line| serde_json::from_str(line).unwrap());
    let mut values: Vec<Value> = lines.collect();
    (status, if values.len() > 1 { Value::Array(values) } else { values.pop().unwrap_or(Value::Null) })
}

/// Every write of the API in a space that nobody else writes to.
pub(crate) async fn each_write_three_times(urls: &[String]) {
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    let mut repeater = Repeater { http, urls, seq: 0 };
    let this = &mut repeater;
    codes(this).await;
    batch(this).await;
    descriptions(this).await;
    settings(this).await;
    devices(this).await;
    uploads(this).await;
}

async fn codes(this: &mut Repeater<'_>) {
    let made = this.make_once("entries", "code", |request| request.json(&json!({"text": "one"}))).await;
    assert_eq!(made["entry"]["value"], "one");
    let other = this.request(1, &Method::POST, "spaces/main/entries").header("idempotency-key", "code");
    assert_eq!(answered(other.json(&json!({"text": "other"}))).await.0, 409);
}

async fn batch(this: &mut Repeater<'_>) {
    let body: String = (0..20).map(|n| format!("{{\"text\": \"line {n}\"}}\n")).collect();
    let lines = |request: RequestBuilder| {
        let request =
            request.header("idempotency-key", "batch").header("content-type", "application/x-ndjson");
        request.body(body.clone())
    };
    let answers = this.send((Method::POST, "spaces/main/batch"), lines).await;
    for n in 0..20 {
        let mut of_line: Vec<_> = answers.iter().map(|(_, lines)| lines[n].clone()).collect();
        of_line.sort_by_key(|line| line["status"].as_u64());
        let statuses: Vec<_> = of_line.iter().map(|line| line["status"].clone()).collect();
        assert_eq!(statuses, [200, 200, 201], "{of_line:?}");
        assert!(of_line.iter().all(|line| line["change"] == of_line[0]["change"]), "{of_line:?}");
    }
    this.seq += 20;
    this.known_everywhere().await;
}

async fn descriptions(this: &mut Repeater<'_>) {
    const ENTRY: &str = "spaces/main/entries/1";
    let labels = json!({"name": "n", "labels": ["a", "b"]});
    this.change_once((Method::PATCH, ENTRY), |request| request.json(&labels)).await;
    this.change_once((Method::DELETE, ENTRY), |request| request).await;
    this.change_once((Method::POST, &format!("{ENTRY}/restore")), |request| request).await;
    this.change_once((Method::DELETE, ENTRY), |request| request).await;
    let purged = this.send((Method::POST, &format!("{ENTRY}/purge")), |request| request).await;
    let statuses = purged.map(|(status, _)| status);
    // An instance that knows the tombstone from before has nothing left to delete.
    assert!(
        statuses.contains(&204) && statuses.iter().all(|status| [204, 404].contains(status)),
        "{statuses:?}"
    );
    let restored = this.send((Method::POST, &format!("{ENTRY}/restore")), |request| request).await;
    assert!(restored.iter().all(|(status, _)| *status == 404), "{restored:?}");
}

async fn settings(this: &mut Repeater<'_>) {
    let look = json!({"look": "shape=dots"});
    let put = this.send((Method::PUT, "spaces/main/look"), |request| request.json(&look)).await;
    assert_eq!(put, [(200, look.clone()), (200, look.clone()), (200, look)]);
    let picture = jpeg(40, 30, [1, 2, 3]);
    let kept = this.send((Method::POST, "spaces/main/logos"), |request| request.body(picture.clone())).await;
    assert!(kept.iter().all(|(status, body)| *status < 202 && *body == kept[0].1), "{kept:?}");
    this.known_everywhere().await;
}

async fn devices(this: &mut Repeater<'_>) {
    let generate = json!({"type": "GENERATE", "deviceId": "again", "string": "s", "filename": "f"});
    let keyed = |request: RequestBuilder| request.header("idempotency-key", "device").json(&generate);
    let made = this.send((Method::POST, "device"), keyed).await;
    assert!(made.iter().all(|answer| *answer == (200, made[0].1.clone())), "{made:?}");
    let all = json!({"type": "RETRIEVE", "deviceId": "again"});
    let (_, all) = answered(this.request(0, &Method::POST, "device").json(&all)).await;
    assert_eq!(all["count"], 1, "{all}");
    let delete = json!({"type": "DELETE", "deviceId": "again", "filename": "f"});
    let deleted = this.send((Method::POST, "device"), |request| request.json(&delete)).await;
    assert!(deleted[0].1["deleted"] == true || deleted[1].1["deleted"] == true, "{deleted:?}");
    assert_eq!(deleted[2].1["deleted"], false, "{deleted:?}");
    let listing = this.request(0, &Method::GET, "spaces/device-again/entries?at=2");
    assert_eq!(answered(listing).await.1["seq"], 2, "one is added and removed");
}

async fn uploads(this: &mut Repeater<'_>) {
    let text = |request: RequestBuilder| request.body("no picture");
    let file = this.make_once("files?name=note.txt", "file", text).await;
    assert_eq!(file["entry"]["kind"], "file");
    // From here on the work on the photo is in the log, too.
    let (picture, photos) = (jpeg(40, 30, [1, 2, 3]), (Method::POST, "spaces/main/photos?name=a.jpg"));
    let keyed = |request: RequestBuilder| request.header("idempotency-key", "photo").body(picture.clone());
    let photo = this.send(photos, keyed).await;
    let ids: Vec<_> = photo.iter().map(|(_, change)| change["entry"]["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [23, 23, 23]);
    let entry = format!("spaces/main/entries/{}", ids[0]);
    this.finished(&entry).await;
    let recipe = json!({"recipe": "rotate-90"});
    let turned = this.send((Method::PUT, &format!("{entry}/recipe")), |request| request.json(&recipe)).await;
    assert!(
        turned
            .iter()
            .all(|(status, change)| *status == 200 && change["entry"]["photo"]["recipe"] == "rotate-90")
    );
    for path in [format!("{entry}/relabel"), format!("{entry}/retry"), "spaces/main/jobs/retry".to_owned()] {
        let answers = this.send((Method::POST, &path), |request| request).await;
        assert!(answers.iter().all(|(status, _)| *status == 200), "{path}: {answers:?}");
    }
    this.finished(&entry).await;
    let (_, listing) = answered(this.request(0, &Method::GET, "spaces/main/entries")).await;
    assert_eq!(listing["total"], 22, "{listing}");
    let (_, trash) = answered(this.request(0, &Method::GET, "spaces/main/trash")).await;
    let removed = trash["total"].as_u64().unwrap();
    let answers = this.send((Method::POST, "spaces/main/trash/restore"), |request| request).await;
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    let at = listing["seq"].as_u64().unwrap() + removed;
    let (_, listing) = answered(this.request(0, &Method::GET, &format!("spaces/main/entries?at={at}"))).await;
    assert_eq!((&listing["seq"], &listing["total"]), (&json!(at), &json!(22 + removed)), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_write_takes_effect_once() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_with(&folder.path().join("data"), &["--labeller", "none"]);
    each_write_three_times(std::slice::from_ref(&program.url)).await;
}
