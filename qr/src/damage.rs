//! How much error correction remains when a logo covers modules.

use crate::blocks::Blocks;
use crate::layout::{self, Template};
use crate::logo::LogoArea;
use crate::symbol::smallest_version;
use crate::{Level, Logo, Style, Symbol, TooLong};

/// Percentage of the error correction that a logo must leave unused: grade C of "unused error correction" (ISO/IEC
/// 15415:2011, 7.8.8), the lowest grade usually accepted in trade.
pub(crate) const MIN_UNUSED_PERCENT: usize = 37;

/// This version and level can carry any logo.
const LARGEST_SYMBOL: (u8, Level) = (40, Level::H);

impl Symbol {
    /// The smallest symbol for the text in this style: at this level, or at the lowest higher level that corrects
    /// what the logo covers and keeps enough error correction in reserve. If no level does, the next larger version
    /// that does: in some versions a logo hits one block harder than the others.
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
            let cover = LogoArea::of(place.percent, logo.size(), layout::width(version));
            unused_percent(version, level, Some(cover)) >= MIN_UNUSED_PERCENT
        });
        let (version, level) = carrier.unwrap_or(LARGEST_SYMBOL);
        Self::encode_from(text, level, version)
    }
}

/// The modules that the style's logo covers.
pub(crate) fn cover(symbol: &Symbol, style: &Style, logo: Option<&Logo>) -> Option<LogoArea> {
    let (place, logo) = style.logo.as_ref().zip(logo)?;
    Some(LogoArea::of(place.percent, logo.size(), symbol.width()))
}

/// Percentage of error correction left in the hardest-hit block, counting every covered codeword as wrong (ISO/IEC
/// 15415:2011, 7.8.8); 0 when the symbol cannot be read.
pub(crate) fn unused_percent(version: u8, level: Level, cover: Option<LogoArea>) -> usize {
    let Some(cover) = cover else { return 100 };
    let blocks = Blocks::of(version, level);
    let mut owners = vec![0; blocks.total()];
    for block in 0..blocks.count {
        for place in 0..blocks.data(block) + blocks.correction {
            owners[blocks.position(block, place)] = block;
        }
    }
    let mut is_hit = vec![false; blocks.total()];
    let covered = |x: usize, y: usize| {
        let inside = |at: usize, from: usize, length: usize| (from..from + length).contains(&at);
        inside(x, cover.left, cover.width) && inside(y, cover.top, cover.height)
    };
    let places = Template::new(version).data;
    for (i, (x, y)) in layout::data_modules(&places).enumerate().take(8 * blocks.total()) {
        is_hit[i / 8] |= covered(x, y);
    }
    let mut hits = vec![0; blocks.count];
    owners.iter().zip(&is_hit).for_each(|(block, is_hit)| hits[*block] += usize::from(*is_hit));
    let correctable = blocks.correctable(version, level);
    let most = hits.into_iter().max().unwrap_or(0);
    100 * correctable.saturating_sub(most) / correctable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LOGO_PERCENT;

    #[test]
    fn largest_symbol_carries_every_logo() {
        let (version, level) = LARGEST_SYMBOL;
        for percent in LOGO_PERCENT {
            for size in [(9, 9), (9, 8), (8, 9), (2, 1), (1, 2), (512, 1), (1, 512)] {
                let cover = LogoArea::of(percent, size, layout::width(version));
                let unused = unused_percent(version, level, Some(cover));
                assert!(unused >= MIN_UNUSED_PERCENT, "{unused} at {percent}, {size:?}");
            }
        }
    }
}
