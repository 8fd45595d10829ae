//! The makers of codes side by side: `qr` and its peers, natively (crates in this process, Python's segno and npm's
//! `qrcode` as programs) and in Chromium. Level M; the fastest of alternating rounds, because whatever else a machine does
//! only makes them slower.
//!
//! Not here: the makers themselves (`bench/codes`).

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
    /// The python of an environment that holds segno.
    #[arg(long)]
    segno: PathBuf,
    /// The makers built for the browser.
    #[arg(long)]
    code_makers: PathBuf,
}

/// The name of ours among the makers.
const OURS: &str = "qr";

/// The payloads that goals are set for, by their place in `PAYLOADS`.
const SHORT: usize = 1;
const LONG: usize = 3;

/// Where a maker ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Native,
    /// Crates are compiled for speed there, as `qr` is in the product's page.
    Chromium,
}

/// What one maker took for one payload, in microseconds.
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

/// A PNG that was made.
#[derive(Debug)]
struct Png {
    us: f64,
    bytes: f64,
}

/// Everything measured, as rows; with `publish` the table and the chart in the README of `qr` are written anew.
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

/// The figures of one place and payload, ours first.
fn among(figures: &[Figure], place: Place, payload: usize) -> Vec<&Figure> {
    let mut found: Vec<&Figure> =
        figures.iter().filter(|figure| figure.place == place && figure.payload == payload).collect();
    found.sort_by_key(|figure| figure.maker != OURS);
    found
}
