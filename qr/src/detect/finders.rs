//! Locates finder patterns (dark, light, dark, light, dark in the ratio 1 : 1 : 3 : 1 : 1 along a row, confirmed by
//! rxing in all directions) and picks triples that may belong to one symbol. Not here: reading the symbol (`search`).
//!
//! rxing's own search compares each candidate with all finder patterns found so far, without a limit.

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};
use rxing::point;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use super::work::Work;

/// Only every second or third row is scanned: the centre of a finder pattern is three modules high, and no module is
/// smaller than a pixel.
const ROW_STEP: u32 = 3;
/// Enough for hundreds of codes.
const MAX_FINDERS: usize = 2_000;
/// Up to this many finder patterns, all triples are compared; beyond it, each with its nearest neighbours.
const FEW_FINDERS: usize = 40;
const NEAREST: usize = 15;
/// Version 40 is 177 modules wide, and perspective may stretch it.
const MAX_MODULES: f64 = 177.0 * 1.5;
const MIN_MODULES: f64 = 21.0 * 0.9;
/// The cosine of 45°: in perspective, the right angle at the corner finder pattern appears between 45° and 135°.
const MAX_COSINE: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// How much larger a finder pattern nearer to the camera may appear than another.
const MAX_SIZE_RATIO: f32 = 2.5;
/// The maximum ratio of the two sides, squared.
const MAX_SIDES_RATIO: f64 = 6.0;

/// The finder patterns in a picture, largest first.
pub(super) fn finders(bits: &BitMatrix, work: &mut Work) -> Vec<ConcentricPattern> {
    let mut finders: Vec<ConcentricPattern> = Vec::new();
    // Those that rows further down may cross.
    let mut open: Vec<ConcentricPattern> = Vec::new();
    let mut runs = Vec::new();
    'rows: for y in (ROW_STEP - 1..bits.height()).step_by(ROW_STEP as usize) {
        read_runs(bits, y, &mut runs);
        let row = y as f32 + 0.5;
        open.retain(|finder| row - finder.p.y < finder.size as f32 / 2.0);
        // The first run is light, so odd indices are dark.
        let (mut first, mut start, mut start_at) = (1, 0_u32, 0);
        while let Some(window) = runs.get(first..first + 5) {
            if !is_finder(window, (first > 1).then(|| runs[first - 1])) {
                first += 2;
                continue;
            }
            start += runs[start_at..first].iter().sum::<u32>();
            start_at = first;
            let centre = point((start + window[0] + window[1]) as f32 + window[2] as f32 / 2.0, row);
            let width: u32 = window.iter().sum();
            if !open.iter().any(|finder| distance(finder.p, centre) < finder.size as f32 / 2.0) {
                // rxing follows rings around, a limited number of times.
                if !work.take(100 + 30 * u64::from(width)) || finders.len() == MAX_FINDERS {
                    break 'rows;
                }
                let range = i32::try_from(3 * width).unwrap_or(i32::MAX);
                let found = work.catch_panic(|| {
                    LocateConcentricPattern::<true, 5, 7>(bits, &[1, 1, 3, 1, 1], centre, range)
                });
                if let Some(found) = found.filter(|found| found.size > 0) {
                    finders.push(found);
                    open.push(found);
                }
            }
            first += 4;
        }
    }
    finders.sort_by_key(|finder| std::cmp::Reverse(finder.size));
    finders
}

/// The run lengths of a row: light, dark, light …; the first may be 0.
fn read_runs(bits: &BitMatrix, y: u32, runs: &mut Vec<u32>) {
    runs.clear();
    let row = bits.getRow(y);
    let width = bits.width();
    let (mut run, mut is_dark, mut at) = (0, false, 0);
    for word in row.getBitArray() {
        // A one marks a change.
        let mut changes = word ^ (word << 1 | usize::from(is_dark));
        let end = width.min(at + usize::BITS);
        while changes != 0 {
            let change = at + changes.trailing_zeros();
            if change >= end {
                break;
            }
            runs.push(change - run);
            run = change;
            is_dark = !is_dark;
            changes &= changes - 1;
        }
        at += usize::BITS;
        if at >= width {
            break;
        }
    }
    runs.push(width - run);
}

