//! The program: piped, or on a pseudo-terminal that `script` of util-linux makes.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_qrate-client");

/// What it did.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let said = Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!said.err.contains("panicked"), "{}", said.err);
        said
    }

    /// That it succeeded without a complaint; its output.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert!(self.code == 0 && self.err.is_empty(), "{self:?}");
        self.out
    }

    /// That it failed with this code and one line that says this.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, why: &str) {
        assert!(self.code == code && self.err.contains(why), "{self:?}");
        assert!(self.err.lines().all(|line| line.starts_with("qrate: ")), "{self:?}");
    }
}

/// The program with these arguments, for a server. The environment of the tests does not configure it.
pub(crate) fn command(server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QRATE_") {
            command.env_remove(name);
        }
    }
    command.env_remove("NO_COLOR").env("TERM", "xterm-256color").env("QRATE_SERVER", server).args(arguments);
    command
}

/// Runs it to its end, without input.
pub(crate) fn run(server: &str, arguments: &[&str]) -> Said {
    run_with(command(server, arguments), b"")
}

/// Runs it to its end with this input.
pub(crate) fn run_with(mut command: Command, input: &[u8]) -> Said {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    // It may end without reading.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Said::of(output)
}

/// What a terminal shows: output and errors in one, with the bytes that steer it.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) code: i32,
    pub(crate) shown: String,
}

/// Runs it on a terminal of 80 columns, in a folder, with these variables.
pub(crate) fn on_terminal(
    server: &str,
    folder: &Path,
    variables: &[(&str, &str)],
    arguments: &[&str],
) -> Screen {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', r"'\''"));
    let words: Vec<_> = std::iter::once(PROGRAM).chain(arguments.iter().copied()).map(quoted).collect();
    let line = format!("stty cols 80 rows 24; exec {}", words.join(" "));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QRATE_") {
            script.env_remove(name);
        }
    }
    script
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color")
        .env("QRATE_SERVER", server)
        .env("SHELL", "/bin/sh");
    let output =
        script.envs(variables.iter().copied()).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n");
    assert!(!shown.contains("panicked"), "{shown}");
    Screen { code: output.status.code().unwrap_or(-1), shown }
}

/// Sends a signal, such as `INT`.
pub(crate) fn send_signal(name: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status().unwrap();
    assert!(sent.success());
}
