//! The real program as a function, on the protocol of Lambda's runtime: pages, the device's three verbs, messages of the
//! queues, the schedule. The protocol's other end is written here
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>); everything else is the program and MiniStack.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::{Account, Names};
use crate::support::{Background, jpeg};

type Outcome = Result<Value, Value>;

/// Lambda, as a function sees it: hands out one event after the other, and takes the answers.
struct Runtime {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<(Value, oneshot::Sender<Outcome>)>>,
    calls: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

async fn next(State(runtime): State<Arc<Runtime>>) -> impl IntoResponse {
    let (event, answered) = runtime.events.lock().await.recv().await.unwrap();
    let id = format!("{:032x}", fastrand::u128(..));
    runtime.calls.lock().insert(id.clone(), answered);
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:0:function:qrate-a-pages".to_owned(),
        ),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".to_owned()),
    ];
    (headers, event.to_string())
}

async fn answer(
    State(runtime): State<Arc<Runtime>>,
    Path((id, how)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    let value = serde_json::from_str(&body).unwrap();
    let answered = runtime.calls.lock().remove(&id).unwrap();
    answered.send(if how == "response" { Ok(value) } else { Err(value) }).unwrap();
    StatusCode::ACCEPTED
}

/// The program as a function.
struct Function {
    events: mpsc::UnboundedSender<(Value, oneshot::Sender<Outcome>)>,
    root: Account,
    jobs_url: String,
    names: Names,
    program: Background,
    _folder: TempDir,
}

impl Function {
    async fn start() -> Self {
        let (root, names) = (Account::root().await, Names::fresh());
        let url = root.set_up(&names);
        let jobs_url = names.jobs_url(&url);
        let (events, receiver) = mpsc::unbounded_channel();
        let runtime =
            Arc::new(Runtime { events: tokio::sync::Mutex::new(receiver), calls: Mutex::default() });
        let api = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{how}", post(answer))
            .with_state(runtime);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(api.clone());
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
            }
        });
        let folder = tempdir().unwrap();
        let mut variables = root.variables();
        variables.extend([
            ("AWS_LAMBDA_RUNTIME_API", &*address),
            ("AWS_LAMBDA_FUNCTION_NAME", "qrate-a-pages"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/qrate-a-pages"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "1"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("QRATE_BUCKET", &*names.bucket),
            ("QRATE_TABLE", &*names.table),
            ("QRATE_JOBS_QUEUE", &*jobs_url),
            ("QRATE_LABELLER", "none"),
            ("QRATE_ALLOWED_HOSTS", ".execute-api.us-east-1.amazonaws.com"),
        ]);
        let program = Background::start(&[], &variables, folder.path().join("log"));
        Self { events, root, jobs_url, names, program, _folder: folder }
    }

    async fn outcome(&self, event: Value) -> Outcome {
        let (sender, answered) = oneshot::channel();
        self.events.send((event, sender)).unwrap();
        answered.await.unwrap_or_else(|_| panic!("no answer: {}", self.program.log()))
    }

    async fn call(&self, event: Value) -> Value {
        self.outcome(event).await.unwrap()
    }

    /// A request by the gateway in front of the pages.
    async fn ask(&self, method: &str, target: &str, headers: Value, body: &[u8]) -> (u16, Value, Vec<u8>) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut all = json!({"host": "abc123.execute-api.us-east-1.amazonaws.com"});
        all.as_object_mut().unwrap().extend(headers.as_object().unwrap().clone());
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": all,
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": BASE64_STANDARD.encode(body), "isBase64Encoded": true,
        });
        let answer = self.call(event).await;
        let body = BASE64_STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
        (u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap(), answer["headers"].clone(), body)
    }

    async fn json(&self, method: &str, target: &str, wish: &Value) -> (u16, Value) {
        let headers = json!({"content-type": "application/json"});
        let (status, _, body) = self.ask(method, target, headers, wish.to_string().as_bytes()).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// What waits in the queue of jobs, as the event that Lambda makes of it.
    async fn jobs(&self) -> Vec<Value> {
        let wish = json!({"QueueUrl": self.jobs_url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 60, "WaitTimeSeconds": 2});
        let answer = self.root.json("AmazonSQS.ReceiveMessage", wish).await;
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        let record = |message: Value| {
            json!({
                "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{}", self.names.jobs),
            })
        };
        messages.into_iter().map(record).collect()
    }
}

const ENTRIES: &str = "/api/v1/spaces/main/entries";

