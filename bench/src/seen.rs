//! The time from a save until another listening client sees it.

use std::time::Instant;

use anyhow::Context as _;
use tokio::sync::mpsc;

use crate::Effort;
use crate::http::Client;
use crate::process::Process;
use crate::report::{Better, Row, quantile};

/// Saves in a round, one after another.
const SAVES: usize = 200;

/// From sending until the other client has received the whole event.
pub(crate) async fn measure(ours: &Process, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let mut delays_ms = Vec::new();
    for _ in 0..effort.rounds {
        delays_ms.extend(round(&ours.address, &ours.address).await?);
    }
    let median_ms = quantile(&mut delays_ms, 0.5);
    let p99_ms = quantile(&mut delays_ms, 0.99);
    Ok(vec![
        Row::alone("save to seen in another client, median", median_ms, "ms", Better::Lower, Some(5.0)),
        Row::alone("save to seen in another client, 99th percentile", p99_ms, "ms", Better::Lower, None),
    ])
}

/// One client saves at one address, another listens at one; returns how long it took each save to be seen.
pub(crate) async fn round(saves_at: &str, listens_at: &str) -> anyhow::Result<Vec<f64>> {
    let mut events = Client::new(listens_at).events("/s/seen/events").await?;
    let (seen, mut heard) = mpsc::unbounded_channel();
    let listener = tokio::spawn(async move {
        while let Ok(seq) = events.next_id().await {
            if seen.send((seq, Instant::now())).is_err() {
                return;
            }
        }
    });
    let mut client = Client::new(saves_at);
    let mut delays_ms = Vec::with_capacity(SAVES);
    for save in 0..SAVES {
        let sent = Instant::now();
        let text = format!(r#"{{"text":"https://example.com/seen/{save}"}}"#);
        let change: serde_json::Value =
            serde_json::from_slice(&client.post("/api/v1/spaces/seen/entries", text).await?.body)?;
        let seq = change["seq"].as_u64().context("no seq in the response")?;
        loop {
            let (heard_seq, at) = heard.recv().await.context("the event stream ended")?;
            if heard_seq == seq {
                delays_ms.push((at - sent).as_secs_f64() * 1e3);
                break;
            }
        }
    }
    listener.abort();
    Ok(delays_ms)
}
