//! The size of the program file, and its memory when idle.

use std::path::Path;

use anyhow::Context as _;

use crate::http::Client;
use crate::process::Process;
use crate::report::{Better, Row};

/// The size of the program file; the resident memory after serving one page.
pub(crate) async fn measure(program: &Path, data_dir: &Path) -> anyhow::Result<Vec<Row>> {
    let size_bytes = std::fs::metadata(program)?.len();
    let process = Process::qrate(program, data_dir).await?;
    Client::new(&process.address).get("/").await?;
    let resident_bytes = resident_bytes(process.id()?)?;
    process.end().await?;
    Ok(vec![
        Row::alone("size of the program", megabytes(size_bytes), "MB", Better::Lower, Some(25.0)),
        Row::alone(
            "idle memory, resident, after serving one page",
            megabytes(resident_bytes),
            "MB",
            Better::Lower,
            Some(30.0),
        ),
    ])
}

pub(crate) fn resident_bytes(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
