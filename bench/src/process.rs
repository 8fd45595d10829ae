//! A measured program: started on a free port, stopped by its process id.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Variables and their values.
type Environment = [(&'static str, String)];

/// How long a program may take to print its address.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running program that has printed its address.
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

    /// Ours, on the storage that these variables name.
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

    /// A Flask peer behind gunicorn, with the number of workers that gunicorn's documentation recommends.
    pub(crate) async fn flask_in(
        gunicorn: &Path,
        app: &str,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        let workers = 2 * std::thread::available_parallelism()?.get() + 1;
        let mut command = behind_gunicorn(gunicorn, workers, "flask_app", app);
        command.envs(environment.iter().cloned());
        Self::start(command).await
    }

    /// npm's `qrcode` behind fastify, which forks a process for each core.
    pub(crate) async fn fastify() -> anyhow::Result<Self> {
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/draw/server.js"));
        Self::start(command).await
    }

    /// Python's `segno` behind gunicorn, with a worker for each core. Their threads keep connections open: with the
    /// default kind of worker it is less than half as fast.
    pub(crate) async fn segno(gunicorn: &Path) -> anyhow::Result<Self> {
        let workers = std::thread::available_parallelism()?.get();
        let mut command = behind_gunicorn(gunicorn, workers, "draw", "app:app");
        command.args(["--worker-class", "gthread", "--threads", "16"]);
        Self::start(command).await
    }

    /// Its process id.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the program has exited")
    }

    /// Asks it to stop and waits until it has.
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

/// An application in one of the folders here, behind gunicorn.
fn behind_gunicorn(gunicorn: &Path, workers: usize, folder: &str, app: &str) -> Command {
    let mut command = Command::new(gunicorn);
    command
        .args(["--bind", "127.0.0.1:0", "--workers", &workers.to_string(), "--backlog", "1024"])
        .arg("--no-control-socket")
        .arg("--chdir")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .arg(app)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Reads all output of a program, so that it never blocks, and sends the first address in it.
async fn listen(output: impl AsyncRead + Unpin, said: mpsc::UnboundedSender<String>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            // After the first one nobody is listening.
            let _ = said.send(format!("127.0.0.1:{port}"));
        }
    }
}
