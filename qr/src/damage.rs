//! What is left of the error correction when a logo covers modules.

use crate::blocks::Blocks;
use crate::layout::{self, Template};
use crate::logo::Cover;
use crate::{LOGO_PERCENT, Level, Logo, Style, Symbol, TooLong};

/// Hundredths of the error correction that a logo has to leave for everything else: grade C of unused error correction
/// (ISO/IEC 15415:2011, 7.8.8), the lowest that is usually accepted in trade.
pub(crate) const LEAST_UNUSED_PERCENT: usize = 37;

/// Why no symbol carries a text and a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The text does not fit, though it might at a lower level without a logo.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// Even the highest level does not mend what it covers.
    #[error("The logo covers too much of the code: make it smaller, {most_percent} percent at most.")]
    LogoTooLarge {
        /// Hundredths of the code's width that it could have, for this text.
        most_percent: u8,
    },
}

impl Symbol {
    /// The smallest symbol for the text in this style: at this level, or at the lowest one above it that mends what a
    /// logo covers and has enough of its error correction left for everything else.
    pub fn encode_styled(
        text: &str,
        level: Level,
        style: &Style,
        logo: Option<&Logo>,
    ) -> Result<Self, EncodeError> {
        let size = style.logo.as_ref().zip(logo).map(|(place, logo)| (place.percent, logo.size()));
        let percent = size.map_or(0, |(percent, _)| percent);
        let fits = |symbol: &Self, percent: u8| {
            let cover = size.map(|(_, size)| Cover::of(percent, size, symbol.width()));
            unused_percent(symbol, cover) >= LEAST_UNUSED_PERCENT
        };
        let mut symbol = Self::encode(text, level)?;
        let mut higher_levels = Level::ALL.into_iter().filter(|higher| *higher > level);
        while !fits(&symbol, percent) {
            let Some(higher) = higher_levels.next() else {
                let least = *LOGO_PERCENT.start();
                let most_percent = (least..percent).rev().find(|percent| fits(&symbol, *percent));
                return Err(EncodeError::LogoTooLarge { most_percent: most_percent.unwrap_or(least) });
            };
            symbol = Self::encode(text, higher)?;
        }
        Ok(symbol)
    }
}

/// The modules that the style's logo covers.
pub(crate) fn cover(symbol: &Symbol, style: &Style, logo: Option<&Logo>) -> Option<Cover> {
    let (place, logo) = style.logo.as_ref().zip(logo)?;
    Some(Cover::of(place.percent, logo.size(), symbol.width()))
}

/// Hundredths of the error correction that are left in the block that lost most, when all that is covered is wrong
/// (ISO/IEC 15415:2011, 7.8.8); 0 when the symbol cannot be read.
pub(crate) fn unused_percent(symbol: &Symbol, cover: Option<Cover>) -> usize {
    let Some(cover) = cover else { return 100 };
    let blocks = Blocks::of(symbol.version(), symbol.level());
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
    let places = Template::new(symbol.version()).data;
    for (i, (x, y)) in layout::data_modules(&places).enumerate().take(8 * blocks.all()) {
        is_hit[i / 8] |= covered(x, y);
    }
    let mut hits = vec![0; blocks.count];
    owners.iter().zip(&is_hit).for_each(|(block, is_hit)| hits[*block] += usize::from(*is_hit));
    let mendable = blocks.mendable(symbol.version(), symbol.level());
    let most = hits.into_iter().max().unwrap_or(0);
    100 * mendable.saturating_sub(most) / mendable
}
