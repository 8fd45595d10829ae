//! Users, and names of buckets, tables and queues. Every run of the program is searched for the secret.

use std::process::Output;

use serde_json::Value;
use test_servers::iam::AccessKey;

use crate::support::qrate_in_environment;

const REGION: &str = "us-east-1";

/// An access key of MiniStack.
pub(crate) struct Account {
    endpoint: String,
    key: String,
    secret: String,
}

/// Unique names of this test.
pub(crate) struct Names {
    pub(crate) bucket: String,
    pub(crate) table: String,
    pub(crate) queue: String,
    pub(crate) jobs: String,
}

impl Names {
    pub(crate) fn fresh() -> Self {
        let own = format!("test-{:016x}", fastrand::u64(..));
        let named = |what: &str| format!("{own}-{what}");
        Self { bucket: own.clone(), table: named("table"), queue: named("queue"), jobs: named("jobs") }
    }

    pub(crate) fn options(&self) -> Vec<&str> {
        let Self { bucket, table, queue, jobs } = self;
        vec!["--bucket", bucket, "--table", table, "--queue", queue, "--jobs-queue", jobs]
    }

    /// A policy of `deploy/aws`, with these names.
    pub(crate) fn policy(&self, text: &str) -> String {
        let Self { bucket, table, queue, jobs } = self;
        let text = text.replace("\"arn:aws:s3:::BUCKET", &format!("\"arn:aws:s3:::{bucket}"));
        let text = text.replace("REGION", REGION).replace("ACCOUNT", "000000000000");
        text.replace("table/TABLE", &format!("table/{table}"))
            .replace(":QUEUE", &format!(":{queue}"))
            .replace(":JOBS", &format!(":{jobs}"))
    }

    /// The URL of the jobs queue, from that of the other one.
    pub(crate) fn jobs_url(&self, url: &str) -> String {
        url.replace(&self.queue, &self.jobs)
    }
}

impl Account {
    /// The root user, who may do everything.
    pub(crate) async fn root() -> Self {
        let port = tokio::task::spawn_blocking(test_servers::ministack_port).await.unwrap();
        let endpoint = format!("http://127.0.0.1:{port}");
        // Whatever the secret, it is the root user's.
        Self { endpoint, key: "test".to_owned(), secret: "roots-own-secret".to_owned() }
    }

    /// A new user with this policy.
    pub(crate) async fn user(&self, policy: &str) -> Self {
        let (name, policy) = (format!("user-{:016x}", fastrand::u64(..)), policy.to_owned());
        let key = tokio::task::spawn_blocking(move || AccessKey::of_user(&name, &policy)).await.unwrap();
        Self { endpoint: self.endpoint.clone(), key: key.id, secret: key.secret }
    }

    /// A user with a key that was never issued.
    pub(crate) fn stranger(&self) -> Self {
        Self {
            endpoint: self.endpoint.clone(),
            key: "AKIASTRANGER0000000".to_owned(),
            secret: "guessed!".to_owned(),
        }
    }

    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        let mut variables = nobody(&self.endpoint);
        variables.push(("AWS_ACCESS_KEY_ID", &self.key));
        variables.push(("AWS_SECRET_ACCESS_KEY", &self.secret));
        variables
    }

    /// Variables without a key.
    pub(crate) fn nobody(&self) -> Vec<(&str, &str)> {
        nobody(&self.endpoint)
    }

    /// Runs a command of the program to its end.
    pub(crate) fn qrate(&self, arguments: &[&str]) -> Run {
        let run = Run::of(qrate_in_environment(&self.variables(), arguments));
        let Run { said, complained, .. } = &run;
        assert!(!said.contains(&self.secret) && !complained.contains(&self.secret), "{said}{complained}");
        run
    }

    /// Runs `setup`, and returns the URL of the queue.
    pub(crate) fn set_up(&self, names: &Names) -> String {
        let run = self.qrate(&[&["setup", "--yes"], &*names.options()].concat());
        assert_eq!(run.code, 0, "{}{}", run.said, run.complained);
        queue_url(&run.said)
    }

    /// Sends a small request to S3, without an SDK. MiniStack does not check the root user's signature.
    pub(crate) async fn s3(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let request =
            reqwest::Client::new().request(method.parse().unwrap(), format!("{}/{path}", self.endpoint));
        let answer =
            request.header("Authorization", signed("s3")).body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Sends a JSON request to DynamoDB or SQS.
    pub(crate) async fn json(&self, target: &str, body: Value) -> Value {
        let service = if target.starts_with("AmazonSQS") { "sqs" } else { "dynamodb" };
        let request = reqwest::Client::new()
            .post(&self.endpoint)
            .header("Authorization", signed(service))
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0");
        request.body(body.to_string()).send().await.unwrap().json().await.unwrap()
    }
}

fn nobody(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        // Neither this machine's own configuration nor its instance role applies.
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]
}

fn signed(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20261121/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// The queue's URL in the output of `setup`.
pub(crate) fn queue_url(said: &str) -> String {
    let (_, url) = said.split_once("QRATE_QUEUE=").unwrap_or_else(|| panic!("no URL: {said}"));
    url.split_whitespace().next().unwrap().to_owned()
}

/// The output of a run of the program.
pub(crate) struct Run {
    pub(crate) code: i32,
    /// On standard output.
    pub(crate) said: String,
    /// On standard error.
    pub(crate) complained: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            said: text(output.stdout),
            complained: text(output.stderr),
        }
    }

    /// Both, for a failed assertion.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.said, self.complained)
    }
}
