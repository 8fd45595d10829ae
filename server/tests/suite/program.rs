//! The real program: its command line, its log, its exit.

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{HalfRequest, Program, qrate, refusal};

#[test]
fn help_and_version() {
    let version = qrate(&["--version"]);
    assert_eq!(
        String::from_utf8(version.stdout).unwrap(),
        concat!("qrate ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let help = String::from_utf8(qrate(&["serve", "--help"]).stdout).unwrap();
    for option in [
        "--listen",
        "QRATE_LISTEN",
        "--data-dir",
        "QRATE_DATA_DIR",
        "--log ",
        "QRATE_LOG",
        "--log-format",
        "QRATE_LOG_FORMAT",
        "--base-path",
        "QRATE_BASE_PATH",
        "--allowed-host",
        "QRATE_ALLOWED_HOSTS",
        "--expose",
        "QRATE_EXPOSE",
        "--reconcile-seconds",
        "QRATE_RECONCILE_SECONDS",
        "--shutdown-seconds",
        "QRATE_SHUTDOWN_SECONDS",
    ] {
        assert!(help.contains(option), "{option}");
    }
    for command in ["check", "export"] {
        let help = String::from_utf8(qrate(&[command, "--help"]).stdout).unwrap();
        assert!(!help.contains("made when"), "neither creates a folder: {help}");
    }
    assert!(!qrate(&[]).status.success());
}

#[test]
fn invalid_option_values_are_named() {
    for (option, variable, value, right) in [
        ("--listen", "QRATE_LISTEN", "localhost", "such as 127.0.0.1:8080"),
        ("--base-path", "QRATE_BASE_PATH", "qrate", "such as /qrate/"),
        ("--allowed-host", "QRATE_ALLOWED_HOSTS", "http://a", "such as qrate.example.org"),
        ("--allowed-host", "QRATE_ALLOWED_HOSTS", "a:99999999", "at most 65535"),
        ("--reconcile-seconds", "QRATE_RECONCILE_SECONDS", "0", "1 to 86400"),
        ("--shutdown-seconds", "QRATE_SHUTDOWN_SECONDS", "soon", "0 to 86400"),
        ("--log", "QRATE_LOG", "loud=very", "such as info,gallery=debug"),
        ("--log", "QRATE_LOG", "warning", "such as info,gallery=debug"),
        ("--log-format", "QRATE_LOG_FORMAT", "xml", "text, json"),
    ] {
        // If the value were used, the folder could not be opened.
        let serve = ["serve", "--data-dir", "/dev/null/data"];
        let by_option = qrate(&[&serve[..], &[option, value]].concat());
        let by_variable = std::process::Command::new(env!("CARGO_BIN_EXE_qrate"))
            .args(serve)
            .env(variable, value)
            .output()
            .unwrap();
        for output in [by_option, by_variable] {
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{option}: {said}");
            assert!([option, value, right].iter().all(|part| said.contains(part)), "{option}: {said}");
        }
    }
}

#[test]
fn other_machines_are_served_only_with_expose() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let refused = qrate(&["serve", "--listen", "0.0.0.0:0", "--data-dir", data.to_str().unwrap()]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("0.0.0.0:0") && said.contains("--expose"), "{said}");
    assert!(!data.exists(), "nothing was touched");
}

/// The status for a browser that calls the program by this name.
async fn status_for(program: &Program, host: &str) -> u16 {
    let request = reqwest::Client::new().get(&program.url).header("host", host);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn printed_address_works() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    // Another address of this machine: all of 127.0.0.0/8 is loopback.
    let mut other = Program::start_with(&data, &["--listen", "127.0.0.2:0"]);
    assert!(other.url.starts_with("http://127.0.0.2:"), "{}", other.url);
    assert_eq!(reqwest::get(&other.url).await.unwrap().status(), 200);
    assert_eq!(status_for(&other, "127.0.0.3").await, 421);
    assert_eq!(status_for(&other, "evil.example").await, 421);
    other.stop();

    let mut exposed = Program::start_with(&data, &["--listen", "0.0.0.0:0", "--expose"]);
    assert!(exposed.url.starts_with("http://127.0.0.1:"), "no browser opens 0.0.0.0: {}", exposed.url);
    assert_eq!(reqwest::get(&exposed.url).await.unwrap().status(), 200);
    // Any IP address of this machine is accepted, but no name, which others could point here.
    assert_eq!(status_for(&exposed, "192.168.1.7:8080").await, 200);
    assert_eq!(status_for(&exposed, "localhost").await, 200);
    assert_eq!(status_for(&exposed, "evil.example").await, 421);
    exposed.stop();
}

#[test]
fn health_asks_the_running_server() {
    let folder = tempdir().unwrap();
    let wide = ["--listen", "0.0.0.0:0", "--expose", "--base-path", "/qrate/"];
    let mut program = Program::start_with(&folder.path().join("data"), &wide);
    let address = program.url.strip_prefix("http://").unwrap().strip_suffix("/qrate/").unwrap().to_owned();
    let listening = address.replace("127.0.0.1", "0.0.0.0");
    let healthy = qrate(&["health", "--listen", &listening, "--base-path", "/qrate/"]);
    assert!(
        healthy.status.success() && healthy.stdout.is_empty() && healthy.stderr.is_empty(),
        "{healthy:?}"
    );
    let said = refusal(&qrate(&["health", "--listen", &listening]));
    assert!(said.contains(&format!("http://{address}/healthz answers with status 404")), "{said}");
    program.stop();
    let said = refusal(&qrate(&["health", "--listen", &listening]));
    assert!(said.contains(&format!("cannot ask {address}")), "{said}");
}

#[test]
fn empty_variable_counts_as_unset() {
    let folder = tempdir().unwrap();
    let variables = [
        "QRATE_EXPOSE",
        "QRATE_ALLOWED_HOSTS",
        "QRATE_BASE_PATH",
        "QRATE_LOG",
        "QRATE_LOG_FORMAT",
        "QRATE_RECONCILE_SECONDS",
        "QRATE_SHUTDOWN_SECONDS",
    ];
    let empty = variables.map(|name| (name, ""));
    Program::start_in_environment(&folder.path().join("data"), &empty).stop();
    // An empty variable means the default folder, which does not exist here.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_qrate"))
        .args(["check"])
        .current_dir(folder.path().join("data"))
        .env("QRATE_DATA_DIR", "")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no gallery in data"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_damage() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let check = || {
        let output = qrate(&["check", "--data-dir", data.to_str().unwrap()]);
        let failed = output.status.code() == Some(1) && output.stdout.is_empty();
        let said = if failed { output.stderr } else { output.stdout };
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    };
    let (code, said) = check();
    assert!(code == 1 && said.contains("there is no gallery in"), "{said}");
    assert!(!data.exists(), "it creates nothing");
    let mut program = Program::start(&data);
    for text in ["a", "b"] {
        let save = format!("{}s/main/save", program.url);
        reqwest::Client::new()
            .post(save)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("text={text}"))
            .send()
            .await
            .unwrap();
    }
    let (code, said) = check();
    assert!(code == 1 && said.contains("in use by another program"), "{said}");
    program.stop();
    assert_eq!(check(), (0, "1 space, 2 entries and tombstones, 2 objects: nothing is wrong.\n".to_owned()));
    let object = std::fs::read_dir(data.join("bucket/main")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(object, "not what it was").unwrap();
    let (code, said) = check();
    assert!(code == 1 && said.lines().count() == 2 && said.ends_with("1 finding.\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_log_has_one_line_per_request() {
    let folder = tempdir().unwrap();
    let mut program = Program::start_with(&folder.path().join("data"), &["--log-format", "json"]);
    let entries = format!("{}api/v1/spaces/main/entries?value=secret", program.url);
    let client = reqwest::Client::new();
    client.get(&entries).header("x-request-id", "mine-1").send().await.unwrap().text().await.unwrap();
    let stream = client.get(format!("{}s/main/events", program.url)).send().await.unwrap();
    program.signal("TERM");
    stream.text().await.unwrap();
    assert!(program.wait().success());
    let lines: Vec<Value> = program.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(requests.len(), 2);
    let (get, stream) = (requests[0], requests[1]);
    assert_eq!(
        (&get["method"], &get["path"], &get["status"]),
        (&"GET".into(), &"/api/v1/spaces/main/entries".into(), &200.into())
    );
    assert_eq!((&get["request_id"], &get["complete"]), (&"mine-1".into(), &true.into()));
    assert!(get["duration_ms"].is_f64() && get["size_bytes"].as_u64() > Some(10));
    assert_eq!((&stream["path"], &stream["complete"]), (&"/s/main/events".into(), &true.into()));
    assert!(!program.log().contains("secret"), "what people type is not logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_signal_ends_at_once() {
    let folder = tempdir().unwrap();
    let mut program = Program::start(&folder.path().join("data"));
    let _half = HalfRequest::begin(&program.url);
    let stream = reqwest::get(format!("{}s/main/events", program.url)).await.unwrap();
    program.signal("INT");
    // The stream ends when the stop has begun; the half request still holds it up.
    stream.text().await.unwrap();
    program.signal("INT");
    assert_eq!(program.wait().code(), Some(130));
}
