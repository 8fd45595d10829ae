//! Servers that stand in for AWS (`tools/test-servers.sh` installs and runs them): each is started once per test
//! program, when the first test needs it, and ends with the program, however that ends. Not here: their contents,
//! which each test creates for itself (users of MiniStack with `iam`), and faults, which tests inject in between.

pub mod iam;

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{Read as _, Seek as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/test-servers.sh");
/// The longest wait for a server to answer.
const START_MAX: Duration = Duration::from_secs(60);
/// Another program may take a port that was free a moment ago.
const STARTS_MAX: usize = 5;

/// Below those that Linux and macOS give to connections.
const FREE_PORTS: Range<u16> = 20_000..32_000;

static MINISTACK: LazyLock<Server> = LazyLock::new(|| Server::start("ministack", "/_ministack/health"));
static DYNOXIDE: LazyLock<Server> = LazyLock::new(|| Server::start("dynoxide", "/"));

/// The port of MiniStack: S3, SQS, DynamoDB, IAM and more, with accounts. Blocks until it answers; the key `test`
/// with any secret is its root user's.
pub fn ministack_port() -> u16 {
    MINISTACK.port
}

/// The port of dynoxide, which only offers DynamoDB and checks no permissions. Blocks until it answers.
pub fn dynoxide_port() -> u16 {
    DYNOXIDE.port
}

/// A port that is free at the moment, outside the range from which the system gives ports to connections: one of those
/// could be taken before a server listens on it.
pub fn free_port() -> u16 {
    let ports = FREE_PORTS.end - FREE_PORTS.start;
    let random = RandomState::new().build_hasher().finish();
    let first = u16::try_from(random % u64::from(ports)).expect("it is less than a port");
    (0..ports)
        .map(|next| FREE_PORTS.start + (first + next) % ports)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("loopback has free ports")
}

struct Server {
    port: u16,
    /// Holds the other end of the script's stdin: the system closes it when this program ends.
    _script: Child,
}

impl Server {
    fn start(name: &str, health: &str) -> Self {
        let installed = Command::new(SCRIPT).arg("install").stdin(Stdio::null()).status();
        assert!(installed.expect("bash runs").success(), "the test servers are not installed: see above");
        for _ in 0..STARTS_MAX {
            let port = free_port();
            let output = tempfile::tempfile().expect("there is room for a log");
            let copy = || output.try_clone().expect("files are left");
            let mut script = Command::new(SCRIPT)
                .args(["serve", name, &port.to_string()])
                .stdin(Stdio::piped())
                .stdout(copy())
                .stderr(copy())
                .spawn()
                .expect("bash runs");
            if answers_in_time(&mut script, port, health) {
                return Self { port, _script: script };
            }
            println!("{name} on port {port}: {}", text_of(output));
        }
        panic!("{name} does not start: see above");
    }
}

/// Whether the server answers, and is ours: a script that has ended has lost its port to another.
fn answers_in_time(script: &mut Child, port: u16, health: &str) -> bool {
    let deadline = Instant::now() + START_MAX;
    let mut runs = || script.try_wait().is_ok_and(|ended| ended.is_none());
    while Instant::now() < deadline && runs() {
        if is_healthy(port, health).unwrap_or(false) {
            return runs();
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

fn text_of(mut output: File) -> String {
    let mut text = String::new();
    output.rewind().and_then(|()| output.read_to_string(&mut text)).map_or_else(|e| e.to_string(), |_| text)
}
