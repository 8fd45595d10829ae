//! One pass over one layer: finder patterns, triples, modules, text. Not here: which layers (`detect`).

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::detector::SampleQR;

use super::corners::Corners;
use super::finders::{Candidate, candidates, finders};
use super::work::Work;
use crate::{Reading, read};

/// A code that was read.
#[derive(Debug, Clone)]
pub(super) struct FoundCode {
    pub(super) reading: Reading,
    pub(super) corners: Corners,
}

/// Adds up to `most` codes from a layer that is `scale` times as large as the picture, unless they overlap one
/// already found. Returns the number of finder patterns that belong to none.
pub(super) fn search(
    bits: &BitMatrix,
    scale: f32,
    most: usize,
    found: &mut Vec<FoundCode>,
    work: &mut Work,
) -> usize {
    work.begin_pass();
    let mut free = finders(bits, work);
    let is_free = |finder: &ConcentricPattern, found: &[FoundCode]| {
        !found.iter().any(|code| code.corners.contains(finder.p.x / scale, finder.p.y / scale))
    };
    free.retain(|finder| is_free(finder, found));
    for candidate in candidates(&free, work) {
        if found.len() >= most || !work.take(steps(&candidate)) {
            break;
        }
        let set = candidate.finders;
        if [set.bl, set.tl, set.tr].iter().any(|finder| !is_free(finder, found)) {
            continue;
        }
        let Some(sampled) = work.catch_panic(|| SampleQR(bits, &set).ok()) else { continue };
        let modules = sampled.getBits();
        let width = modules.width() as usize;
        if let Some(reading) = read_either_way(modules, width) {
            let corners = sampled.getPoints();
            let corners = Corners::around([0, 1, 3, 2].map(|corner| {
                let corner = corners.get(corner).copied().unwrap_or_default();
                (corner.x / scale, corner.y / scale)
            }));
            found.push(FoundCode { reading, corners });
        }
    }
    free.retain(|finder| is_free(finder, found));
    free.len()
}

/// The most work that sampling and reading a candidate takes.
fn steps(candidate: &Candidate) -> u64 {
    // Four edges are followed; above version 6, each alignment pattern is looked for in nine places; then each module
    // is sampled, and corrected once as is and once mirrored.
    let module_pixels = candidate.side / candidate.modules;
    let across = if candidate.modules > 41.0 { (candidate.modules / 18.0).powi(2) } else { 1.0 };
    let steps = 500.0
        + 8.0 * candidate.side
        + across * 270.0 * module_pixels
        + 30.0 * candidate.modules * candidate.modules;
    // Positive, and at most some millions.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is neither large nor negative"
    )]
    let steps = steps as u64;
    steps
}

/// Decodes the modules or their mirror image.
fn read_either_way(modules: &BitMatrix, width: usize) -> Option<Reading> {
    let is_dark = |x: usize, y: usize| {
        u32::try_from(x).ok().zip(u32::try_from(y).ok()).is_some_and(|(x, y)| modules.get(x, y))
    };
    read(width, is_dark).or_else(|_| read(width, |x, y| is_dark(y, x))).ok()
}
