//! What is left of the error correction when a logo covers modules.

use crate::blocks::Blocks;
use crate::layout::{self, Template};
use crate::logo::Cover;
use crate::symbol::smallest_version;
use crate::{Level, Logo, Style, Symbol, TooLong};

/// Hundredths of the error correction that a logo has to leave for everything else: grade C of unused error correction
/// (ISO/IEC 15415:2011, 7.8.8), the lowest that is usually accepted in trade.
pub(crate) const LEAST_UNUSED_PERCENT: usize = 37;

/// Version and level that carry every logo.
const ANY_LOGO: (u8, Level) = (40, Level::H);

impl Symbol {
    /// The smallest symbol for the text in this style: at this level, or at the lowest one above it that mends what a
    /// logo covers and has enough of its error correction left for everything else. When none does, the smallest one
    /// that is larger than need be: in some versions a logo hits one block more than the others.
    ///
    /// # Errors
    /// The text does not fit, though it might without a logo.
    pub fn encode_styled(
        text: &str,
        level: Level,
        style: &Style,
        logo: Option<&Logo>,
    ) -> Result<Self, TooLong> {
        let Some((place, logo)) = style.logo.as_ref().zip(logo) else { return Self::encode(text, level) };
        let levels = Level::ALL.into_iter().filter(|higher| *higher >= level);
        let holding = levels.map_while(|level| Some((smallest_version(text, level, 1).ok()?.0, level)));
        let smallest: Vec<(u8, Level)> = holding.collect();
        let larger = (2..=40).flat_map(|version| {
            let holding = smallest.iter().filter(move |(least, _)| *least < version);
            holding.map(move |(_, level)| (version, *level))
        });
        let carrier = smallest.iter().copied().chain(larger).find(|&(version, level)| {
            let cover = Cover::of(place.percent, logo.size(), layout::width(version));
            unused_percent(version, level, Some(cover)) >= LEAST_UNUSED_PERCENT
        });
        let (version, level) = carrier.unwrap_or(ANY_LOGO);
        Self::encode_from(text, level, version)
    }
}

/// The modules that the style's logo covers.
pub(crate) fn cover(symbol: &Symbol, style: &Style, logo: Option<&Logo>) -> Option<Cover> {
    let (place, logo) = style.logo.as_ref().zip(logo)?;
    Some(Cover::of(place.percent, logo.size(), symbol.width()))
}

/// Hundredths of the error correction that are left in the block that lost most, when all that is covered is wrong
/// (ISO/IEC 15415:2011, 7.8.8); 0 when the symbol cannot be read.
pub(crate) fn unused_percent(version: u8, level: Level, cover: Option<Cover>) -> usize {
    let Some(cover) = cover else { return 100 };
    let blocks = Blocks::of(version, level);
    let mut owners = vec![0; blocks.all()];
    for block in 0..blocks.count {
        for place in 0..blocks.data(block) + blocks.correction {
            owners[blocks.position(block, place)] = block;
        }
    }
    let mut is_hit = vec![false; blocks.all()];
    let covered = |x: usize, y: usize| {
        let inside = |at: usize, from: usize, length: usize| (from..from + length).contains(&at);
        inside(x, cover.left, cover.width) && inside(y, cover.top, cover.height)
    };
    let places = Template::new(version).data;
    for (i, (x, y)) in layout::data_modules(&places).enumerate().take(8 * blocks.all()) {
        is_hit[i / 8] |= covered(x, y);
    }
    let mut hits = vec![0; blocks.count];
    owners.iter().zip(&is_hit).for_each(|(block, is_hit)| hits[*block] += usize::from(*is_hit));
    let mendable = blocks.mendable(version, level);
    let most = hits.into_iter().max().unwrap_or(0);
    100 * mendable.saturating_sub(most) / mendable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LOGO_PERCENT;

    #[test]
    fn the_largest_symbol_carries_every_logo() {
        let (version, level) = ANY_LOGO;
        for percent in LOGO_PERCENT {
            for size in [(9, 9), (9, 8), (8, 9), (2, 1), (1, 2), (512, 1), (1, 512)] {
                let cover = Cover::of(percent, size, layout::width(version));
                let unused = unused_percent(version, level, Some(cover));
                assert!(unused >= LEAST_UNUSED_PERCENT, "{unused} at {percent}, {size:?}");
            }
        }
    }
}
