//! A program that is measured: started on a free port, ended by its process id.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Variables and their values.
type Environment = [(&'static str, String)];

/// How long a program may take until it prints its address.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A program that runs and has printed where it listens.
pub(crate) struct Process {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Process {
    /// Ours, with its data in an empty directory.
    pub(crate) async fn qrate(program: &Path, data_dir: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir);
        Self::start(command).await
    }

    /// Ours, on what these variables name.
    pub(crate) async fn qrate_in(program: &Path, environment: &Environment) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0"]).envs(environment.iter().cloned());
        Self::start(command).await
    }

    /// The Flask peer.
    pub(crate) async fn flask(gunicorn: &Path, data_dir: &Path) -> anyhow::Result<Self> {
        let data_dir = std::path::absolute(data_dir)?.to_string_lossy().into_owned();
        Self::flask_in(gunicorn, "app:app", &[("PEER_DATA_DIR", data_dir)]).await
    }

    /// A Flask peer behind gunicorn, with the number of workers that gunicorn's documentation advises.
    pub(crate) async fn flask_in(
        gunicorn: &Path,
        app: &str,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        let workers = 2 * std::thread::available_parallelism()?.get() + 1;
        let mut command = Command::new(gunicorn);
        command
            .args([
                "--bind",
                "127.0.0.1:0",
                "--workers",
                &workers.to_string(),
                "--backlog",
                "1024",
                "--no-control-socket",
            ])
            .args(["--chdir", concat!(env!("CARGO_MANIFEST_DIR"), "/flask_app"), app])
            .envs(environment.iter().cloned())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(command).await
    }

    /// The id by which the system knows it.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the program has ended")
    }

    /// Asks it to end and waits until it has.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.id()?.to_string()]).status().await?;
        self.child.wait().await?;
        Ok(())
    }

    async fn start(mut command: Command) -> anyhow::Result<Self> {
        let what = format!("{:?}", command.as_std().get_program());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| what.clone())?;
        let (said, mut heard) = mpsc::unbounded_channel();
        tokio::spawn(listen(child.stdout.take().context("piped")?, said.clone()));
        tokio::spawn(listen(child.stderr.take().context("piped")?, said));
        let address = tokio::time::timeout(START_TIMEOUT, heard.recv())
            .await
            .ok()
            .flatten()
            .with_context(|| format!("{what} printed no address"))?;
        Ok(Self { child, address })
    }
}

/// Reads all that a program says, so that it never blocks, and tells the first address in it.
async fn listen(output: impl AsyncRead + Unpin, said: mpsc::UnboundedSender<String>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            // Nobody listens any more once the first one was heard.
            let _ = said.send(format!("127.0.0.1:{port}"));
        }
    }
}
