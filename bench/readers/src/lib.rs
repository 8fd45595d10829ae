//! Our decoder and independent ones: how many pictures of each kind each of them reads, and how long it takes. All
//! get the same files, one after another on one core.
//!
//! Not here: how the others are installed (`tools/bench.sh`), and how they are called (`peers.py`).

mod camera;
mod corpus;
mod kinds;
mod table;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

pub use crate::corpus::Picture;
pub use crate::table::{Figures, OURS, figures, print, said};

/// What a decoder found in a picture.
#[derive(Debug, Deserialize)]
pub struct Answer {
    /// The decoder's name.
    pub reader: String,
    /// The picture's index in the list.
    pub picture: usize,
    /// What it read.
    pub texts: Vec<String>,
    /// From the file's bytes to the texts.
    pub ms: f64,
}

/// Draws the pictures of each kind into a folder, and returns them together with those of `corpus`, a folder with a
/// `corpus.jsonl`.
pub fn pictures(folder: &Path, corpus: Option<&Path>) -> anyhow::Result<Vec<Picture>> {
    let mut pictures = kinds::draw_all(folder)?;
    if let Some(corpus) = corpus {
        pictures.extend(corpus::load(corpus)?);
    }
    Ok(pictures)
}

/// What each decoder reads in each picture: ours in this process, the others in a Python that has them, if there is
/// one.
pub fn answers(pictures: &[Picture], python: Option<&Path>) -> anyhow::Result<Vec<Answer>> {
    let mut answers = ours(pictures)?;
    let Some(python) = python else { return Ok(answers) };
    let paths: Vec<_> = pictures.iter().map(|picture| &picture.path).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers.py");
    let list = std::env::temp_dir().join(format!("qrate-readers-{}.json", std::process::id()));
    std::fs::write(&list, serde_json::to_vec(&paths)?)?;
    let said = Command::new(python).arg(script).arg(&list).output();
    std::fs::remove_file(&list)?;
    let said = said.context("the independent readers")?;
    eprint_lines(&said.stderr);
    ensure!(said.status.success(), "the independent readers exited with {}", said.status);
    for line in said.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        answers.push(serde_json::from_slice(line)?);
    }
    Ok(answers)
}

#[expect(clippy::print_stderr, reason = "what the other program had to say")]
fn eprint_lines(said: &[u8]) {
    if !said.is_empty() {
        eprint!("{}", String::from_utf8_lossy(said));
    }
}

fn ours(pictures: &[Picture]) -> anyhow::Result<Vec<Answer>> {
    let read = |(index, picture): (usize, &Picture)| {
        let bytes = std::fs::read(&picture.path).with_context(|| picture.path.display().to_string())?;
        let started = Instant::now();
        let readings = qr::detect_all(&bytes).unwrap_or_default();
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        let texts = readings.into_iter().map(|reading| reading.text).collect();
        Ok(Answer { reader: OURS.to_owned(), picture: index, texts, ms })
    };
    pictures.iter().enumerate().map(read).collect()
}
