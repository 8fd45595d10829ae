//! Help, completions and manual pages.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::support::run;

const COMMANDS: [&str; 12] =
    ["add", "ls", "get", "rm", "restore", "label", "watch", "upload", "draw", "read", "completions", "man"];
const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn help_names_exit_codes_and_variables() {
    for command in &COMMANDS[..10] {
        let help = run(NOWHERE, &[command, "--help"]).fine();
        assert!(help.contains("Exit codes: 0 done, 1 failed"), "{command}: {help}");
        let asks_a_server = !["draw", "read"].contains(command);
        assert_eq!(help.contains("QRATE_SERVER"), asks_a_server, "{command}");
    }
    let help = run(NOWHERE, &["add", "--help"]).fine();
    assert!(help.contains("wifi: network, security"), "{help}");
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(NOWHERE, &["completions", shell]).fine();
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
        assert!(script.contains("qrate") && script.contains("token-file"), "{shell}");
    }
    // bash accepts it.
    let script = run(NOWHERE, &["completions", "bash"]).fine();
    let checked = Command::new("bash").args(["-n", "-c", &script]).stderr(Stdio::piped()).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn manual_pages_are_printed_and_written() {
    let program = run(NOWHERE, &["man"]).fine();
    assert!(program.contains(".TH qrate 1") && program.contains("qrate\\-watch(1)"), "{program}");
    let watch = run(NOWHERE, &["man", "watch"]).fine();
    assert!(watch.contains(".TH qrate-watch 1") || watch.contains(".TH qrate\\-watch 1"), "{watch}");
    assert!(watch.contains("QRATE_SERVER") && watch.contains("Exit codes"), "{watch}");

    let folder = tempdir().unwrap();
    let pages = folder.path().join("share/man/man1");
    for _ in 0..2 {
        run(NOWHERE, &["man", "-o", pages.to_str().unwrap()]).fine();
    }
    let is_there = |name: &str| pages.join(name).is_file();
    assert!(is_there("qrate.1") && COMMANDS.iter().all(|command| is_there(&format!("qrate-{command}.1"))));
    assert_eq!(std::fs::read_to_string(pages.join("qrate-watch.1")).unwrap(), watch);
    assert!(!is_there("qrate-help.1"));
    run(NOWHERE, &["man", "-o", Path::new("/dev/null/man").to_str().unwrap()]).failed(1, "cannot be made");
}
