//! A large gallery beside one of a thousand entries: pages, searches, orders, saves, memory, the start, and the time from a
//! keystroke to the row that it finds. `gallery`'s example `fill` makes both.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::footprint::resident_bytes;
use crate::http::Client;
use crate::process::Process;
use crate::report::{Better, Row, median};
use crate::{first_page, report, saves};

const SMALL: u64 = 1000;
const ROUNDS: usize = 5;
const DURATION: Duration = Duration::from_secs(3);
/// Repetitions of each search and each order.
const SEARCHES: usize = 15;

/// What is looked for: often found, seldom, never, several words, a number.
const QUERIES: [&str; 6] =
    ["q=example", "q=booth", "q=strasse+00", "q=nothing-like-this", "q=%2399999", "q=table&only=code"];
const ORDERS: [&str; 8] = ["-number", "number", "name", "-name", "-time", "time", "-size", "size"];

/// The arguments after `large`: the program, the example `fill`, a folder for the galleries, and the number of entries.
pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let arguments: Vec<String> = arguments.collect();
    let [program, fill, folder, entries] = &*arguments else {
        anyhow::bail!("large PROGRAM FILL FOLDER ENTRIES");
    };
    let (program, fill, folder) = (PathBuf::from(program), PathBuf::from(fill), PathBuf::from(folder));
    let entries: u64 = entries.parse()?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let rows = measure(&program, &fill, &folder, entries).await?;
    std::fs::remove_dir_all(&folder)?;
    report::print(&rows);
    Ok(())
}

async fn measure(program: &Path, fill: &Path, folder: &Path, entries: u64) -> anyhow::Result<Vec<Row>> {
    let (small_folder, large_folder) = (folder.join("small"), folder.join("large"));
    filled(fill, &small_folder, SMALL)?;
    let filling = Instant::now();
    filled(fill, &large_folder, entries)?;
    let fill_seconds = filling.elapsed().as_secs_f64();

    let mut starts = Vec::new();
    for _ in 0..3 {
        let starting = Instant::now();
        let process = Process::qrate(program, &large_folder).await?;
        Client::new(&process.address).get("/readyz").await?;
        Client::new(&process.address).get("/").await?;
        starts.push(starting.elapsed().as_secs_f64());
        process.end().await?;
    }
    let (small, large) =
        (Process::qrate(program, &small_folder).await?, Process::qrate(program, &large_folder).await?);
    for process in [&small, &large] {
        Client::new(&process.address).get("/").await?;
    }
    // What comparing with the bucket took is given back.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let more_bytes = resident_bytes(large.id()?)?.saturating_sub(resident_bytes(small.id()?)?);
    let bytes_an_entry = more_bytes as f64 / (entries - SMALL) as f64;

    let [mut pages_small, mut pages_large, mut saves_small, mut saves_large] = [const { Vec::new() }; 4];
    for round in 0..ROUNDS {
        pages_small.push(first_page::pages_per_second(&small.address, DURATION).await?);
        pages_large.push(first_page::pages_per_second(&large.address, DURATION).await?);
        let path = "/api/v1/spaces/main/entries";
        saves_small.push(saves::over_http(&[&small.address], path, round, DURATION).await?);
        saves_large.push(saves::over_http(&[&large.address], path, round, DURATION).await?);
    }
    let mut rows = vec![
        Row::alone("making the gallery", fill_seconds, "s", Better::Lower, Some(120.0)),
        Row::alone("from the start to the first page", median(starts), "s", Better::Lower, Some(1.0)),
        Row::alone("memory an entry, resident", bytes_an_entry, "B", Better::Lower, Some(400.0)),
        Row::times(
            "first pages/s, beside 1,000 entries",
            median(pages_large),
            median(pages_small),
            Some(0.8),
        ),
        Row::times(
            "saves/s, beside 1,000 entries",
            median(saves_large),
            median(saves_small),
            Some(1.0 / 1.2),
        ),
    ];
    let mut client = Client::new(&large.address);
    for (words, queries) in [
        ("slowest of the searches, median", QUERIES.map(str::to_owned).to_vec()),
        ("slowest of the orders, median", ORDERS.map(|order| format!("sort={order}")).to_vec()),
        (
            "the last page in the slowest order, median",
            ORDERS.map(|order| format!("sort={order}&page=999999")).to_vec(),
        ),
    ] {
        let mut slowest: f64 = 0.0;
        for query in queries {
            let mut times = Vec::new();
            for _ in 0..SEARCHES {
                let asking = Instant::now();
                client.get(&format!("/s/main/listing?{query}")).await?;
                times.push(asking.elapsed().as_secs_f64() * 1e3);
            }
            slowest = slowest.max(median(times));
        }
        rows.push(Row::alone(words, slowest, "ms", Better::Lower, Some(50.0)));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("search.mjs");
    let address = format!("http://{}/", large.address);
    let shown = Command::new("node").arg(script).arg(address).arg(SEARCHES.to_string()).output()?;
    anyhow::ensure!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let figures: Vec<f64> = serde_json::from_slice(&shown.stdout).context("search.mjs")?;
    rows.push(Row::alone(
        "from a keystroke to its row, median",
        median(figures),
        "ms",
        Better::Lower,
        Some(100.0),
    ));
    small.end().await?;
    large.end().await?;
    Ok(rows)
}

fn filled(fill: &Path, folder: &Path, entries: u64) -> anyhow::Result<()> {
    let status = Command::new(fill).arg(folder).arg(entries.to_string()).status()?;
    anyhow::ensure!(status.success(), "{} failed", fill.display());
    Ok(())
}
