//! The test servers that stand in for AWS (`tools/test-servers.sh` installs and runs them): each is started once in a
//! test program, when the first test asks for it, and ends with the program, however that ends. Every test makes its
//! own bucket, table or queue, so they share one server. Not here: faults, which a test puts in between by itself.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::types::{Event, NotificationConfiguration, QueueConfiguration};
use aws_sdk_sqs::types::QueueAttributeName;

use crate::aws::{Aws, AwsOptions};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/test-servers.sh");
/// Longest wait for a server to answer.
const START_MAX: Duration = Duration::from_secs(60);
/// Another program may take the port that was free a moment ago.
const STARTS_MAX: usize = 5;

static MINISTACK: LazyLock<Server> = LazyLock::new(|| Server::start("ministack", "/_ministack/health"));
static DYNOXIDE: LazyLock<Server> = LazyLock::new(|| Server::start("dynoxide", "/"));

/// A connection to MiniStack as its root user, who may do everything.
pub(crate) async fn ministack() -> Aws {
    connection(&MINISTACK).await
}

/// A connection to dynoxide, which knows only DynamoDB and lets everybody do everything.
pub(crate) async fn dynoxide() -> Aws {
    connection(&DYNOXIDE).await
}

/// A name that no other test has, good for a bucket, a table or a queue.
pub(crate) fn fresh_name() -> String {
    format!("test-{}", ulid::Ulid::generate().to_string().to_ascii_lowercase())
}

/// A bucket that sends its notifications to a queue, and the queue's URL.
pub(crate) async fn bucket_with_queue(aws: &Aws) -> (String, String) {
    let (s3, sqs) = (aws_sdk_s3::Client::new(&aws.config), aws_sdk_sqs::Client::new(&aws.config));
    let name = fresh_name();
    s3.create_bucket().bucket(&name).send().await.unwrap();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }],
    });
    let queue =
        sqs.create_queue().queue_name(&name).attributes(QueueAttributeName::Policy, policy.to_string());
    let url = queue.send().await.unwrap().queue_url.unwrap();
    let to_queue = QueueConfiguration::builder()
        .queue_arn(format!("arn:aws:sqs:us-east-1:000000000000:{name}"))
        .events(Event::S3ObjectCreated)
        .events(Event::S3ObjectRemoved);
    let notifications = NotificationConfiguration::builder().queue_configurations(to_queue.build().unwrap());
    let put = s3.put_bucket_notification_configuration().bucket(&name);
    put.notification_configuration(notifications.build()).send().await.unwrap();
    (name, url)
}

/// The HTTP client belongs to a test's own runtime, so each test connects for itself.
async fn connection(server: &'static LazyLock<Server>) -> Aws {
    let port = tokio::task::spawn_blocking(|| server.port).await.expect("the server starts");
    Aws::configured(AwsOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(format!("http://127.0.0.1:{port}")),
        credentials: Some(Credentials::new("test", "test", None, None, "test")),
        ..AwsOptions::default()
    })
    .await
}

struct Server {
    port: u16,
    /// Holds the other end of the script's stdin: the system closes it when this program is no more.
    _script: Child,
}

impl Server {
    fn start(name: &str, health: &str) -> Self {
        let installed = Command::new(SCRIPT).arg("install").stdin(Stdio::null()).status();
        assert!(installed.expect("bash runs").success(), "the test servers are not installed: see above");
        for _ in 0..STARTS_MAX {
            let port = free_port();
            let mut output = tempfile::tempfile().unwrap();
            let mut script = Command::new(SCRIPT)
                .args(["serve", name, &port.to_string()])
                .stdin(Stdio::piped())
                .stdout(output.try_clone().unwrap())
                .stderr(output.try_clone().unwrap())
                .spawn()
                .expect("bash runs");
            if answers_in_time(&mut script, port, health) {
                return Self { port, _script: script };
            }
            println!("{name} on port {port}: {}", text_of(&mut output));
        }
        panic!("{name} does not start: see above");
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Whether the server answers, and it is ours that does: a script that has ended has lost its port to another.
fn answers_in_time(script: &mut Child, port: u16, health: &str) -> bool {
    let deadline = Instant::now() + START_MAX;
    while Instant::now() < deadline && script.try_wait().unwrap().is_none() {
        if is_healthy(port, health).unwrap_or(false) {
            return script.try_wait().unwrap().is_none();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

fn is_healthy(port: u16, path: &str) -> std::io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    Ok(&status == b"HTTP/1.1 200")
}

fn text_of(output: &mut File) -> String {
    let mut text = String::new();
    output.rewind().and_then(|()| output.read_to_string(&mut text)).map_or_else(|e| e.to_string(), |_| text)
}

#[tokio::test]
async fn the_servers_answer_the_sdk() {
    let s3 = aws_sdk_s3::Client::new(&ministack().await.config);
    s3.create_bucket().bucket(fresh_name()).send().await.unwrap();
    for aws in [ministack().await, dynoxide().await] {
        aws_sdk_dynamodb::Client::new(&aws.config).list_tables().send().await.unwrap();
    }
}
