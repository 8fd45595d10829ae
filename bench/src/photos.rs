//! Photos a second through the whole pipeline, on one core, beside Pillow and sharp. Not here: the photos and the
//! peers (`bench/photos`).

use std::path::Path;

use photo_makers::{Figures, measure as figures, print};

use crate::report::{Better, Row};

/// What a photo of a phone may take.
const GOAL_MS: f64 = 280.0;

/// Each photo beside both peers, and the time of the first.
pub(crate) fn measure(python: &Path, folder: &Path, rounds: usize) -> anyhow::Result<Vec<Row>> {
    let figures = figures(folder, python, rounds)?;
    print(&figures);
    let mut rows = Vec::new();
    for Figures { photo, ours_ms, pillow_ms, sharp_ms } in &figures {
        let a_second = |ms: &f64| 1000.0 / ms;
        for (peer, peer_ms) in [("Pillow", pillow_ms), ("sharp", sharp_ms)] {
            let case = format!("photos a second, {photo}, beside {peer}");
            rows.push(Row::times(case, a_second(ours_ms), a_second(peer_ms), Some(1.0)));
        }
    }
    if let Some(Figures { photo, ours_ms, .. }) = figures.first() {
        let case = format!("a photo, {photo}, milliseconds");
        rows.push(Row::alone(case, *ours_ms, "ms", Better::Lower, Some(GOAL_MS)));
    }
    Ok(rows)
}
