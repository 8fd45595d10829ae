//! From navigation to awake in a real browser on a slow line: done by `browser.mjs`, beside the sources.

use anyhow::Context as _;
use tokio::process::Command;

use crate::Effort;
use crate::process::Process;
use crate::report::{Better, Row, median};

/// Runs the script against our program.
pub(crate) async fn measure(ours: &Process, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let output = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/browser.mjs"))
        .arg(format!("http://{}/s/empty", ours.address))
        .arg(effort.rounds.to_string())
        .stderr(std::process::Stdio::inherit())
        .output()
        .await?;
    let awake_after_ms: Vec<f64> =
        serde_json::from_slice(&output.stdout).context("browser.mjs gave no figures")?;
    Ok(vec![Row::alone(
        "navigation to awake, slow 4G, processor at a quarter",
        median(awake_after_ms) / 1e3,
        "s",
        Better::Lower,
        Some(1.0),
    )])
}
