//! What others do to the data folder: the bucket is moved away or its disk is not mounted (`bucket`), the catalog is
//! deleted or damaged (`catalog`), folders may not be read or written (`permissions`). What may come back never counts
//! as deleted.

mod bucket;
mod catalog;
#[cfg(target_os = "linux")]
mod permissions;

use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

use crate::support::{Program, qrate, refusal, save, total};

/// The longest wait for an expected event.
const DEADLINE: Duration = Duration::from_secs(60);

/// A data folder inside a temporary folder, with room for other files beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn bucket(&self) -> PathBuf {
        self.data().join("bucket")
    }

    fn aside(&self) -> PathBuf {
        self.folder.path().join("aside")
    }

    /// A server that compares the bucket with the catalog every second.
    fn start(&self) -> Program {
        Program::start_with(&self.data(), &["--reconcile-seconds", "1"])
    }

    /// Runs a command to its end.
    fn run(&self, command: &str) -> Output {
        let (data, file) = (self.data(), self.folder.path().join("file.tar"));
        let mut arguments = vec![command, "--data-dir", data.to_str().unwrap()];
        match command {
            "serve" => arguments.extend(["--listen", "127.0.0.1:0"]),
            "export" | "import" => arguments.push(file.to_str().unwrap()),
            _ => {}
        }
        if command == "import" {
            fs::write(&file, "").unwrap();
        }
        qrate(&arguments)
    }

    /// Rebuilds the catalog from the bucket.
    fn rebuild(&self) {
        let output = qrate(&["import", "--from-bucket", "--data-dir", self.data().to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
    }

    /// The one line that a command prints when it cannot start.
    fn refused(&self, command: &str) -> String {
        refusal(&self.run(command))
    }
}

async fn is_ready(program: &Program) -> bool {
    reqwest::get(format!("{}readyz", program.url)).await.unwrap().status() == 200
}

/// Polls until the condition holds.
async fn until(what: &str, program: &Program, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: {}", program.log());
        tokio::task::yield_now().await;
    }
}

async fn logs(program: &Program, words: &str) {
    until(words, program, async || program.log().contains(words)).await;
}

fn count(program: &Program, words: &str) -> usize {
    program.log().matches(words).count()
}
