//! Our labeller beside ONNX Runtime on one core: the time to load it and to classify a picture, and the memory of a
//! process that does nothing else. Both get the same input. Not here: whether they agree (`labels/tests/photographs.rs`).

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use labels::{Model, Options, Picture};
use serde::{Deserialize, Serialize};

/// Of a view of a photo.
const WIDTH: u32 = 2048;
const HEIGHT: u32 = 1365;

/// What a program takes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Taken {
    /// Until the networks are ready, in milliseconds.
    pub load_ms: f64,
    /// For one picture, the fastest of all rounds, in milliseconds.
    pub picture_ms: f64,
    /// The most that its process has had, in bytes.
    pub memory_bytes: u64,
}

/// What ours takes for a whole picture, and both for the classifier alone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Figures {
    /// From the pixels of a view to its labels: resized twice, classified, and searched for faces.
    pub whole_ms: f64,
    /// Ours, with the face detector.
    pub ours: Taken,
    /// ONNX Runtime from Python, without it.
    pub onnx_runtime: Taken,
}

/// Runs both, each in a process of its own; `program` is one that calls [`run_ours`] when its first argument is `ours`.
pub fn measure(program: &Path, labels_sh: &Path, folder: &Path, rounds: usize) -> anyhow::Result<Figures> {
    std::fs::create_dir_all(folder)?;
    let (inputs, outputs) = (folder.join("inputs"), folder.join("outputs"));
    let rgb = drawn();
    let [input, _] = Model::inputs(Picture::new(WIDTH, HEIGHT, &rgb)?)?;
    std::fs::write(&inputs, input.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>())?;
    let rounds = rounds.to_string();
    let (whole_ms, ours) = read(Command::new(program).arg("ours").arg(&rounds))?;
    let onnx_runtime =
        read(Command::new(labels_sh).args(["reference", "original"]).arg(inputs).arg(outputs).arg(&rounds))?;
    Ok(Figures { whole_ms, ours, onnx_runtime })
}

fn read<T: for<'a> Deserialize<'a>>(command: &mut Command) -> anyhow::Result<T> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{command:?}: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Prints what ours takes, as JSON.
pub fn run_ours(rounds: usize) -> anyhow::Result<()> {
    let rgb = drawn();
    let picture = Picture::new(WIDTH, HEIGHT, &rgb)?;
    let start = Instant::now();
    let model = Model::load()?;
    let load_ms = milliseconds(start);
    let input = Model::inputs(picture)?;
    let (mut whole_ms, mut picture_ms) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        let start = Instant::now();
        model.label(picture, &Options::default())?;
        whole_ms = whole_ms.min(milliseconds(start));
        let start = Instant::now();
        model.classify(&input[0]);
        picture_ms = picture_ms.min(milliseconds(start));
    }
    let taken = Taken { load_ms, picture_ms, memory_bytes: most_memory_bytes()? };
    println!("{}", serde_json::to_string(&(whole_ms, taken))?);
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    1000.0 * start.elapsed().as_secs_f64()
}

/// As Linux says.
fn most_memory_bytes() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(1024 * line.trim().trim_end_matches(" kB").parse::<u64>()?)
}

/// Waves of colour.
fn drawn() -> Vec<u8> {
    let wave = |place: u32, length: f32| 127.5 * (1.0 + (place as f32 / length).sin());
    let pixel = |x: u32, y: u32| [wave(x, 90.0), wave(y, 50.0), wave(x + y, 130.0)];
    let channels = (0..HEIGHT).flat_map(|y| (0..WIDTH).flat_map(move |x| pixel(x, y)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
    channels.map(|level| level as u8).collect()
}

/// The figures as a table, for the terminal.
pub fn print(figures: &Figures) {
    let Figures { whole_ms, ours, onnx_runtime } = figures;
    let row = |what: &str, ours: f64, theirs: f64, unit: &str| {
        println!(
            "{what:<28} {ours:>8.1} {unit:<2}  ONNX Runtime {theirs:>8.1} {unit:<2}  {:>5.2} times",
            ours / theirs
        );
    };
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    row("to load", ours.load_ms, onnx_runtime.load_ms, "ms");
    row("to classify a picture", ours.picture_ms, onnx_runtime.picture_ms, "ms");
    row("memory of the process", megabytes(ours.memory_bytes), megabytes(onnx_runtime.memory_bytes), "MB");
    println!("{:<28} {whole_ms:>8.1} ms", "a view to its labels");
}
