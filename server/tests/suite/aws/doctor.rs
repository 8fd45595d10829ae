//! `qrate doctor` accepts the policy that we ship, and names each thing that is missing.

use std::io::{Read as _, Write as _};

use serde_json::{Value, json};

use super::account::Run;
use super::{Account, Names};
use crate::support::{Program, qrate_in_environment};

const SERVER_POLICY: &str = include_str!("../../../../deploy/aws/iam-policy.json");

fn options<'a>(names: &'a Names, url: &'a str) -> Vec<&'a str> {
    vec!["doctor", "--bucket", &names.bucket, "--table", &names.table, "--queue", url]
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_accepts_what_setup_created() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let jobs_url = names.jobs_url(&url);
    let run = root.qrate(&[options(&names, &url), vec!["--jobs-queue", &jobs_url]].concat());
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(!run.said.contains("WRONG") && !run.said.contains("note"), "{}", run.said);
    for what in ["credentials: from EnvironmentVariable", "who calls: arn:aws:iam::", "clock", "s3:PutObject"]
    {
        assert!(run.said.contains(&format!("ok    {what}")), "{what}: {}", run.said);
    }
    let (_, left) = root.s3("GET", &format!("{}?list-type=2", names.bucket), "").await;
    assert!(!left.contains("probe"), "nothing stays: {left}");
    let receive = json!({ "QueueUrl": jobs_url });
    let sent = root.json("AmazonSQS.ReceiveMessage", receive).await.to_string();
    assert!(!sent.contains("Body"), "nothing is sent: {sent}");
    let scan = root.json("DynamoDB_20120810.Scan", json!({ "TableName": names.table })).await;
    assert_eq!(scan["Count"], 0, "nothing stays: {scan}");
    // A message that was there before is still there.
    let send = json!({ "QueueUrl": url, "MessageBody": "wait for the server" });
    root.json("AmazonSQS.SendMessage", send).await;
    assert_eq!(root.qrate(&options(&names, &url)).code, 0);
    let receive = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
    let messages = root.json("AmazonSQS.ReceiveMessage", receive).await.to_string();
    assert!(messages.contains("wait for the server"), "{messages}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shipped_policy_is_sufficient() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let user = root.user(&names.policy(SERVER_POLICY)).await;
    let jobs_url = names.jobs_url(&url);
    let arguments =
        [options(&names, &url), vec!["--jobs-queue", &jobs_url, "--notifier", "sns", "--json"]].concat();
    let run = user.qrate(&arguments);
    assert_eq!(run.code, 0, "{}", run.all());
    let checks: Vec<Value> = serde_json::from_str(&run.said).unwrap();
    let fine = |what: &str| checks.iter().any(|check| check["what"] == what && check["verdict"] == "fine");
    assert!(fine("s3:DeleteObject") && fine("dynamodb:Query") && fine("sqs:ReceiveMessage"), "{}", run.said);
    assert!(fine("sqs:SendMessage (jobs)") && fine("sqs:DeleteMessage (dead jobs)"), "{}", run.said);
    assert!(fine("sns:Publish"), "{}", run.said);
    // The server does not need the settings; the doctor names the permission to inspect them.
    let encryption = checks.iter().find(|check| check["what"] == "encryption").unwrap();
    assert_eq!(encryption["verdict"], "note", "{}", run.said);
    assert_eq!(encryption["statement"]["Action"], json!(["s3:GetEncryptionConfiguration"]));
    // Not even the most verbose log contains the secret.
    let trace = user.qrate(&[arguments, vec!["--log", "trace"]].concat());
    assert!(trace.code == 0 && trace.complained.len() > 10_000, "{}", trace.complained);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_missing_permission_is_reported_with_its_fix() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let policy: Value = serde_json::from_str(&names.policy(SERVER_POLICY)).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let jobs_url = names.jobs_url(&url);
    // Without the words that tell one queue from another.
    let what = |check: &Value| check["what"].as_str().unwrap().split(' ').next().unwrap().to_owned();
    let mut tried = 0;
    for (n, statement) in statements.iter().enumerate() {
        let actions = match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            one => vec![one.clone()],
        };
        // There is no Rekognition here.
        for action in actions.iter().filter(|action| *action != "rekognition:DetectLabels") {
            let mut less = policy.clone();
            let left: Vec<_> = actions.iter().filter(|other| *other != action).collect();
            if left.is_empty() {
                less["Statement"].as_array_mut().unwrap().remove(n);
            } else {
                less["Statement"][n]["Action"] = json!(left);
            }
            let user = root.user(&less.to_string()).await;
            let further = vec!["--jobs-queue", &*jobs_url, "--notifier", "sns", "--json"];
            let run = user.qrate(&[options(&names, &url), further].concat());
            assert_eq!(run.code, 1, "without {action}: {}", run.all());
            let checks: Vec<Value> = serde_json::from_str(&run.said).unwrap();
            let wrong: Vec<_> = checks.iter().filter(|check| check["verdict"] == "wrong").collect();
            assert!(wrong.iter().any(|check| what(check) == *action), "without {action}: {}", run.said);
            for check in wrong.iter().filter(|check| what(check) == *action) {
                assert_eq!(check["statement"]["Action"], json!([action]), "{}", run.said);
            }
            // Nothing else is reported as wrong.
            assert!(wrong.iter().all(|check| what(check) == *action), "without {action}: {}", run.said);
            assert_eq!(wrong.len(), 1, "one queue is not taken for another: {}", run.said);
            tried += 1;
        }
    }
    assert_eq!(tried, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_resource_is_reported_once() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let wrong = |run: &Run| run.said.lines().filter(|line| line.starts_with("WRONG")).count();
    for (n, value) in [(2, "no-such-bucket-at-all"), (4, "no-such-table")] {
        let mut arguments = options(&names, &url);
        arguments[n] = value;
        let run = root.qrate(&arguments);
        assert!(run.code == 1 && run.said.contains(&format!("{value}: does not exist")), "{}", run.all());
        // Settings that refer to the missing resource may be wrong, too.
        assert!(wrong(&run) <= 3, "{}", run.said);
    }
    let nowhere = format!("{url}-2");
    let run = root.qrate(&options(&names, &nowhere));
    assert!(run.code == 1 && run.said.contains("-2: does not exist"), "{}", run.all());
    let elsewhere = [options(&names, &url), vec!["--aws-region", "eu-west-1"]].concat();
    let run = root.qrate(&elsewhere);
    assert!(run.code == 1 && run.said.contains("does not exist (region eu-west-1)"), "{}", run.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_shared_by_two_buckets_is_reported() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    // S3's test message.
    root.json("AmazonSQS.PurgeQueue", json!({ "QueueUrl": url })).await;
    let other = Names { queue: names.queue.clone(), ..Names::fresh() };
    root.set_up(&other);
    let run = root.qrate(&options(&names, &url));
    let line = format!("note  permission for the bucket to send: arn:aws:s3:::{} may send", other.bucket);
    assert!(run.said.contains(&line), "{}", run.said);
    let line = format!("WRONG messages in the queue: one is about the bucket {}", other.bucket);
    assert!(run.code == 1 && run.said.contains(&line), "{}", run.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_catalogs_on_one_bucket_are_reported() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let other = Names { bucket: names.bucket.clone(), queue: names.queue.clone(), ..Names::fresh() };
    root.set_up(&other);
    let folder = tempfile::tempdir().unwrap();
    let start = |names: &Names| {
        let storage = ["--bucket", &*names.bucket, "--table", &*names.table];
        Program::start_in_environment_with(&folder.path().join("data"), &root.variables(), &storage)
    };
    start(&names).stop();
    assert_eq!(root.qrate(&options(&names, &url)).code, 0);
    let mut second = start(&other);
    assert!(second.log().contains(&format!("before=\"the table {} in", names.table)), "{}", second.log());
    second.stop();
    let run = root.qrate(&options(&names, &url));
    let line =
        format!("WRONG catalog of the bucket: the bucket was last opened with the table {}", other.table);
    assert!(run.code == 1 && run.said.contains(&line), "{}", run.said);
    assert_eq!(root.qrate(&options(&other, &url)).code, 0, "the other table may be its successor");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_settings_are_reported() {
    let (root, names) = (Account::root().await, Names::fresh());
    assert_eq!(root.s3("PUT", &names.bucket, "").await.0, 200);
    assert_eq!(root.s3("DELETE", &format!("{}?publicAccessBlock", names.bucket), "").await.0, 204);
    let run = root.qrate(&["doctor", "--bucket", &names.bucket]);
    assert_eq!(run.code, 1, "{}", run.all());
    for what in ["blocking of public access", "versioning"] {
        let line = run.said.lines().find(|line| line.contains(what)).unwrap();
        assert!(line.starts_with("WRONG") && line.contains("qrate setup"), "{line}");
    }
    assert!(["dynamodb:", "sqs:", "sns:"].iter().all(|service| !run.said.contains(service)), "{}", run.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_credentials_are_reported() {
    let (root, names) = (Account::root().await, Names::fresh());
    let run = root.stranger().qrate(&["doctor", "--bucket", &names.bucket]);
    assert!(run.code == 1 && run.said.contains("the credentials are invalid"), "{}", run.all());
    assert!(!run.said.contains("missing policy statement"), "no policy would help: {}", run.said);
    assert!(run.said.contains("clock") && !run.said.contains("s3:"), "said once: {}", run.said);

    let nobody = Run::of(qrate_in_environment(&root.nobody(), &["doctor", "--bucket", &names.bucket]));
    assert!(nobody.code == 1 && nobody.said.contains("credentials: there are none"), "{}", nobody.all());

    let half = [root.nobody(), vec![("AWS_ACCESS_KEY_ID", "half")]].concat();
    let half = Run::of(qrate_in_environment(&half, &["doctor", "--bucket", &names.bucket]));
    assert!(half.code == 1 && half.complained.contains("AWS_SECRET_ACCESS_KEY is not"), "{}", half.all());

    let without: Vec<_> = root.variables().into_iter().filter(|(name, _)| *name != "AWS_REGION").collect();
    let nowhere = Run::of(qrate_in_environment(&without, &["doctor", "--bucket", &names.bucket]));
    assert!(nowhere.code == 1 && nowhere.said.contains("WRONG region: no AWS region"), "{}", nowhere.all());
    // An instance metadata service that refuses every request.
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metadata = format!("http://{}", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in server.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ =
                stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let asks: Vec<_> =
        root.nobody().into_iter().filter(|(name, _)| *name != "AWS_EC2_METADATA_DISABLED").collect();
    let asks = [asks, vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*metadata)]].concat();
    let without: Vec<_> = asks.iter().copied().filter(|(name, _)| *name != "AWS_REGION").collect();
    for (variables, said) in [(asks, "credentials: there are none"), (without, "no AWS region")] {
        let run = Run::of(qrate_in_environment(&variables, &["doctor", "--bucket", &names.bucket]));
        assert!(run.code == 1 && run.said.contains(said), "{}", run.all());
        assert_eq!(run.complained, "", "one sentence, and no attempts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unreachable_service_is_reported() {
    let (root, names) = (Account::root().await, Names::fresh());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let run = root.qrate(&["doctor", "--bucket", &names.bucket, "--aws-endpoint-url", &address]);
    assert!(run.code == 1 && run.said.contains("no answer"), "{}", run.all());
}
