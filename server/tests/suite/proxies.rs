//! Behind a proxy: the configurations of docs/proxies.md as printed there, with a page, a save over plain http, an
//! upload and an event stream. HAProxy is among what the tests need; nginx, Apache and Caddy are tested where they are
//! installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use tempfile::tempdir;
use test_servers::free_port;

use crate::support::Program;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/proxies.md");
const NAME: &str = "qrate.example.org";

/// How long a proxy may take to start, and an event to arrive. A proxy that buffers events takes longer.
const PATIENCE: Duration = Duration::from_secs(8);

/// A proxy in front of the program. Ended when dropped.
struct Proxy {
    child: Child,
    port: u16,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended already. nginx and Apache end their workers only when asked to stop.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// The lines of the document for this proxy.
fn lines(language: &str) -> String {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (_, rest) = document.split_once(&format!("```{language}\n")).expect("the document has lines for it");
    rest.split_once("```").unwrap().0.to_owned()
}

/// Replaces a part of the lines, which must be there.
fn put(lines: &str, what: &str, by: &str) -> String {
    assert!(lines.contains(what), "{what} is not in {lines}");
    lines.replace(what, by)
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/sbin", "/usr/local/sbin"]);
    folders.map(|folder| Path::new(folder).join(name)).find(|program| program.is_file())
}

fn start(mut command: Command, folder: &Path, port: u16) -> Proxy {
    let log = fs::File::create(folder.join("proxy.log")).unwrap();
    let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let mut proxy = Proxy { child, port };
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        let said = || fs::read_to_string(folder.join("proxy.log")).unwrap();
        assert!(proxy.child.try_wait().unwrap().is_none(), "it ended: {}", said());
        assert!(begun.elapsed() < PATIENCE, "it does not listen: {}", said());
        std::thread::yield_now();
    }
    proxy
}

/// Sends requests through the proxy like a browser at `http://qrate.example.org:PORT`.
async fn works_behind(proxy: &Proxy) {
    let host = format!("{NAME}:{}", proxy.port);
    let url = |path: &str| format!("http://127.0.0.1:{}/{path}", proxy.port);
    let client = reqwest::Client::builder().timeout(4 * PATIENCE).build().unwrap();
    let page = client.get(url("")).header("host", &host).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().ends_with("</html>"));

    let stream = client.get(url("s/main/events")).header("host", &host).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let mut stream = stream.bytes_stream();
    let mut received = String::new();
    let mut expect_event = async |what: &str| {
        while !received.contains(what) {
            let part = tokio::time::timeout(PATIENCE, stream.next()).await.expect("events are not buffered");
            received += std::str::from_utf8(&part.unwrap().unwrap()).unwrap();
        }
    };
    expect_event("event: hello").await;
    let post = |path: &str| {
        let request = client.post(url(path)).header("host", &host).header("origin", format!("http://{host}"));
        request.header("accept", "application/json")
    };
    let save = post("s/main/save").header("content-type", "application/x-www-form-urlencoded");
    let saved = save.body("text=behind+a+proxy").send().await.unwrap();
    assert_eq!(saved.status(), 200, "{}", saved.text().await.unwrap());
    expect_event("behind a proxy").await;

    // The proxy lets a large logo through: the server refuses it as not a picture.
    let upload = post("api/v1/spaces/main/logos").body(vec![b'x'; 2 * 1024 * 1024]).send().await.unwrap();
    let (status, said) = (upload.status(), upload.text().await.unwrap());
    assert!(status == 422 && said.contains("request_id"), "{status} {said}");
}

