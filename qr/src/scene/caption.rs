//! Frames and their captions: the size and position of letters. Not here: the letters' outlines (`font`).

use super::path::{Area, MODULE, Path, Turn, point};
use crate::font::{CAP_HEIGHT, EM, Line};
use crate::{Frame, FrameShape, StyleError};

/// The thickness of a badge's line, and the radii of its outer corners.
pub(super) const BADGE_MODULES: i32 = 1;
const BADGE_RADIUS: i32 = 2 * MODULE;

/// The maximum size of letters (their em): a sixth of the symbol.
const EM_PART: i32 = 6;
/// The height of a caption's band, in half ems.
const BAND_HALF_EMS: i32 = 3;

/// Draws a frame around the symbol and its quiet zone, with its caption. Returns the height of the picture in
/// modules.
pub(super) fn frame(
    path: &mut Path,
    frame: &Frame,
    symbol: Area,
    quiet_zone: i32,
) -> Result<i32, StyleError> {
    let line = Line::of(frame.caption.trim()).map_err(StyleError::CaptionCharacter)?;
    // Letters shrink to fit the line.
    let fitting = i64::from(symbol.width) * i64::from(EM) / i64::from(line.width.max(1));
    let em = (symbol.width / EM_PART).min(i32::try_from(fitting).unwrap_or(i32::MAX));
    let letters = em * BAND_HALF_EMS / 2 / MODULE + 1;
    let below = symbol.top + symbol.height + quiet_zone * MODULE;
    let (band, rest) = match (frame.shape, frame.caption.trim().is_empty()) {
        (FrameShape::Label, _) => (letters, quiet_zone / 2),
        (FrameShape::Badge, true) => (BADGE_MODULES, 0),
        (FrameShape::Badge, false) => (letters.max(BADGE_RADIUS / MODULE), 0),
    };
    let height = below + (band + rest) * MODULE;
    if frame.shape == FrameShape::Badge {
        let side = symbol.width + 2 * quiet_zone * MODULE;
        let start = BADGE_MODULES * MODULE;
        path.badge(side + 2 * start, height, Area::square(start, start, side));
    }
    let scale = |units: i32| i32::try_from(i64::from(units) * i64::from(em) / i64::from(EM)).unwrap_or(0);
    let left = symbol.left + (symbol.width - scale(line.width)) / 2;
    let baseline = below + (band * MODULE + scale(CAP_HEIGHT)) / 2;
    line.draw(path, |x, y| point(left + scale(x), baseline + scale(y)));
    Ok(height / MODULE)
}

impl Path {
    /// The line of a badge around a picture of `width` × `height` units: a dark area with a hole.
    fn badge(&mut self, width: i32, height: i32, hole: Area) {
        // In the opposite direction: letters cut out of it run the usual way and cancel it.
        let outer = Area { left: 0, top: 0, width, height };
        self.rectangle(outer, BADGE_RADIUS, Turn::Counterclockwise);
        self.rectangle(hole, BADGE_RADIUS - BADGE_MODULES * MODULE, Turn::Clockwise);
    }
}
