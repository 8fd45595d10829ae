//! The first page: how many a second, and how soon the first byte comes. Not here: what it weighs (`browser`).

use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::http::Client;
use crate::report::{Better, Row, median};
use crate::{Effort, Field};

/// Clients that ask for pages at the same time.
const CLIENTS: usize = 64;
/// Entries in the listing before: one page full.
const ENTRIES: usize = 24;
/// Pages asked for one after the other, for the time to the first byte.
const CALM_PAGES: usize = 200;

/// The page of a full space, beside the Flask peer's.
pub(crate) async fn measure(field: &Field, effort: Effort) -> anyhow::Result<Vec<Row>> {
    fill(&field.ours.address, "/api/v1/spaces/main/entries").await?;
    fill(&field.flask.address, "/codes").await?;

    let duration = Duration::from_secs(effort.seconds);
    let (mut ours, mut flask, mut first_byte_ms) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        ours.push(pages_per_second(&field.ours.address, duration).await?);
        flask.push(pages_per_second(&field.flask.address, duration).await?);
        first_byte_ms.push(time_to_first_byte_ms(&field.ours.address).await?);
        println!(
            "first pages a second, round {}: ours {:.0}, Flask {:.0}",
            round + 1,
            ours[round],
            flask[round]
        );
    }
    Ok(vec![
        Row::times(
            "first page requests/s, 24 entries, 64 clients, beside Flask",
            median(ours),
            median(flask),
            Some(10.0),
        ),
        Row::alone(
            "first page, time to first byte, median",
            median(first_byte_ms),
            "ms",
            Better::Lower,
            None,
        ),
    ])
}

async fn fill(address: &str, path: &str) -> anyhow::Result<()> {
    let mut client = Client::new(address);
    for entry in 0..ENTRIES {
        let body = format!(r#"{{"text":"https://example.com/page/{entry}","name":"Entry {entry}"}}"#);
        client.post(path, body).await?;
    }
    Ok(())
}

pub(crate) async fn pages_per_second(address: &str, duration: Duration) -> anyhow::Result<f64> {
    let started = Instant::now();
    let pages = try_join_all((0..CLIENTS).map(|_| {
        let address = address.to_owned();
        async move {
            tokio::spawn(async move {
                let mut client = Client::new(&address);
                let mut pages = 0_u32;
                while started.elapsed() < duration {
                    client.get("/").await?;
                    pages += 1;
                }
                anyhow::Ok(pages)
            })
            .await?
        }
    }))
    .await?;
    Ok(f64::from(pages.iter().sum::<u32>()) / started.elapsed().as_secs_f64())
}

async fn time_to_first_byte_ms(address: &str) -> anyhow::Result<f64> {
    let mut client = Client::new(address);
    let mut figures = Vec::with_capacity(CALM_PAGES);
    for _ in 0..CALM_PAGES {
        figures.push(client.get("/").await?.first_byte_after.as_secs_f64() * 1e3);
    }
    Ok(median(figures))
}
