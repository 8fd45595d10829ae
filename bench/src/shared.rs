//! On S3 and DynamoDB: saves per second and save to seen, with one instance and with three, next to the Flask and
//! boto3 peer on the same servers. These stand in for AWS on this machine, so the comparison is about what each
//! program asks of them; MiniStack's S3, written in Python, is by far the slowest part.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use crate::process::Process;
use crate::report::{Better, Row, median, quantile};
use crate::{Effort, saves, seen};

const INSTANCES: usize = 3;

/// The peers in alternating rounds.
pub(crate) async fn measure(program: &Path, gunicorn: &Path, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let environment = environment().await?;
    // The queue by name: it does not exist yet and has no URL.
    let setup = ["setup", "--yes", "--queue", &name()];
    let setup = Command::new(program).args(setup).envs(environment.clone()).output().await?;
    ensure!(setup.status.success(), "qrate setup: {}", String::from_utf8_lossy(&setup.stderr));
    let mut instances = Vec::new();
    for _ in 0..INSTANCES {
        instances.push(Process::qrate_in(program, &environment).await?);
    }
    let flask = Process::flask_in(gunicorn, "aws_app:app", &environment).await?;
    let addresses: Vec<&str> = instances.iter().map(|instance| &*instance.address).collect();

    let (mut one, mut three, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    let (mut here_ms, mut there_ms) = (Vec::new(), Vec::new());
    let duration = Duration::from_secs(effort.seconds);
    let path = "/api/v1/spaces/bench/entries";
    for round in 0..effort.rounds {
        one.push(saves::over_http(&addresses[..1], path, round, duration).await?);
        peer.push(saves::over_http(&[&flask.address], "/codes", round, duration).await?);
        three.push(saves::over_http(&addresses, path, round, duration).await?);
        here_ms.extend(seen::round(addresses[0], addresses[0]).await?);
        there_ms.extend(seen::round(addresses[0], addresses[1]).await?);
        println!(
            "saves per second on S3 and DynamoDB, round {}: one instance {:.0}, three {:.0}, Flask {:.0}",
            round + 1,
            one[round],
            three[round],
            peer[round]
        );
    }
    for process in instances.into_iter().chain([flask]) {
        process.end().await?;
    }
    let (one, three, peer) = (median(one), median(three), median(peer));
    let there_p99_ms = quantile(&mut there_ms, 0.99);
    Ok(vec![
        Row::times("S3, DynamoDB: saves/s vs Flask and boto3, one instance", one, peer, None),
        Row::times("S3, DynamoDB: saves/s vs Flask and boto3, three", three, peer, None),
        seen("S3, DynamoDB: save to seen, same instance, median", quantile(&mut here_ms, 0.5), None),
        seen("S3, DynamoDB: save to seen, same, 99th percentile", quantile(&mut here_ms, 0.99), None),
        seen("S3, DynamoDB: save to seen, another, median", quantile(&mut there_ms, 0.5), None),
        seen("S3, DynamoDB: save to seen, another, 99th percentile", there_p99_ms, Some(500.0)),
    ])
}

fn seen(case: &'static str, delay_ms: f64, goal_ms: Option<f64>) -> Row {
    Row::alone(case, delay_ms, "ms", Better::Lower, goal_ms)
}

/// Of the bucket, the table and the queue.
fn name() -> String {
    format!("qrate-bench-{}", std::process::id())
}

/// Where all of them keep their data.
async fn environment() -> anyhow::Result<Vec<(&'static str, String)>> {
    let ports = || (test_servers::ministack_port(), test_servers::dynoxide_port());
    let (ministack, dynoxide) = tokio::task::spawn_blocking(ports).await.context("the servers start")?;
    let name = name();
    let url = |port: u16| format!("http://127.0.0.1:{port}");
    Ok(vec![
        ("QRATE_BUCKET", name.clone()),
        ("QRATE_TABLE", name.clone()),
        ("QRATE_QUEUE", format!("{}/000000000000/{name}", url(ministack))),
        ("PEER_BUCKET", name.clone()),
        ("PEER_TABLE", name),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_ENDPOINT_URL", url(ministack)),
        ("AWS_ENDPOINT_URL_DYNAMODB", url(dynoxide)),
    ])
}
