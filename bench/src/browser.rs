//! Measures in a real browser, with scripts next to the sources: what a page loads (`visit.mjs`), the time from navigation
//! to awake on a slow connection (`browser.mjs`), and from a keystroke to the new picture in the document (`keystroke.mjs`).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::process::Command;

use crate::Effort;
use crate::process::Process;
use crate::report::{Better, Row, median};

/// Characters of a text, and the goal for its new picture in milliseconds.
const KEYSTROKE_MS: [(u32, f64); 2] = [(60, 1.0), (2_000, 8.0)];

/// What the end-to-end tests hold the first page to is 150.
const FIRST_PAGE_GOAL_KIB: f64 = 125.0;

/// Bytes that a browser loads, brotli.
#[derive(Deserialize)]
struct Visit {
    first_page: u32,
    looks: u32,
    contents: u32,
}

/// Runs the scripts against our program.
pub(crate) async fn measure(ours: &Process, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let visit: Visit = run("visit.mjs", ours, effort).await?;
    let loaded = |case, bytes, goal| Row::alone(case, f64::from(bytes) / 1024.0, "KiB", Better::Lower, goal);
    let mut rows = vec![
        loaded("first page until it is awake, brotli", visit.first_page, Some(FIRST_PAGE_GOAL_KIB)),
        loaded("what choosing a look adds, brotli", visit.looks, None),
        loaded("what a form of contents adds, brotli", visit.contents, None),
    ];
    let awake_after_ms: Vec<f64> = run("browser.mjs", ours, effort).await?;
    rows.push(Row::alone(
        "navigation to awake, slow 4G, a quarter of the processor",
        median(awake_after_ms) / 1e3,
        "s",
        Better::Lower,
        Some(1.0),
    ));
    let mut keystrokes_ms: BTreeMap<u32, Vec<f64>> = run("keystroke.mjs", ours, effort).await?;
    for (length, goal_ms) in KEYSTROKE_MS {
        let figures = keystrokes_ms.remove(&length).context("keystroke.mjs did not report this length")?;
        let case = format!("keystroke to picture, {length} characters");
        rows.push(Row::alone(case, median(figures), "ms", Better::Lower, Some(goal_ms)));
    }
    Ok(rows)
}

/// Runs a script of ours against the page of an empty space.
async fn run<T: DeserializeOwned>(script: &str, ours: &Process, effort: Effort) -> anyhow::Result<T> {
    run_with(script, ours, effort, Path::new("")).await
}

/// The same with a file as a further argument.
pub(crate) async fn run_with<T: DeserializeOwned>(
    script: &str,
    ours: &Process,
    effort: Effort,
    file: &Path,
) -> anyhow::Result<T> {
    let output = Command::new("node")
        .arg(format!("{}/{script}", env!("CARGO_MANIFEST_DIR")))
        .arg(format!("http://{}/s/empty", ours.address))
        .arg(effort.rounds.to_string())
        .arg(file)
        .stderr(std::process::Stdio::inherit())
        .output()
        .await?;
    serde_json::from_slice(&output.stdout).with_context(|| format!("{script} reported no figures"))
}
