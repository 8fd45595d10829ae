//! `get`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use tempfile::tempdir;

use crate::support::{Reply, Said, StandIn, command, run, run_with, send_signal};

/// The program in a folder.
fn within(folder: &Path, server: &StandIn, arguments: &[&str]) -> Command {
    let mut command = command(&server.url, arguments);
    command.current_dir(folder);
    command
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn file_gets_the_proposed_name() {
    let folder = tempdir().unwrap();
    let server = StandIn::start(|_, _| {
        Reply::file(
            "image/png",
            "inline; filename=\"x.png\"; filename*=UTF-8''caf%C3%A9%20menu.png",
            b"\x89PNG\0",
        )
    });
    let said = run_with(within(folder.path(), &server, &["get", "7"]), b"").fine();
    assert_eq!((said.as_str(), names(folder.path())), ("café menu.png\n", vec!["café menu.png".to_owned()]));
    assert_eq!(std::fs::read(folder.path().join("café menu.png")).unwrap(), b"\x89PNG\0");
    run_with(within(folder.path(), &server, &["get", "7"]), b"").failed(2, "café menu.png already exists");
    run_with(within(folder.path(), &server, &["get", "7", "--force"]), b"").fine();
    std::fs::create_dir(folder.path().join("below")).unwrap();
    run_with(within(folder.path(), &server, &["get", "7", "-o", "below"]), b"").fine();
    assert_eq!(names(&folder.path().join("below")), ["café menu.png"]);
    assert_eq!(server.lines()[0], "GET /api/v1/spaces/main/entries/7/file");
    assert_eq!(server.requests()[0].header("accept"), "*/*");
}

#[test]
fn hostile_names_stay_in_the_folder() {
    for (disposition, name) in [
        ("attachment; filename=\"../../evil.png\"", "evil.png"),
        ("attachment; filename=\".profile\"", "_.profile"),
        ("attachment; filename*=UTF-8''a%0A%1Bb", "a__b"),
        ("attachment", "entry-7"),
    ] {
        let folder = tempdir().unwrap();
        let server = StandIn::start(move |_, _| Reply::file("image/png", disposition, b"x"));
        run_with(within(folder.path(), &server, &["get", "7"]), b"").fine();
        assert_eq!(names(folder.path()), [name], "{disposition}");
    }
}

#[test]
fn formats_sizes_and_derived_pictures_are_asked_for() {
    let server = StandIn::start(|_, _| Reply::file("image/svg+xml", "", b"<svg/>"));
    for (arguments, path) in [
        (&["--format", "svg"][..], "/file?format=svg"),
        (&["--format", "png", "--size", "512"], "/file?format=png&size=512"),
        (&["--size", "512"], "/file?format=png&size=512"),
        (&["--picture", "thumbnail"], "/thumbnail"),
        (&["--picture", "view"], "/view"),
        (&["--picture", "result"], "/result"),
    ] {
        let said = run(&server.url, &[&["get", "7", "-o", "-"], arguments].concat()).fine();
        assert_eq!(said, "<svg/>");
        assert_eq!(*server.lines().last().unwrap(), format!("GET /api/v1/spaces/main/entries/7{path}"));
    }
    let folder = tempdir().unwrap();
    run_with(within(folder.path(), &server, &["get", "7", "--format", "svg"]), b"").fine();
    assert_eq!(names(folder.path()), ["entry-7.svg"]);
}

#[test]
fn partial_download_leaves_no_file() {
    let folder = tempdir().unwrap();
    let server = StandIn::start(|_, _| Reply::Cut(vec![7; 100_000]));
    run_with(within(folder.path(), &server, &["get", "7", "-o", "a.png"]), b"")
        .failed(5, "lost in the middle");
    assert_eq!(names(folder.path()), [""; 0]);
    std::fs::write(folder.path().join("a.png"), "mine").unwrap();
    run_with(within(folder.path(), &server, &["get", "7", "-o", "a.png", "--force"]), b"").failed(5, "lost");
    assert_eq!(std::fs::read(folder.path().join("a.png")).unwrap(), b"mine");
    assert_eq!(names(folder.path()), ["a.png"]);
}

#[test]
fn interrupted_download_leaves_no_file() {
    let folder = tempdir().unwrap();
    let (begun, begin) = mpsc::channel();
    let server = StandIn::start(move |_, _| {
        let begun = begun.clone();
        Reply::talk(move |mut talk| {
            talk.begin("image/png")?;
            talk.send("half")?;
            begun.send(()).unwrap();
            talk.piece().map(drop)
        })
    });
    let child =
        within(folder.path(), &server, &["get", "7", "-o", "a.png"]).stderr(Stdio::piped()).spawn().unwrap();
    begin.recv().unwrap();
    send_signal("INT", child.id());
    assert_eq!(Said::of(child.wait_with_output().unwrap()).code, 130);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn refusals_leave_no_file() {
    let folder = tempdir().unwrap();
    for (status, code) in [(410, 3), (404, 3), (422, 4)] {
        let server = StandIn::start(move |_, _| Reply::problem(status, "It was removed."));
        run_with(within(folder.path(), &server, &["get", "7", "-o", "a"]), b"")
            .failed(code, "It was removed.");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

/// A server may redirect to its bucket, which does not get the credentials for the server.
#[test]
fn file_comes_from_the_bucket_that_the_server_names() {
    let bucket =
        StandIn::start(|_, _| Reply::Answer { status: 200, headers: Vec::new(), body: b"bytes".to_vec() });
    let to = format!("{}/key?signature=s", bucket.url);
    let server = StandIn::start(move |_, _| Reply::Answer {
        status: 307,
        headers: vec![("Location", to.clone()), ("X-Request-Id", "r-1".to_owned())],
        body: Vec::new(),
    });
    let folder = tempdir().unwrap();
    let mut command = within(folder.path(), &server, &["get", "7", "-o", "file"]);
    command.env("QRATE_TOKEN", "secret");
    run_with(command, b"").fine();
    assert_eq!(std::fs::read(folder.path().join("file")).unwrap(), b"bytes");
    assert_eq!(bucket.lines(), ["GET /key?signature=s"]);
    assert_eq!(
        (server.requests()[0].header("authorization"), bucket.requests()[0].header("authorization")),
        ("Bearer secret", "")
    );
    let refused = StandIn::start(|_, _| Reply::Answer { status: 403, headers: Vec::new(), body: Vec::new() });
    let to = refused.url;
    let server = StandIn::start(move |_, _| Reply::Answer {
        status: 307,
        headers: vec![("Location", to.clone()), ("X-Request-Id", "r-1".to_owned())],
        body: Vec::new(),
    });
    run(&server.url, &["get", "7", "-o", "-"]).failed(1, "The bucket of the server answered 403");
}
