//! Qrate and its peers, measured on one machine in one run: prints a table, and writes the rows as JSON.
//!
//! Each case is a file that returns rows; this one only starts the programs and runs the cases in turn. Compared
//! figures are measured in alternating rounds, and the median counts. Not here: how the peers are installed
//! (`tools/bench.sh`).

mod api;
mod browser;
mod codes;
mod first_page;
mod footprint;
mod http;
mod labels;
mod large;
mod photos;
mod process;
mod readers;
mod report;
mod saves;
mod seen;
mod shared;
mod uploads;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};

use crate::process::Process;
use crate::report::Row;

/// Measures Qrate and its peers.
#[derive(Debug, Parser)]
struct Arguments {
    /// The program to measure.
    #[arg(long)]
    program: PathBuf,
    /// The gunicorn of an environment with the Flask peer's packages.
    #[arg(long)]
    gunicorn: PathBuf,
    /// The gunicorn of an environment with segno.
    #[arg(long)]
    draw_gunicorn: PathBuf,
    /// Where all of them keep their data: emptied first, deleted at the end.
    #[arg(long)]
    data_dir: PathBuf,
    /// Where to write the rows.
    #[arg(long)]
    json: PathBuf,
    #[command(flatten)]
    peers: codes::Peers,
    /// The Python of an environment with zxing-cpp and OpenCV.
    #[arg(long)]
    readers: PathBuf,
    /// The Python of an environment with Pillow.
    #[arg(long)]
    pillow: PathBuf,
    /// Measure only this.
    #[arg(long)]
    only: Option<Part>,
    /// Update the encoders' table and chart in the README of `qr`.
    #[arg(long)]
    publish: bool,
    /// Rounds of each comparison.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of load in a round, for each program.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

/// A look at a picture is as short.
const LABEL_ROUNDS: usize = 4;

/// The encoders' rounds are short, so there are this many more of them.
const CODE_ROUNDS: usize = 5;

/// A part that can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The encoders.
    Codes,
    /// The decoders.
    Readers,
    /// The pipeline for photos.
    Photos,
    /// The labeller.
    Labels,
    /// Uploads of photos.
    Uploads,
    /// The programs that show and keep codes, on one machine.
    Programs,
    /// Saves through the API, and `GET /qr`.
    Api,
    /// The same on S3 and DynamoDB.
    Shared,
}

/// How long and how often to measure.
#[derive(Debug, Clone, Copy)]
struct Effort {
    rounds: usize,
    seconds: u64,
}

/// The running programs.
struct Field {
    ours: Process,
    flask: Process,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut given = std::env::args().skip(1);
    match given.next().as_deref() {
        // This program, called by `labels`.
        Some("ours") => return label_makers::run_ours(given.next().context("rounds are missing")?.parse()?),
        Some("large") => return large::run(given).await,
        _ => {}
    }
    let arguments = Arguments::parse();
    let effort = Effort { rounds: arguments.rounds.max(1), seconds: arguments.seconds.max(1) };
    let data_dir = &arguments.data_dir;
    if data_dir.exists() {
        std::fs::remove_dir_all(data_dir)?;
    }
    std::fs::create_dir_all(data_dir)?;

    let wants = |part| arguments.only.is_none_or(|only| only == part);
    let mut rows = Vec::new();
    if wants(Part::Codes) {
        let rounds = CODE_ROUNDS * effort.rounds;
        rows.extend(codes::measure(&arguments.peers, rounds, arguments.publish).await?);
    }
    if wants(Part::Readers) {
        rows.extend(readers::measure(&arguments.readers, &data_dir.join("pictures"))?);
    }
    if wants(Part::Photos) {
        rows.extend(photos::measure(&arguments.pillow, &data_dir.join("photos"), effort.rounds)?);
    }
    if wants(Part::Labels) {
        rows.extend(labels::measure(&data_dir.join("labels"), LABEL_ROUNDS * effort.rounds)?);
    }
    if wants(Part::Uploads) {
        rows.extend(uploads::measure(&arguments.program, data_dir, effort).await?);
    }
    if wants(Part::Programs) {
        rows.extend(programs(&arguments, effort).await?);
    }
    if wants(Part::Api) {
        rows.extend(api::measure(&arguments.program, &arguments.draw_gunicorn, data_dir, effort).await?);
    }
    if wants(Part::Shared) {
        rows.extend(shared::measure(&arguments.program, &arguments.gunicorn, effort).await?);
    }
    std::fs::remove_dir_all(data_dir)?;

    report::print(&rows);
    let json = serde_json::to_string_pretty(&rows)?;
    std::fs::write(&arguments.json, json + "\n").with_context(|| arguments.json.display().to_string())?;
    println!("\nwritten to {}", arguments.json.display());
    Ok(())
}

/// The programs that show and keep codes.
async fn programs(arguments: &Arguments, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let data_dir = &arguments.data_dir;
    let mut rows = footprint::measure(&arguments.program, &data_dir.join("idle")).await?;
    let field = Field {
        ours: Process::qrate(&arguments.program, &data_dir.join("ours")).await?,
        flask: Process::flask(&arguments.gunicorn, &data_dir.join("flask")).await?,
    };
    rows.extend(first_page::measure(&field, effort).await?);
    rows.extend(seen::measure(&field.ours, effort).await?);
    rows.extend(saves::measure(&field, &data_dir.join("sqlite"), effort).await?);
    field.flask.end().await?;
    rows.extend(browser::measure(&field.ours, effort).await?);
    field.ours.end().await?;
    Ok(rows)
}
