//! The real program, on a data folder and a free port.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

const QRATE: &str = env!("CARGO_BIN_EXE_qrate");

/// Runs a command of the program to its end.
pub(crate) fn qrate(arguments: &[&str]) -> Output {
    command(Command::new(QRATE), arguments).output().unwrap()
}

/// A command of the program, to be started by the caller.
pub(crate) fn qrate_command(arguments: &[&str]) -> Command {
    command(Command::new(QRATE), arguments)
}

/// Runs a command of the program to its end, with this input.
pub(crate) fn qrate_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = qrate_command(arguments);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    // It may end without reading everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The same, where nobody reads what it prints.
pub(crate) fn unread(arguments: &[&str]) -> Output {
    let mut command = command(Command::new(QRATE), arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

/// The same through a shell script, which ends in `exec "$@"`.
pub(crate) fn qrate_within(script: &str, arguments: &[&str]) -> Output {
    let mut through = Command::new("sh");
    through.args(["-c", script, "sh", QRATE]);
    command(through, arguments).output().unwrap()
}

/// The same with these variables.
#[cfg(feature = "test-servers")]
pub(crate) fn qrate_in_environment(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    // No terminal: it must not ask.
    let mut command = command(Command::new(QRATE), arguments);
    command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

/// Starts a command with these variables and kills it after a while, unless it has ended by then.
#[cfg(feature = "test-servers")]
pub(crate) fn qrate_killed(variables: &[(&str, &str)], arguments: &[&str], after_ms: u64) {
    let mut command = command(Command::new(QRATE), arguments);
    command.envs(variables.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(after_ms));
    // It may have ended already.
    let _ = child.kill();
    child.wait().unwrap();
}

/// The one line that a command prints when it cannot start.
pub(crate) fn refusal(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("qrate: ") && !said.contains("panic"), "{said}");
    said
}

/// The environment of the tests must not configure the program.
fn command(mut command: Command, arguments: &[impl AsRef<OsStr>]) -> Command {
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| {
        name.to_string_lossy().starts_with("QRATE_") || name.to_string_lossy().starts_with("AWS_")
    }) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// The program with these variables.
fn in_environment(variables: &[(&str, &str)]) -> Command {
    let mut through = Command::new("env");
    through.args(variables.iter().map(|(name, value)| format!("{name}={value}"))).arg(QRATE);
    through
}

/// A command of the program that runs until it is ended, such as a worker. Killed when dropped.
#[cfg(feature = "test-servers")]
pub(crate) struct Background {
    child: Child,
    log: PathBuf,
}

#[cfg(feature = "test-servers")]
impl Background {
    /// Starts it with these variables; its log goes into this file, after what is there.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)], log: PathBuf) -> Self {
        let file = File::options().create(true).append(true).open(&log).unwrap();
        let mut command = command(Command::new(QRATE), arguments);
        let child =
            command.envs(variables.iter().copied()).stdin(Stdio::null()).stderr(file).spawn().unwrap();
        Self { child, log }
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it wrote to standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

#[cfg(feature = "test-servers")]
impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running server. Killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// Its base URL, with a trailing slash.
    pub(crate) url: String,
    log: PathBuf,
}

impl Program {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// Starts it with further arguments.
    pub(crate) fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::start_in(Command::new(QRATE), data, arguments)
    }

    /// Starts it with these variables.
    pub(crate) fn start_in_environment(data: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_in_environment_with(data, variables, &[])
    }

    /// The same; its output if it does not start.
    #[cfg(feature = "test-servers")]
    pub(crate) fn try_to_start_in_environment(
        data: &Path,
        variables: &[(&str, &str)],
    ) -> Result<Self, String> {
        Self::try_to_start_in(in_environment(variables), data, &[])
    }

    /// Starts it with these variables, and with further arguments.
    pub(crate) fn start_in_environment_with(
        data: &Path,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        Self::start_in(in_environment(variables), data, arguments)
    }

    /// Starts it through a shell script, which ends in `exec "$@"`.
    pub(crate) fn start_through(shell: &[&str], data: &Path) -> Self {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg("sh").arg(QRATE);
        Self::start_in(command, data, &[])
    }

    fn start_in(program: Command, data: &Path, arguments: &[&str]) -> Self {
        Self::try_to_start_in(program, data, arguments)
            .unwrap_or_else(|said| panic!("it did not start: {said}"))
    }

    fn try_to_start_in(program: Command, data: &Path, arguments: &[&str]) -> Result<Self, String> {
        let log = data.with_extension("log");
        let mut command = command(program, &["serve"]);
        command.args(arguments).env("QRATE_LISTEN", "127.0.0.1:0").env("QRATE_DATA_DIR", data);
        let mut child = command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(url) = line.trim().strip_prefix("Qrate is listening on ") else {
            // It has closed its output, so it is about to exit.
            child.wait().unwrap();
            return Err(std::fs::read_to_string(&log).unwrap());
        };
        Ok(Self { child, url: url.to_owned(), log })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it exits.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Stops it, and waits until it exits.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        let status = self.wait();
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// What it wrote to standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