/// Whether five runs, dark first, have the ratio of a finder pattern, with some light before them. Dark and light
/// runs have module sizes of their own, because ink spreads.
fn is_finder(runs: &[u32], light_before: Option<u32>) -> bool {
    let [a, b, c, d, e] = *runs else { return false };
    if c < 3 || c < 2 * a.max(e) || c < b.max(d) {
        return false;
    }
    let (bar, gap) = (f64::from(a + c + e) / 5.0, f64::from(b + d) / 2.0);
    if bar > 4.0 * gap || gap > 4.0 * bar {
        return false;
    }
    if light_before.is_some_and(|light| f64::from(light) < 0.1 * gap) {
        return false;
    }
    let (bar_off, gap_off) = (bar * 0.75 + 0.5, gap / 3.0 + 0.5);
    let is_bar = |run: u32, modules: f64| (f64::from(run) - modules * bar).abs() <= bar_off;
    let is_gap = |run: u32| (f64::from(run) - gap).abs() <= gap_off;
    is_bar(a, 1.0) && is_gap(b) && is_bar(c, 3.0) && is_gap(d) && is_bar(e, 1.0)
}

fn distance(a: rxing::Point, b: rxing::Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Three finder patterns that may belong to a symbol, and its estimated size.
pub(super) struct Candidate {
    pub(super) finders: FinderPatternSet,
    /// Modules per side, estimated from the distances and sizes of the finder patterns.
    pub(super) modules: f64,
    /// Pixels between two of its finder patterns.
    pub(super) side: f64,
    score: f64,
}

/// The most plausible first: small, with equal sides.
pub(super) fn candidates(finders: &[ConcentricPattern], work: &mut Work) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut near: Vec<(f64, usize)> = Vec::new();
    for (index, largest) in finders.iter().enumerate() {
        let later = &finders[index + 1..];
        if !work.take(later.len() as u64) {
            break;
        }
        let farthest = f64::from(largest.size) / 7.0 * MAX_MODULES;
        near.clear();
        near.extend(
            later
                .iter()
                .enumerate()
                .filter(|(_, other)| largest.size as f32 <= other.size as f32 * MAX_SIZE_RATIO)
                .filter_map(|(place, other)| {
                    let distance = f64::from(distance(largest.p, other.p));
                    (distance > 0.0 && distance <= farthest).then_some((distance, index + 1 + place))
                }),
        );
        if finders.len() > FEW_FINDERS && near.len() > NEAREST {
            near.select_nth_unstable_by(NEAREST, |a, b| a.0.total_cmp(&b.0));
            near.truncate(NEAREST);
        }
        near.sort_unstable_by_key(|(_, place)| *place);
        if !work.take(10 * (near.len() * near.len()) as u64) {
            break;
        }
        for (first, (_, j)) in near.iter().enumerate() {
            let pairs = near[first + 1..].iter();
            candidates.extend(pairs.filter_map(|(_, k)| candidate(*largest, finders[*j], finders[*k])));
        }
    }
    candidates.sort_by(|a, b| a.score.total_cmp(&b.score));
    candidates
}

/// Orders the finder patterns of a triple. Perspective enlarges near ones, so distances are weighted by size.
fn candidate(c: ConcentricPattern, b: ConcentricPattern, a: ConcentricPattern) -> Option<Candidate> {
    let square = |near: ConcentricPattern, far: ConcentricPattern| {
        let (x, y) = (f64::from(near.p.x - far.p.x), f64::from(near.p.y - far.p.y));
        (x * x + y * y) * f64::from(far.size) / f64::from(near.size)
    };
    let (ab, bc, ac) = (square(a, b), square(b, c), square(a, c));
    // The corner finder pattern is opposite the longest side.
    let (a, b, c, ab, bc, ac) = if bc >= ab && bc >= ac {
        (b, a, c, ab, ac, bc)
    } else if ab >= ac && ab >= bc {
        (a, c, b, ac, bc, ab)
    } else {
        (a, b, c, ab, bc, ac)
    };
    if ab > MAX_SIDES_RATIO * bc || bc > MAX_SIDES_RATIO * ab {
        return None;
    }
    let (ab_side, bc_side) = (ab.sqrt(), bc.sqrt());
    let side = (ab_side + bc_side) / 2.0;
    let modules = side * 3.0 * 7.0 / f64::from(a.size + b.size + c.size) + 7.0;
    let cosine = (ab + bc - ac) / (2.0 * ab_side * bc_side);
    if !(MIN_MODULES..=MAX_MODULES).contains(&modules) || cosine.is_nan() || cosine.abs() > MAX_COSINE {
        return None;
    }
    let is_mirrored = (c - b).cross(a - b) < 0.0;
    let (bl, tr) = if is_mirrored { (c, a) } else { (a, c) };
    let score = 2.0 * side + (ab_side - bc_side).abs();
    Some(Candidate { finders: FinderPatternSet { bl, tl: b, tr }, modules, side, score })
}
