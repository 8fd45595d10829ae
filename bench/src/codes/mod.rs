//! Compares encoders: `qr` and its peers, natively (crates in this process, Python's segno and npm's `qrcode` as
//! programs) and in Chromium. Level M; the fastest of alternating rounds, because anything else on the machine only
//! slows them down.
//!
//! Not here: the encoders themselves (`bench/codes`).

mod chart;
mod native;
mod others;
mod published;
mod rows;

use std::path::PathBuf;

use clap::Args;

use crate::report::Row;

/// Where the peers are that are not crates.
#[derive(Debug, Args)]
pub(crate) struct Peers {
    /// The Python of an environment with segno.
    #[arg(long)]
    segno: PathBuf,
    /// The encoders built for the browser.
    #[arg(long)]
    code_makers: PathBuf,
}

/// The name of our encoder.
const OURS: &str = "qr";

/// The payloads that have goals, by their index in `PAYLOADS`.
const SHORT: usize = 1;
const LONG: usize = 3;

/// Where an encoder ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Native,
    /// There, crates are compiled for speed, like `qr` in the product's page.
    Chromium,
}

/// What one encoder took for one payload, in microseconds.
#[derive(Debug)]
struct Figure {
    place: Place,
    maker: String,
    /// Index in `PAYLOADS`.
    payload: usize,
    /// Text to symbol.
    symbol_us: f64,
    /// Text to symbol to one SVG path; only in Chromium.
    path_us: Option<f64>,
    /// Text to PNG; only natively.
    png: Option<Png>,
}

/// A generated PNG.
#[derive(Debug)]
struct Png {
    us: f64,
    bytes: f64,
}

/// Everything measured, as rows; `publish` also updates the table and the chart in the README of `qr`.
pub(crate) async fn measure(peers: &Peers, rounds: usize, publish: bool) -> anyhow::Result<Vec<Row>> {
    let (mut figures, own) = native::measure(rounds);
    figures.extend(others::segno(&peers.segno, rounds).await?);
    figures.extend(others::node(rounds).await?);
    figures.extend(others::chromium(&peers.code_makers, rounds).await?);
    if publish {
        published::write(&figures)?;
    }
    Ok(rows::rows(&figures, &own))
}

/// The figures for one place and payload, ours first.
fn among(figures: &[Figure], place: Place, payload: usize) -> Vec<&Figure> {
    let mut found: Vec<&Figure> =
        figures.iter().filter(|figure| figure.place == place && figure.payload == payload).collect();
    found.sort_by_key(|figure| figure.maker != OURS);
    found
}