#[tokio::test(flavor = "multi_thread")]
async fn one_program_answers_every_event() {
    let function = Function::start().await;

    // Pages. A stream ends when it has said what happened, so that it holds no function.
    let (status, headers, page) = function.ask("GET", "/", json!({"accept": "text/html"}), b"").await;
    assert_eq!((status, headers["content-type"].as_str()), (200, Some("text/html; charset=utf-8")));
    assert!(String::from_utf8(page).unwrap().contains("</html>"));
    let (status, saved) = function.json("POST", ENTRIES, &json!({"text": "one"})).await;
    assert_eq!((status, &saved["seq"]), (201, &json!(1)), "{saved}");
    let (_, _, events) = function.ask("GET", "/s/main/events?after=0", json!({}), b"").await;
    let events = String::from_utf8(events).unwrap();
    assert!(
        events.contains("event: hello") && events.contains("id: 1") && events.contains("retry: 5000"),
        "{events}"
    );
    let (status, ..) = function.ask("GET", "/", json!({"host": "evil.example"}), b"").await;
    assert_eq!(status, 421);

    // The device's three verbs, and its mistakes.
    let device = |wish: Value| json!({"device": wish, "idempotencyKey": ""});
    let made = json!({"type": "GENERATE", "deviceId": "a1", "string": "it's", "filename": "f"});
    let made = function.call(device(made)).await;
    assert_eq!((&made["status"], &made["body"]["string"]), (&json!(200), &json!("it's")), "{made}");
    let all = function.call(device(json!({"type": "RETRIEVE", "deviceId": "a1"}))).await;
    assert_eq!(all["body"]["count"], 1, "{all}");
    let deleted = function.call(device(json!({"type": "DELETE", "deviceId": "a1", "filename": "f"}))).await;
    assert_eq!(deleted["body"], json!({"deleted": true}));
    let wrong = function.call(device(json!({"type": "PAINT", "deviceId": "a1"}))).await;
    assert_eq!((&wrong["status"], &wrong["contentType"]), (&json!(400), &json!("application/problem+json")));

    // A photo is worked on by the messages of its jobs; what is no job is done with, and does not come back.
    let (status, _, change) = function
        .ask("POST", "/api/v1/spaces/main/photos?name=a.jpg", json!({}), &jpeg(40, 30, [1, 2, 3]))
        .await;
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&change));
    let mut records = function.jobs().await;
    assert!(!records.is_empty());
    let mut nonsense = records[0].clone();
    nonsense["body"] = json!("no job");
    records.push(nonsense);
    let worked = function.call(json!({"Records": records})).await;
    assert_eq!(worked, json!({"batchItemFailures": []}));
    let (_, entry) = function.json("GET", &format!("{ENTRIES}/2"), &Value::Null).await;
    let stages = entry["photo"]["stages"].as_array().unwrap();
    assert!(stages.iter().all(|stage| stage["state"] == "done"), "{entry}");
    let (status, headers, _) = function.ask("GET", &format!("{ENTRIES}/2/thumbnail"), json!({}), b"").await;
    assert_eq!((status, headers["content-type"].as_str()), (200, Some("image/jpeg")));

    // What another program puts into the bucket is found by its notification, and by the schedule.
    let notified = |key: &str| {
        let body =
            json!({"Records": [{"s3": {"bucket": {"name": function.names.bucket}, "object": {"key": key}}}]});
        let arn = format!("arn:aws:sqs:us-east-1:000000000000:{}", function.names.queue);
        json!({"Records": [{"messageId": "m1", "eventSourceARN": arn, "body": body.to_string()}]})
    };
    for (name, how) in
        [("main/note.txt", notified("main/note.txt")), ("main/more.txt", json!({"source": "aws.events"}))]
    {
        function.root.s3("PUT", &format!("{}/{name}", function.names.bucket), "text").await;
        function.call(how).await;
        let (_, listing) = function.json("GET", &format!("{ENTRIES}?kind=file&limit=1"), &Value::Null).await;
        assert_eq!(listing["entries"][0]["key"], name, "{listing}");
    }

    // What is none of these fails, and the function goes on.
    let failed = function.outcome(json!({"hello": "world"})).await.unwrap_err();
    assert!(failed["errorMessage"].as_str().unwrap().contains("neither a gateway's request"), "{failed}");
    assert_eq!(function.ask("GET", "/healthz", json!({}), b"").await.0, 200);
}

/// While it was frozen another instance has saved: the next page shows it.
#[tokio::test(flavor = "multi_thread")]
async fn function_asks_what_has_happened() {
    let one = Function::start().await;
    let data = tempdir().unwrap();
    let mut variables = one.root.variables();
    variables.extend([("QRATE_BUCKET", &*one.names.bucket), ("QRATE_TABLE", &*one.names.table)]);
    one.json("POST", ENTRIES, &json!({"text": "first"})).await;
    let mut other = crate::support::Program::start_in_environment(&data.path().join("data"), &variables);
    for n in 0..5 {
        crate::support::save(&other, &format!("text {n}")).await;
        let (_, listing) = one.json("GET", ENTRIES, &Value::Null).await;
        assert_eq!(listing["total"], n + 2, "at once");
    }
    other.stop();
}
