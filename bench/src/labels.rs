//! The time to load the networks that find labels and to look at a picture, and their memory, beside ONNX Runtime. Not
//! here: the picture and the peer (`bench/labels`), how often both agree (`labels/tests`).

use std::path::Path;

use label_makers::{Figures, measure as figures, print};

use crate::report::{Better, Row};

/// A whole picture, from its pixels to its labels.
const GOAL_MS: f64 = 60.0;
/// The memory of a process that does nothing else.
const GOAL_MEMORY: f64 = 0.5;

/// Both on one core. The part of this program that is ours runs in a process of its own: see `main`.
pub(crate) fn measure(folder: &Path, rounds: usize) -> anyhow::Result<Vec<Row>> {
    let program = std::env::current_exe()?;
    let figures = figures(&program, Path::new("tools/labels.sh"), folder, rounds)?;
    print(&figures);
    let Figures { whole_ms, ours, onnx_runtime } = figures;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    Ok(vec![
        Row::times(
            "labels: classified a second, beside ONNX Runtime",
            1000.0 / ours.picture_ms,
            1000.0 / onnx_runtime.picture_ms,
            None,
        ),
        Row::faster(
            "labels: milliseconds to load, beside ONNX Runtime",
            ours.load_ms,
            onnx_runtime.load_ms,
            1.0,
        ),
        Row::beside(
            "labels: megabytes of the process, beside ONNX Runtime",
            megabytes(ours.memory_bytes),
            megabytes(onnx_runtime.memory_bytes),
            GOAL_MEMORY,
        ),
        Row::alone("labels of a view, milliseconds", whole_ms, "ms", Better::Lower, Some(GOAL_MS)),
    ])
}
