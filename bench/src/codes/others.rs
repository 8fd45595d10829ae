//! Encoders that are programs of their own: each gets the texts, and prints its figures as JSON.

use std::path::Path;
use std::process::Stdio;

use anyhow::Context as _;
use code_makers::{MAKERS, PAYLOADS};
use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{Figure, Place, Png};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/codes");

/// What a program reports for one text.
#[derive(Deserialize)]
struct Said {
    symbol_us: f64,
    png_us: f64,
    png_bytes: f64,
}

/// What the page reports for one encoder and payload.
#[derive(Deserialize)]
struct SaidInPage {
    maker: String,
    payload: usize,
    symbol_us: f64,
    path_us: f64,
}

/// Python's segno.
pub(super) async fn segno(python: &Path, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut command = Command::new(python);
    command.arg(format!("{FOLDER}/segno_peer.py"));
    natively("segno", command, rounds).await
}

/// npm's `qrcode` under Node.
pub(super) async fn node(rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut command = Command::new("node");
    command.arg(format!("{FOLDER}/node_peer.mjs"));
    natively("npm qrcode", command, rounds).await
}

async fn natively(maker: &str, mut command: Command, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let texts: Vec<String> = PAYLOADS.iter().map(|payload| payload.text()).collect();
    command.arg(rounds.to_string());
    let said: Vec<Said> = answer(command, &serde_json::to_vec(&texts)?).await.context(maker.to_owned())?;
    let figure = |(payload, Said { symbol_us, png_us, png_bytes })| Figure {
        place: Place::Native,
        maker: maker.to_owned(),
        payload,
        symbol_us,
        path_us: None,
        png: Some(Png { us: png_us, bytes: png_bytes }),
    };
    Ok(said.into_iter().enumerate().map(figure).collect())
}

/// The crates compiled to WASM, and npm's `qrcode`, in one page.
pub(super) async fn chromium(code_makers: &Path, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut command = Command::new("node");
    command.arg(format!("{FOLDER}/chromium.mjs")).arg(code_makers).arg(rounds.to_string());
    let said: Vec<SaidInPage> = answer(command, &[]).await.context("Chromium")?;
    anyhow::ensure!(said.len() == PAYLOADS.len() * (MAKERS.len() + 1), "an encoder is missing");
    let figure = |SaidInPage { maker, payload, symbol_us, path_us }| Figure {
        place: Place::Chromium,
        maker,
        payload,
        symbol_us,
        path_us: Some(path_us),
        png: None,
    };
    Ok(said.into_iter().map(figure).collect())
}

/// Runs a program with this input, and parses its output.
async fn answer<T: for<'a> Deserialize<'a>>(mut command: Command, input: &[u8]) -> anyhow::Result<T> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut stdin = child.stdin.take().context("piped")?;
    stdin.write_all(input).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    anyhow::ensure!(output.status.success(), "ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}
