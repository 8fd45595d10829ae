//! `draw` and `read`, which need no server.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{Said, command, run_with};

/// No server is there, so none is asked.
fn within(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command("http://127.0.0.1:1", arguments);
    command.current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Said {
    run_with(within(folder, arguments), b"")
}

#[test]
fn text_is_drawn_in_half_blocks() {
    let folder = tempdir().unwrap();
    let dark = run(folder.path(), &["draw", "hello"]).fine();
    assert!(dark.lines().all(|line| line.chars().count() == 29 && line.chars().all(|c| " ▀▄█".contains(c))));
    assert!(
        dark.starts_with("████")
            && run(folder.path(), &["draw", "hello", "--light"]).fine().starts_with("    ")
    );
    assert_eq!(run_with(within(folder.path(), &["draw", "-"]), b"hello\n").fine(), dark);
    assert_ne!(run(folder.path(), &["draw", "hello", "--level", "h"]).fine(), dark);
}

#[test]
fn each_format_is_written_and_pictures_are_read_back() {
    let folder = tempdir().unwrap();
    let text = r"WIFI:S:a\;b;T:WPA;P:x;;";
    for (file, begin) in [
        ("a.png", &b"\x89PNG"[..]),
        ("a.svg", b"<svg"),
        ("a.PDF", b"%PDF"),
        ("a.txt", "████".as_bytes()),
        ("a.uri", b"data:image/png;base64,"),
    ] {
        let look = ["draw", text, "-o", file, "--look", "shape=dots&ink=0b3d91"];
        assert_eq!(run(folder.path(), &look).fine(), "");
        assert!(std::fs::read(folder.path().join(file)).unwrap().starts_with(begin), "{file}");
        run(folder.path(), &look).failed(2, &format!("{file} already exists"));
        run(folder.path(), &[&look[..], &["--force"]].concat()).fine();
    }
    assert_eq!(run(folder.path(), &["read", "a.png"]).fine(), format!("{text}\n"));
    let json = run(folder.path(), &["read", "a.png", "--json"]).fine();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["text"].as_str(), json["file"].as_str()), (Some(text), Some("a.png")));
    assert_eq!((json["level"].as_str(), json["version"].as_u64()), (Some("M"), Some(2)));
}

#[test]
fn picture_goes_through_pipes() {
    let folder = tempdir().unwrap();
    let png = within(folder.path(), &["draw", "a\nb\u{1b}[2J\u{202e}", "--format", "png"]).output().unwrap();
    assert!(png.status.success());
    assert_eq!(
        run_with(within(folder.path(), &["read", "-"]), &png.stdout).fine(),
        "a\\nb\\u{1b}[2J\\u{202e}\n"
    );
    let json = run_with(within(folder.path(), &["read", "-", "--json"]), &png.stdout).fine();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["text"], "a\nb\u{1b}[2J\u{202e}");
}

#[test]
fn several_pictures_are_named_and_failures_too() {
    let folder = tempdir().unwrap();
    run(folder.path(), &["draw", "one", "-o", "1.png"]).fine();
    run(folder.path(), &["draw", "two", "-o", "2.png"]).fine();
    assert_eq!(run(folder.path(), &["read", "1.png", "2.png"]).fine(), "1.png: one\n2.png: two\n");
    std::fs::write(folder.path().join("text.png"), "no picture").unwrap();
    let white = [&b"P5 8 8 255\n"[..], &[255; 64]].concat();
    std::fs::write(folder.path().join("white.pgm"), white).unwrap();
    let said = run(folder.path(), &["read", "missing.png", "1.png", "text.png"]);
    said.failed(1, "missing.png: cannot be read: No such file");
    assert!(
        said.out == "1.png: one\n" && said.err.contains("text.png: This is no picture that can be read"),
        "{said:?}"
    );
    // A code without its finder patterns is none.
    run(folder.path(), &["draw", "x", "-o", "x.svg"]).fine();
    run(folder.path(), &["read", "x.svg"]).failed(1, "use PNG, JPEG, GIF or WebP");
    std::fs::write(folder.path().join("none.gif"), EMPTY_GIF).unwrap();
    run(folder.path(), &["read", "none.gif"]).failed(3, "No code was found in the picture.");
}

/// One white pixel.
const EMPTY_GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[test]
fn text_that_does_not_fit_is_told() {
    let folder = tempdir().unwrap();
    run(folder.path(), &["draw", &"a".repeat(3000)]).failed(2, "too long for level M");
    run_with(within(folder.path(), &["draw", "-"]), &[b'a'; 70_000]).failed(2, "too long for level M");
    run_with(within(folder.path(), &["draw", "-"]), b"\xff").failed(1, "no text in UTF-8");
    run(folder.path(), &["draw", "a", "-o", "/nowhere/a.png"]).failed(1, "There is no folder /nowhere.");
}
