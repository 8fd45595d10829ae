//! Durable saves per second: ours over HTTP, bare SQLite, and the Flask peer over HTTP.
//!
//! All three respond only after fsync. Ours and Flask's also draw a picture and keep it in a directory; bare SQLite
//! only commits a row, one after another, which is the most that a program without group commit reaches.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::http::Client;
use crate::report::{Row, median};
use crate::{Effort, Field};

/// Clients that save concurrently.
const CLIENTS: usize = 64;

/// The three in alternating rounds.
pub(crate) async fn measure(field: &Field, sqlite_dir: &Path, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let (mut ours, mut flask, mut sqlite) = (Vec::new(), Vec::new(), Vec::new());
    let duration = Duration::from_secs(effort.seconds);
    for round in 0..effort.rounds {
        ours.push(over_http(&[&field.ours.address], "/api/v1/spaces/bench/entries", round, duration).await?);
        flask.push(over_http(&[&field.flask.address], "/codes", round, duration).await?);
        let directory = sqlite_dir.to_path_buf();
        sqlite.push(tokio::task::spawn_blocking(move || bare_sqlite(&directory, duration)).await??);
        println!(
            "saves per second, round {}: ours {:.0}, SQLite {:.0}, Flask {:.0}",
            round + 1,
            ours[round],
            sqlite[round],
            flask[round]
        );
    }
    let ours = median(ours);
    Ok(vec![
        Row::times("durable saves/s, 64 clients, vs bare SQLite one by one", ours, median(sqlite), Some(1.0)),
        Row::times("durable saves/s, 64 clients, vs Flask and gunicorn", ours, median(flask), Some(10.0)),
    ])
}

/// Saves per second of all clients, spread over these addresses.
pub(crate) async fn over_http(
    addresses: &[&str],
    path: &str,
    round: usize,
    duration: Duration,
) -> anyhow::Result<f64> {
    let started = Instant::now();
    let saved = try_join_all((0..CLIENTS).map(|client| {
        let (address, path) = (addresses[client % addresses.len()].to_owned(), path.to_owned());
        async move {
            tokio::spawn(async move {
                let mut connection = Client::new(&address);
                let mut saved = 0_u32;
                while started.elapsed() < duration {
                    let text = format!("https://example.com/{round}/{client}/{saved}");
                    connection.post(&path, format!(r#"{{"text":"{text}","name":"Bench {saved}"}}"#)).await?;
                    saved += 1;
                }
                anyhow::Ok(saved)
            })
            .await?
        }
    }))
    .await?;
    Ok(f64::from(saved.iter().sum::<u32>()) / started.elapsed().as_secs_f64())
}

/// The same row as the Flask peer's, committed one by one with the durability that we promise.
fn bare_sqlite(directory: &Path, duration: Duration) -> anyhow::Result<f64> {
    std::fs::create_dir_all(directory)?;
    let database = rusqlite::Connection::open(directory.join("bare.db"))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS codes (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
         value TEXT NOT NULL, file TEXT NOT NULL, size_bytes INTEGER NOT NULL,
         created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    )?;
    let mut insert =
        database.prepare("INSERT INTO codes (name, value, file, size_bytes) VALUES (?1, ?2, ?3, ?4)")?;
    let started = Instant::now();
    let mut saved = 0_u32;
    while started.elapsed() < duration {
        let text = format!("https://example.com/{saved}");
        insert.execute((format!("Bench {saved}"), &text, format!("{text}.png"), 400))?;
        saved += 1;
    }
    Ok(f64::from(saved) / started.elapsed().as_secs_f64())
}
