//! A load balancer in front of the instances: HAProxy, as its users would set it up.

use std::fs;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use test_servers::free_port;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/balancer.sh");

/// HAProxy. Ended when dropped.
pub(crate) struct Balancer {
    child: Child,
    /// Its base URL, with a trailing slash.
    pub(crate) url: String,
    instances: usize,
    /// The URL of its statistics.
    statistics: String,
    _folder: TempDir,
}

impl Balancer {
    /// Starts it in front of these local ports.
    pub(crate) async fn before(ports: Vec<u16>) -> Self {
        let balancer = tokio::task::spawn_blocking(move || Self::start(&ports)).await.unwrap();
        crate::support::until("the balancer answers", async || {
            reqwest::get(&balancer.statistics).await.is_ok()
        })
        .await;
        balancer.sees_all().await;
        balancer
    }

    fn start(ports: &[u16]) -> Self {
        let found = Command::new(SCRIPT).stdin(Stdio::null()).output().unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let haproxy = String::from_utf8(found.stdout).unwrap();
        let (folder, port, statistics) = (tempfile::tempdir().unwrap(), free_port(), free_port());
        let file = folder.path().join("haproxy.cfg");
        fs::write(&file, configuration(port, statistics, ports)).unwrap();
        let child = Command::new(haproxy.trim()).args(["-db", "-f"]).arg(&file).stdin(Stdio::null()).spawn();
        Self {
            child: child.unwrap(),
            url: format!("http://127.0.0.1:{port}/"),
            instances: ports.len(),
            statistics: format!("http://127.0.0.1:{statistics}/;csv"),
            _folder: folder,
        }
    }

    /// Waits until it sends requests to all instances.
    pub(crate) async fn sees_all(&self) {
        crate::support::until("the balancer sees all instances", async || {
            let answer = reqwest::get(&self.statistics).await.unwrap().text().await.unwrap();
            let instances = answer.lines().filter(|line| line.starts_with("qrate,qrate-"));
            instances.filter(|line| line.contains(",UP,")).count() == self.instances
        })
        .await;
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// It may retry a request on another instance, which recognises a save of the first one by its request id. docs/aws.md
/// has nearly the same lines.
fn configuration(port: u16, statistics: u16, ports: &[u16]) -> String {
    let servers: String = ports
        .iter()
        .map(|port| format!("  server qrate-{port} 127.0.0.1:{port} check inter 500ms fall 3 rise 1\n"))
        .collect();
    format!(
        "global\n  maxconn 4000\n\
         defaults\n  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n  timeout check 10s\n  retries 3\n  \
         option redispatch 1\n  retry-on conn-failure empty-response response-timeout 503\n\
         listen statistics\n  bind 127.0.0.1:{statistics}\n  stats enable\n  stats uri /\n\
         frontend front\n  bind 127.0.0.1:{port}\n  default_backend qrate\n\
         backend qrate\n  balance roundrobin\n  option httpchk\n  \
         http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost\n  http-check expect status 200\n{servers}"
    )
}