async fn is_tested(proxy: impl FnOnce(&Path, u16, &str) -> Proxy) {
    let folder = tempdir().unwrap();
    let arguments = ["--allowed-host", NAME];
    let program = Program::start_with(&folder.path().join("data"), &arguments);
    let address = program.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    works_behind(&proxy(folder.path(), free_port(), &address)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn haproxy() {
    is_tested(|folder, port, address| {
        let lines = put(&lines("haproxy"), "bind :80", &format!("bind 127.0.0.1:{port}"));
        let file = folder.join("haproxy.cfg");
        fs::write(&file, put(&lines, "127.0.0.1:8080", address)).unwrap();
        let mut command = Command::new(installed("haproxy").expect("the tests need HAProxy"));
        command.arg("-db").arg("-f").arg(file);
        start(command, folder, port)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx() {
    let Some(nginx) = installed("nginx") else { return };
    is_tested(|folder, port, address| {
        let lines = put(&lines("nginx"), "listen 80", &format!("listen 127.0.0.1:{port}"));
        let lines = put(&lines, "127.0.0.1:8080", address);
        let place = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("    {kind}_temp_path {place}/{kind};\n"))
            .concat();
        // Its workers must be able to enter our folder.
        let user = if fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
            "user root root;\n"
        } else {
            ""
        };
        let configuration = format!(
            "{user}daemon off;\npid {place}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n\
             {temporary}{lines}}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(nginx);
        command.arg("-p").arg(folder).arg("-e").arg("stderr").arg("-c").arg(file);
        start(command, folder, port)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apache() {
    let Some(apache) = installed("apache2") else { return };
    is_tested(|folder, port, address| {
        let lines = put(&lines("apache"), "*:80", &format!("127.0.0.1:{port}"));
        let lines = put(&lines, "127.0.0.1:8080", address);
        let place = folder.display();
        let modules: String = ["mpm_event", "authz_core", "proxy", "proxy_http"]
            .map(|module| format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n"))
            .concat();
        let configuration = format!(
            "{modules}ServerRoot {place}\nDefaultRuntimeDir {place}\nPidFile {place}/apache.pid\n\
             ErrorLog /dev/stderr\nServerName localhost\nUser nobody\nGroup nogroup\nListen 127.0.0.1:{port}\n{lines}"
        );
        let file = folder.join("apache.conf");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(apache);
        command.arg("-DFOREGROUND").arg("-f").arg(file);
        start(command, folder, port)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy() {
    let Some(caddy) = installed("caddy") else { return };
    is_tested(|folder, port, address| {
        // Without a certificate, and on this machine only.
        let site = format!("http://{NAME}:{port} {{\n    bind 127.0.0.1\n");
        let lines = put(&lines("caddy"), &format!("{NAME} {{\n"), &site);
        let lines = put(&lines, "reverse_proxy 127.0.0.1:8080", &format!("reverse_proxy {address}"));
        let file = folder.join("Caddyfile");
        fs::write(&file, format!("{{\n    admin off\n}}\n{lines}")).unwrap();
        let mut command = Command::new(caddy);
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
        command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
        start(command, folder, port)
    })
    .await;
}

/// nginx with its default `Host`: the page works, but every save is refused with a message that names the setting. Then
/// that setting alone is enough.
#[tokio::test(flavor = "multi_thread")]
async fn proxy_that_changes_the_host() {
    let folder = tempdir().unwrap();
    for (arguments, status) in [(&[][..], 403), (&["--allowed-host", "qrate.example.org"], 200)] {
        let mut program = Program::start_with(&folder.path().join("data"), arguments);
        // What such a proxy sends: its own idea of the host, and the browser's origin.
        let save = reqwest::Client::new().post(format!("{}s/main/save", program.url));
        let save = save.header("origin", "http://qrate.example.org").header("accept", "application/json");
        let save = save.header("content-type", "application/x-www-form-urlencoded").body("text=a");
        let answer = save.send().await.unwrap();
        assert_eq!(answer.status(), status, "{arguments:?}");
        let said = answer.text().await.unwrap();
        if status == 403 {
            assert!(said.contains("--allowed-host") && said.contains("proxy_set_header Host"), "{said}");
            let log = program.log();
            assert!(log.contains("--allowed-host") && log.contains("http://qrate.example.org"), "{log}");
        }
        program.stop();
    }
}
