//! The real program when its surroundings fail: a clear message, no partial entry, and recovery once the cause is gone.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

use crate::support::{Program, qrate, refusal, save, total};

fn serve(data: &Path) -> Output {
    qrate(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()])
}

/// Polls `/readyz` until it reports the expected readiness: a result is cached for some seconds.
async fn becomes_ready(program: &Program, expected: bool) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = reqwest::get(format!("{}readyz", program.url)).await.unwrap();
        let (status, said) = (answer.status().as_u16(), answer.text().await.unwrap());
        if status == if expected { 200 } else { 503 } {
            return said;
        }
        assert!(Instant::now() < deadline, "{status} {said}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_process_is_refused() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut first = Program::start(&data);
    let said = refusal(&serve(&data));
    assert!(said.contains("in use by another program") && said.contains(data.to_str().unwrap()), "{said}");
    assert_eq!(save(&first, "still works").await.0, 201);
    first.stop();
    Program::start(&data).stop();
}

#[test]
fn port_in_use_is_reported() {
    let folder = tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("data");
    let said = refusal(&qrate(&["serve", "--listen", &address, "--data-dir", data.to_str().unwrap()]));
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[test]
fn unusable_data_folder_is_reported() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let said = refusal(&serve(&file.join("data")));
    assert!(said.contains("data folder") && said.contains("--data-dir"), "{said}");
    let said = refusal(&serve(&file));
    assert!(said.contains("data folder") && said.contains("--data-dir"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_catalog_is_reported() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = Program::start(&data);
    for n in 0..40 {
        save(&program, &format!("text {n}")).await;
    }
    program.stop();
    let catalog = data.join("catalog.sqlite");
    let good = fs::read(&catalog).unwrap();
    for damage in [&b"no database at all, but longer than a header of one hundred bytes, as SQLite writes it first thing in a file"[..], &good[..good.len() / 2]] {
        fs::write(&catalog, damage).unwrap();
        let said = refusal(&serve(&data));
        assert!(said.contains("catalog.sqlite") && said.contains("damaged"), "{said}");
        assert_eq!(fs::read(&catalog).unwrap(), damage, "it is left unchanged");
    }
    fs::write(&catalog, &good).unwrap();
    let program = Program::start(&data);
    assert_eq!(total(&program).await, 40);
}

/// A server whose data folder is a small file system in its own mount namespace.
#[cfg(target_os = "linux")]
struct SmallDisk {
    program: Program,
    folder: TempDir,
}

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn start() -> Self {
        let folder = tempdir().unwrap();
        let disk = folder.path().join("disk");
        fs::create_dir(&disk).unwrap();
        let script = format!("mount -t tmpfs -o size=1m tmpfs '{}' && exec \"$@\"", disk.display());
        let shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", &script];
        let program = Program::start_through(&shell, &disk.join("data"));
        Self { program, folder }
    }

    /// Its data folder, as the program sees it.
    fn data(&self) -> std::path::PathBuf {
        let inside = self.folder.path().join("disk/data");
        Path::new("/proc")
            .join(self.program.pid().to_string())
            .join("root")
            .join(inside.strip_prefix("/").unwrap())
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn full_disk_is_reported_and_recovers() {
    let mut disk = SmallDisk::start();
    assert_eq!(save(&disk.program, "before").await.0, 201);
    let filler = disk.data().join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while std::io::Write::write(&mut file, &[0; 4096]).is_ok_and(|written| written > 0) {}
    let mut refused = 0;
    for n in 0..20 {
        let (status, answer) = save(&disk.program, &format!("full {n}")).await;
        // The catalog's file may still have room, so a save may succeed.
        if status != 201 {
            assert_eq!(status, 507, "{answer}");
            assert!(answer["detail"].as_str().unwrap().contains("disk is full"), "{answer}");
            refused += 1;
        }
    }
    assert!(refused > 0);
    let kept = total(&disk.program).await;
    assert_eq!(kept, 21 - refused, "no partial entry");
    let said = becomes_ready(&disk.program, false).await;
    assert!(said.contains("Nothing can be saved") && said.contains("No space left"), "{said}");
    drop(file);
    fs::remove_file(filler).unwrap();
    becomes_ready(&disk.program, true).await;
    assert!(!disk.data().join("readiness-probe").exists());
    assert_eq!(save(&disk.program, "after").await.0, 201);
    assert_eq!(total(&disk.program).await, kept + 1);
    disk.program.stop();
}

/// Starts the program as an ordinary user: permissions do not bind root.
#[cfg(target_os = "linux")]
fn start_as_nobody(data: &Path) -> Program {
    Program::start_through(&["unshare", "--user", "--map-user=1000", "sh", "-c", "exec \"$@\""], data)
}

/// Gives or takes the permission to write to everything in a folder.
#[cfg(target_os = "linux")]
fn allow_writing(folder: &Path, allowed: bool) {
    let mode = if allowed { "u+w" } else { "a-w" };
    assert!(Command::new("chmod").arg("-R").arg(mode).arg(folder).status().unwrap().success());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn read_only_folder_is_reported_and_recovers() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = start_as_nobody(&data);
    assert_eq!(save(&program, "before").await.0, 201);
    allow_writing(&data, false);
    let (status, answer) = save(&program, "meanwhile").await;
    assert_eq!(status, 503, "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("Try again"), "{answer}");
    assert!(program.log().contains("access to the bucket is denied"), "the log says why: {}", program.log());
    assert_eq!(total(&program).await, 1, "reads still succeed");
    let said = becomes_ready(&program, false).await;
    assert!(said.contains("Permission denied"), "{said}");
    allow_writing(&data, true);
    assert_eq!(save(&program, "after").await.0, 201);
    assert_eq!(total(&program).await, 2);
    program.stop();

    allow_writing(&data, false);
    let program =
        ["--user", "--map-user=1000", env!("CARGO_BIN_EXE_qrate"), "serve", "--listen", "127.0.0.1:0"];
    let output = Command::new("unshare").args(program).arg("--data-dir").arg(&data).output().unwrap();
    let said = refusal(&output);
    assert!(said.contains("catalog.sqlite") && said.contains("access to the catalog is denied"), "{said}");
    allow_writing(&data, true);
}

/// Sends a request on this connection, and returns the status line.
fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8(answer).unwrap().lines().next().unwrap().to_owned()
}

#[test]
fn more_clients_than_open_files_are_served() {
    let folder = tempdir().unwrap();
    let limited = ["sh", "-c", "ulimit -n 300 && exec \"$@\""];
    let mut program = Program::start_through(&limited, &folder.path().join("data"));
    let address = program.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let connect = || TcpStream::connect(&address).unwrap();
    const SAVE: &str = "POST /s/main/save HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\
        Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=a";
    let crowd: Vec<TcpStream> = (0..300).map(|_| connect()).collect();
    // Requests are served, however many connections stay silent.
    let deadline = Instant::now() + Duration::from_secs(60);
    while !program.log().contains("allows no more clients") {
        assert_eq!(ask(&mut connect(), SAVE), "HTTP/1.1 303 See Other");
        assert!(Instant::now() < deadline, "{}", program.log());
    }
    assert_eq!(ask(&mut connect(), SAVE), "HTTP/1.1 303 See Other");
    drop(crowd);
    assert_eq!(ask(&mut connect(), SAVE), "HTTP/1.1 303 See Other");
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_failures_do_not_fill_the_log() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = Program::start(&data);
    assert_eq!(save(&program, "before").await.0, 201);
    fs::rename(data.join("bucket"), folder.path().join("aside")).unwrap();
    for n in 0..50 {
        assert_eq!(save(&program, &n.to_string()).await.0, 503);
    }
    let log = program.log();
    let complaints: Vec<_> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    assert_eq!(complaints.len(), 1, "{complaints:#?}");
    assert!(complaints[0].contains("request_id="), "{complaints:?}");
    assert!(
        log.lines().filter(|line| line.contains("status=503")).count() >= 50,
        "each request has its line"
    );
    program.stop();
}
