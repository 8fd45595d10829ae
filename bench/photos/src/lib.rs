//! Our pipeline for photos beside Pillow (Python) and sharp (npm) doing the same steps: decode, turn upright, and write
//! a thumbnail, a view and the mirrored photo. All get the same files, one after another on one core.
//!
//! Not here: how the others are installed (`tools/bench.sh`), and how they are called (`pillow_peer.py`,
//! `sharp_peer.mjs`).

mod draw;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use photos::Recipe;

pub use self::draw::{NumberedPhotos, draw_all};

/// A photo, and the fastest milliseconds that each needed for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// What it is.
    pub photo: &'static str,
    /// Ours.
    pub ours_ms: f64,
    /// Pillow's.
    pub pillow_ms: f64,
    /// sharp's.
    pub sharp_ms: f64,
}

/// Draws the photos into a folder, and measures all three in alternating rounds.
pub fn measure(folder: &Path, python: &Path, rounds: usize) -> anyhow::Result<Vec<Figures>> {
    let photos = draw::draw_all(folder)?;
    let paths: Vec<_> = photos.iter().map(|(_, path)| path.clone()).collect();
    let mut figures: Vec<_> = photos
        .iter()
        .map(|(photo, _)| Figures {
            photo,
            ours_ms: f64::INFINITY,
            pillow_ms: f64::INFINITY,
            sharp_ms: f64::INFINITY,
        })
        .collect();
    for _ in 0..rounds {
        let times = [ours(&paths)?, pillow(python, &paths)?, sharp(&paths)?];
        for (place, figures) in figures.iter_mut().enumerate() {
            let [ours, pillow, sharp] = [0, 1, 2].map(|maker: usize| times[maker][place]);
            figures.ours_ms = figures.ours_ms.min(ours);
            figures.pillow_ms = figures.pillow_ms.min(pillow);
            figures.sharp_ms = figures.sharp_ms.min(sharp);
        }
    }
    Ok(figures)
}

/// Repetitions in a round, of which the fastest counts.
const REPETITIONS: usize = 3;

fn ours(paths: &[PathBuf]) -> anyhow::Result<Vec<f64>> {
    let fastest = |path: &PathBuf| {
        let photo = std::fs::read(path)?;
        let mut fastest = f64::INFINITY;
        for _ in 0..REPETITIONS {
            let started = Instant::now();
            let derived = photos::derive(&photo, Recipe::Mirrored).context("a drawn photo")?;
            fastest = fastest.min(started.elapsed().as_secs_f64() * 1000.0);
            ensure!(derived.result.is_some(), "no result");
        }
        Ok(fastest)
    };
    paths.iter().map(fastest).collect()
}

fn pillow(python: &Path, paths: &[PathBuf]) -> anyhow::Result<Vec<f64>> {
    peer(python, "pillow_peer.py", paths)
}

fn sharp(paths: &[PathBuf]) -> anyhow::Result<Vec<f64>> {
    peer(Path::new("node"), "sharp_peer.mjs", paths)
}

/// On one core, like ours, which has one thread.
fn peer(program: &Path, script: &str, paths: &[PathBuf]) -> anyhow::Result<Vec<f64>> {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0"]).arg(program);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).arg(REPETITIONS.to_string()).args(paths);
    let output = command.output().with_context(|| script.to_owned())?;
    ensure!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let figures: Vec<f64> = serde_json::from_slice(&output.stdout)?;
    ensure!(figures.len() == paths.len(), "{script}: a photo is missing");
    Ok(figures)
}

/// Prints the figures: milliseconds, photos a second, and how many times faster ours is.
pub fn print(figures: &[Figures]) {
    println!(
        "{:<44} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "photo", "ours ms", "a second", "Pillow ms", "times", "sharp ms", "times"
    );
    for Figures { photo, ours_ms, pillow_ms, sharp_ms } in figures {
        let (pillow, sharp) = (pillow_ms / ours_ms, sharp_ms / ours_ms);
        let a_second = 1000.0 / ours_ms;
        println!(
            "{photo:<44} {ours_ms:>9.0} {a_second:>10.1} {pillow_ms:>10.0} {pillow:>10.2} {sharp_ms:>10.0} {sharp:>10.2}"
        );
    }
}
