//! Measures the crates, in this process.

use std::hint::black_box;
use std::time::{Duration, Instant};

use code_makers::{MAKERS, Maker, PAYLOADS};
use qr::{Level, PIXELS_PER_MODULE, QUIET_ZONE_MODULES, Symbol};

use super::{Figure, Place, Png, SHORT};

/// The minimum time that an encoder runs in one round: less than a scheduler's time slice, so that some rounds are
/// undisturbed.
const ROUND: Duration = Duration::from_millis(2);

/// Measured only for ours.
pub(super) struct Own {
    /// The symbol of the short payload to a PNG.
    pub(super) symbol_to_png_us: f64,
    /// The size that zopfli achieves for each payload's picture.
    pub(super) zopfli_bytes: Vec<f64>,
}

/// All crates with all payloads, and ours alone.
pub(super) fn measure(rounds: usize) -> (Vec<Figure>, Own) {
    let mut figures = Vec::new();
    for (payload, text) in PAYLOADS.iter().map(|payload| payload.text()).enumerate() {
        let symbols = in_rounds(rounds, |maker| (maker.symbol)(&text));
        let pngs = in_rounds(rounds, |maker| drop((maker.png)(&text)));
        for ((maker, symbol_us), us) in MAKERS.iter().zip(symbols).zip(pngs) {
            let png = Some(Png { us, bytes: (maker.png)(&text).len() as f64 });
            let maker = maker.name.to_owned();
            figures.push(Figure { place: Place::Native, maker, payload, symbol_us, path_us: None, png });
        }
    }
    let symbols: Vec<Symbol> = PAYLOADS
        .iter()
        .map(|payload| Symbol::encode(&payload.text(), Level::M).expect("the payloads fit"))
        .collect();
    let round = |_| microseconds(|| drop(black_box(qr::png(black_box(&symbols[SHORT])))));
    let symbol_to_png_us = (0..rounds).map(round).fold(f64::INFINITY, f64::min);
    (figures, Own { symbol_to_png_us, zopfli_bytes: symbols.iter().map(zopfli_bytes).collect() })
}

/// The size of one of our PNGs if zopfli had compressed it.
fn zopfli_bytes(symbol: &Symbol) -> f64 {
    /// Signature and chunks around the pixels.
    const AROUND: usize = 57;
    let modules = symbol.width() + 2 * QUIET_ZONE_MODULES;
    let inside = |i: usize| i.checked_sub(QUIET_ZONE_MODULES).filter(|i| *i < symbol.width());
    let is_dark = |x, y| inside(x).zip(inside(y)).is_some_and(|(x, y)| symbol.is_dark(x, y));
    let mut lines = Vec::new();
    for y in 0..modules {
        let mut line = vec![0];
        line.extend((0..modules).map(|x| if is_dark(x, y) { 0x00 } else { 0xFF }));
        lines.extend(line.repeat(PIXELS_PER_MODULE));
    }
    let mut compressed = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Zlib, &lines[..], &mut compressed)
        .expect("a vector takes everything");
    (AROUND + compressed.len()) as f64
}

/// The fastest round of each encoder; they take turns.
fn in_rounds(rounds: usize, work: impl Fn(&Maker)) -> [f64; MAKERS.len()] {
    let mut fastest = [f64::INFINITY; MAKERS.len()];
    for _ in 0..rounds {
        for (fastest, maker) in fastest.iter_mut().zip(&MAKERS) {
            *fastest = fastest.min(microseconds(|| work(maker)));
        }
    }
    fastest
}

/// The time of one out of many.
fn microseconds(work: impl Fn()) -> f64 {
    let (start, mut count) = (Instant::now(), 0_u32);
    // The clock is rarely read: reading it takes a part of a microsecond.
    let mut step = 1;
    loop {
        (0..step).for_each(|_| work());
        count += step;
        let so_far = start.elapsed();
        if so_far >= ROUND {
            return so_far.as_secs_f64() * 1e6 / f64::from(count);
        }
        step = count;
    }
}
