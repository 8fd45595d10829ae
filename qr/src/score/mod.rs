//! Scores how reliably a drawing scans: an independent reader reads it as drawn, and as a bad camera would see it.
//!
//! The reader is `rqrr`; the yardstick is the plain code of the same symbol under the same conditions: whatever that
//! survives, the style must survive. In addition there are rules, each with its source. Everything is deterministic:
//! greys are integers. Not here: styles that cannot be drawn at all (`Style::check`).

mod advice;
mod camera;
mod reader;

pub use self::advice::{Advice, Change};
pub use self::camera::ConditionKind;

use self::advice::Variants;
use self::camera::{Condition, Greys, greys};
use self::reader::Reader;
use crate::damage::{MIN_UNUSED_PERCENT, cover, unused_percent};
use crate::drawing::raster::Lattice;
use crate::print::MIN_MODULE_UM;
use crate::{Drawing, Level, QUIET_ZONE_MODULES, Size, Style, StyleError, Symbol, read};

/// The minimum contrast ratio of ink and paper, in hundredths (WCAG 2.2, success criterion 1.4.11, graphical
/// objects).
const MIN_CONTRAST_HUNDREDTHS: u32 = 300;

/// The minimum pixels per module in a PNG: two to resolve it at all (the sampling theorem), and one more for pictures
/// that are rotated or scaled.
const MIN_PIXELS_PER_MODULE: u32 = 3;

/// The percentage of a score that remains after each broken rule.
const BROKEN_RULE_PERCENT: u32 = 75;

/// Being read as drawn counts as much as being read under all conditions of a kind.
const CONDITIONS_AS_DRAWN: usize = 3;

/// The drawing must fail this many more conditions of a kind than the plain code to be given that reason.
const NOTICED_CONDITIONS: usize = 2;

/// How reliably a drawing scans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100: the percentage of conditions under which the drawing is read, out of those under which the plain
    /// code is (as drawn, counted three times, and three conditions of each kind), times three quarters for each
    /// broken rule. 100 is as good as the plain code.
    pub points: u8,
    /// Why it is not better. If empty, the drawing is as good as it needs to be.
    pub reasons: Vec<Reason>,
}

/// Why a drawing scans less reliably than it could. Each is a sentence for the person who chose the style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A contrast ratio in hundredths, below 3 : 1 (WCAG 2.2, 1.4.11).
    #[error("The contrast is {}.{} and should be at least 3: choose a darker ink or a lighter background.", .0 / 100, .0 / 10 % 10)]
    Contrast(u32),
    /// Narrower than the four modules of ISO/IEC 18004, 9.1.
    #[error("The quiet zone should be 4 modules wide, not {0}.")]
    QuietZone(u8),
    /// Below grade C of unused error correction (ISO/IEC 15415, 7.8.8); a higher level would do.
    #[error("The logo covers too much at level {level}: choose {better}.")]
    LogoLevel {
        /// The symbol's level.
        level: Level,
        /// The lowest level that corrects enough.
        better: Level,
    },
    /// The same, at any level.
    #[error("The logo covers too much of the code: make it smaller.")]
    LogoSize,
    /// Modules below 0.396 mm (GS1 General Specifications, 5.12.3.1).
    #[error("The print is too small for its modules: make it at least {least_mm} mm wide.")]
    PrintSize {
        /// Width of the whole picture in millimetres, rounded up.
        least_mm: u32,
    },
    /// A PNG with fewer than three pixels per module.
    #[error("The picture has too few pixels for its modules: make it at least {least} pixels wide.")]
    PictureSize {
        /// Width of the whole picture in pixels.
        least: u32,
    },
    /// Read under fewer conditions of a kind than the plain code, by two or more of three.
    #[error("{when} it scans less reliably than the plain code: {1}.", when = .0.when())]
    Condition(ConditionKind, Advice),
}

/// Why a drawing has no score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Not readable even as drawn.
    #[error("The code cannot be read in this style: {0}.")]
    Unreadable(Advice),
    /// Cannot be drawn.
    #[error(transparent)]
    Style(#[from] StyleError),
}

