//! The program: piped, or on a pseudo-terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

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
    let mut ours = File::from(openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap());
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = File::options().read(true).write(true).open(name).unwrap();
    tcsetwinsize(&theirs, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let mut command = command(server, arguments);
    command.envs(variables.iter().copied()).current_dir(folder).stdin(Stdio::null());
    command.stdout(theirs.try_clone().unwrap()).stderr(theirs);
    let mut child = command.spawn().unwrap();
    // With it our own copies of their side go: the terminal ends when the program does.
    drop(command);
    let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
    // Linux ends it with an error, others with nothing more to read.
    while let Ok(read @ 1..) = ours.read(&mut piece) {
        shown.extend_from_slice(&piece[..read]);
    }
    let shown = String::from_utf8(shown).unwrap().replace("\r\n", "\n");
    assert!(!shown.contains("panicked"), "{shown}");
    Screen { code: child.wait().unwrap().code().unwrap_or(-1), shown }
}

/// Sends a signal, such as `INT`.
pub(crate) fn send_signal(name: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status().unwrap();
    assert!(sent.success());
}
