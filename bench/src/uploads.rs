//! Uploads of photos: how long one takes to be acknowledged while a great many jobs wait and while none does, and how
//! long until another browser shows its thumbnail.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use futures::future::try_join_all;
use photo_makers::{NumberedPhotos, draw_all};

use crate::Effort;
use crate::browser::run_with;
use crate::http::Client;
use crate::process::Process;
use crate::report::{Better, Row, median};

/// Jobs that wait: each photo takes a core about a tenth of a second.
const JOBS: u32 = 10_000;
/// Clients that send the photos of these jobs.
const CLIENTS: usize = 16;
/// Uploads in a round, one after another.
const UPLOADS: u32 = 40;
const GOAL_TIMES: f64 = 1.2;

const PHOTOS: &str = "/api/v1/spaces/bench/photos?name=photo.jpg";

/// One program, at first without and then with jobs that wait; then a new one with two browsers.
pub(crate) async fn measure(program: &Path, data_dir: &Path, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let photos = Arc::new(NumberedPhotos::draw()?);
    let mut number = 0;
    let ours = Process::qrate(program, &data_dir.join("uploads")).await?;
    let mut alone_ms = Vec::new();
    for _ in 0..effort.rounds {
        alone_ms.extend(round(&ours.address, &photos, &mut number).await?);
    }
    number = fill(&ours.address, &photos, number).await?;
    let mut beside_ms = Vec::new();
    for _ in 0..effort.rounds {
        beside_ms.extend(round(&ours.address, &photos, &mut number).await?);
    }
    // Numbers are given in order, and the photos worked on in theirs.
    let half = number - UPLOADS * u32::try_from(effort.rounds)? - JOBS / 2;
    ensure!(waits(&ours.address, half).await?, "half of the jobs were done before the end");
    ours.end().await?;

    let ours = Process::qrate(program, &data_dir.join("thumbnails")).await?;
    let [(_, photo), ..] = &draw_all(&data_dir.join("photos"))?[..] else { anyhow::bail!("no photo") };
    let thumbnail_ms: Vec<f64> = run_with("thumbnail.mjs", &ours, effort, photo).await?;
    ours.end().await?;
    Ok(vec![
        Row::beside(
            "upload acknowledged while 10,000 jobs wait, beside none, ms",
            median(beside_ms),
            median(alone_ms),
            GOAL_TIMES,
        ),
        Row::alone(
            "upload of 12 megapixels to its thumbnail in another browser",
            median(thumbnail_ms),
            "ms",
            Better::Lower,
            None,
        ),
    ])
}

/// Uploads one after another; milliseconds until each is acknowledged.
async fn round(address: &str, photos: &NumberedPhotos, number: &mut u32) -> anyhow::Result<Vec<f64>> {
    let mut client = Client::new(address);
    let mut acknowledged_ms = Vec::new();
    for _ in 0..UPLOADS {
        *number += 1;
        let file = photos.file(*number);
        let started = Instant::now();
        client.upload(PHOTOS, file).await?;
        acknowledged_ms.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(acknowledged_ms)
}

/// Uploads the photos of all jobs from several clients; the last number.
async fn fill(address: &str, photos: &Arc<NumberedPhotos>, last: u32) -> anyhow::Result<u32> {
    let next = Arc::new(AtomicU32::new(last + 1));
    let end = last + JOBS;
    try_join_all((0..CLIENTS).map(|_| {
        let (photos, next, mut client) = (Arc::clone(photos), Arc::clone(&next), Client::new(address));
        async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number > end {
                    return anyhow::Ok(());
                }
                client.upload(PHOTOS, photos.file(number)).await?;
            }
        }
    }))
    .await?;
    Ok(end)
}

/// Whether the photo with this number still waits.
async fn waits(address: &str, number: u32) -> anyhow::Result<bool> {
    let entry = Client::new(address).get_plain(&format!("/api/v1/spaces/bench/entries/{number}")).await?;
    let entry: serde_json::Value = serde_json::from_slice(&entry.body)?;
    let stages = entry["photo"]["stages"].as_array().context("not a photo")?;
    Ok(stages.iter().any(|stage| stage["state"] == "waiting"))
}