impl Drawing<'_> {
    /// Scores the drawing. Takes some tenths of a second, so avoid calling it on every keystroke.
    ///
    /// # Errors
    /// The drawing is not readable as drawn.
    pub fn score(&self) -> Result<Score, ScoreError> {
        let reader = Reader::of(self.symbol);
        let drawn = greys(self)?;
        if !reader.reads(&drawn.0) {
            return Err(ScoreError::Unreadable(Variants::from(self)?.advice(|greys, _| reader.reads(greys))));
        }
        let plain_style = Style::default();
        let plain = greys(&Drawing::new(self.symbol, &plain_style, None)?)?;
        let mut reasons = self.broken_rules();
        let rules = reasons.len();
        let (mut reached, mut missed) = (CONDITIONS_AS_DRAWN, 0);
        // Only drawn when advice is needed.
        let mut changed = None;
        for kind in Condition::KINDS {
            let reads = |(greys, scale): &(Greys, u32), condition: &Condition| {
                reader.reads(&condition.apply(greys, *scale))
            };
            let conditions = Condition::of(kind);
            let failed: Vec<_> = conditions.iter().filter(|condition| !reads(&drawn, condition)).collect();
            reached += conditions.len() - failed.len();
            // The plain code is only tried where it could do better.
            let worse: Vec<_> = failed.into_iter().filter(|condition| reads(&plain, condition)).collect();
            missed += worse.len();
            if worse.len() >= NOTICED_CONDITIONS {
                let changed = match &mut changed {
                    Some(changed) => changed,
                    none => none.insert(Variants::from(self)?),
                };
                let advice = changed.advice(|greys, scale| {
                    let reads = |condition: &&&Condition| reader.reads(&condition.apply(greys, scale));
                    worse.len() - worse.iter().filter(reads).count() < NOTICED_CONDITIONS
                });
                reasons.push(Reason::Condition(kind, advice));
            }
        }
        let tried = (100 * reached).checked_div(reached + missed).unwrap_or(100);
        let tried = u32::try_from(tried).unwrap_or(100);
        let points = (0..rules).fold(tried, |points, _| points * BROKEN_RULE_PERCENT / 100);
        Ok(Score { points: u8::try_from(points).unwrap_or(100), reasons })
    }

    /// The advice for a picture that was not read as drawn.
    pub fn unreadable(&self) -> ScoreError {
        match self.score() {
            Err(error) => error,
            Ok(_) => ScoreError::Unreadable(Advice::all(self.style, self.pixel_rule().is_some())),
        }
    }

    fn broken_rules(&self) -> Vec<Reason> {
        let contrast = self.style.contrast_hundredths();
        let quiet_zone = self.style.quiet_zone;
        let low_contrast = (contrast < MIN_CONTRAST_HUNDREDTHS).then_some(Reason::Contrast(contrast));
        let narrow = (usize::from(quiet_zone) < QUIET_ZONE_MODULES).then_some(Reason::QuietZone(quiet_zone));
        let rules = [low_contrast, narrow, self.logo_rule(), self.print_rule(), self.pixel_rule()];
        rules.into_iter().flatten().collect()
    }

    fn logo_rule(&self) -> Option<Reason> {
        let (symbol, logo) = (self.symbol, self.scene.logo.map(|(logo, _)| logo));
        if unused_percent(symbol.version(), symbol.level(), cover(symbol, self.style, logo))
            >= MIN_UNUSED_PERCENT
        {
            return None;
        }
        let better = read(symbol.width(), |x, y| symbol.is_dark(x, y))
            .ok()
            .and_then(|reading| Symbol::encode_styled(&reading.text, symbol.level(), self.style, logo).ok())
            .map(|better| better.level())
            .filter(|better| *better > symbol.level());
        Some(better.map_or(Reason::LogoSize, |better| Reason::LogoLevel { level: symbol.level(), better }))
    }

    fn print_rule(&self) -> Option<Reason> {
        let Size::Print { width_um, .. } = self.style.size else { return None };
        let least_um = self.scene.width * MIN_MODULE_UM;
        (width_um < least_um).then_some(Reason::PrintSize { least_mm: least_um.div_ceil(1000) })
    }

    fn pixel_rule(&self) -> Option<Reason> {
        let is_enough = Lattice::new(&self.scene, self.style.size)
            .is_ok_and(|lattice| lattice.scale() >= MIN_PIXELS_PER_MODULE);
        let least = self.scene.width * MIN_PIXELS_PER_MODULE;
        // A print that is too large for a PNG has enough of them.
        let is_large =
            matches!(Lattice::new(&self.scene, self.style.size), Err(StyleError::TooManyPixels(_)));
        (!is_enough && !is_large).then_some(Reason::PictureSize { least })
    }
}
