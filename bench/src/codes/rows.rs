//! The figures as rows, with their goals.

use code_makers::PAYLOADS;

use super::native::Own;
use super::{Figure, LONG, Place, SHORT, among};
use crate::report::{Better, Row};

const SYMBOL_TO_PNG_US: f64 = 30.0;
const TEXT_TO_PNG_US: f64 = 100.0;
/// In Chromium, text to path, of the short and the long payload.
const PATH_MS: [(usize, f64); 2] = [(SHORT, 0.1), (LONG, 2.0)];

/// How much larger than zopfli's a PNG may be.
const MORE_THAN_ZOPFLI: f64 = 1.05;

/// All rows, ours next to each peer.
pub(super) fn rows(figures: &[Figure], own: &Own) -> Vec<Row> {
    let mut rows = Vec::new();
    for (i, payload) in PAYLOADS.iter().enumerate() {
        let case = |what: &str, peer: &str| format!("{what}, {}: {peer}", payload.name);
        let natively = among(figures, Place::Native, i);
        let (ours, peers) = natively.split_first().expect("ours is always measured");
        for peer in peers {
            let goal = if i == LONG && peer.maker == "fast_qr" { 2.0 } else { 1.0 };
            rows.push(Row::faster(case("text to symbol", &peer.maker), ours.symbol_us, peer.symbol_us, goal));
        }
        for peer in peers {
            if let (Some(ours), Some(theirs)) = (&ours.png, &peer.png) {
                rows.push(Row::faster(case("text to PNG", &peer.maker), ours.us, theirs.us, 1.0));
            }
        }
        if let Some(png) = &ours.png {
            let best = own.zopfli_bytes[i];
            rows.push(Row::beside(case("bytes of the PNG", "zopfli"), png.bytes, best, MORE_THAN_ZOPFLI));
        }
        rows.extend(in_chromium(figures, i));
    }
    let short = PAYLOADS[SHORT].name;
    let symbol_to_png = format!("symbol to PNG, {short}");
    rows.push(Row::alone(symbol_to_png, own.symbol_to_png_us, "µs", Better::Lower, Some(SYMBOL_TO_PNG_US)));
    if let Some(png) = &among(figures, Place::Native, SHORT)[0].png {
        rows.push(Row::alone(
            format!("text to PNG, {short}"),
            png.us,
            "µs",
            Better::Lower,
            Some(TEXT_TO_PNG_US),
        ));
    }
    rows
}

/// Text to path in the browser.
fn in_chromium(figures: &[Figure], payload: usize) -> Vec<Row> {
    let name = PAYLOADS[payload].name;
    let mut rows = Vec::new();
    let there = among(figures, Place::Chromium, payload);
    let (ours, peers) = there.split_first().expect("ours is always measured");
    for peer in peers {
        if let (Some(ours), Some(theirs)) = (ours.path_us, peer.path_us) {
            let case = format!("text to path in Chromium, {name}: {}", peer.maker);
            rows.push(Row::faster(case, ours, theirs, 1.0));
        }
    }
    let goal = PATH_MS.iter().find(|(of, _)| *of == payload);
    if let (Some(us), Some((_, goal))) = (ours.path_us, goal) {
        let case = format!("text to path in Chromium, {name}");
        rows.push(Row::alone(case, us / 1e3, "ms", Better::Lower, Some(*goal)));
    }
    rows
}
