//! The limits of a style, and the messages when it exceeds them. Not here: styles that are allowed but scan badly
//! (`score`).

use core::ops::RangeInclusive;

use super::{Frame, FrameShape, LogoPlace, Rgb, Size, Style, contrast_hundredths};

/// Widths of the quiet zone, in modules.
pub const QUIET_ZONES: RangeInclusive<u8> = 0..=20;

/// Pixels per module.
pub const MODULE_PIXELS: RangeInclusive<u8> = 1..=64;

/// The widest PNG, in pixels: 35 cm at 300 dpi, and some 70 MB of memory.
pub const MAX_PIXELS: u32 = 4_096;

/// Print widths, in micrometres: from half a centimetre to a metre.
pub const PRINT_UM: RangeInclusive<u32> = 5_000..=1_000_000;

/// Print resolutions, in pixels per inch.
pub const PRINT_DPI: RangeInclusive<u16> = 72..=1_200;

/// The percentage of the symbol's width that a logo may take. No level corrects more than a third.
pub const LOGO_PERCENT: RangeInclusive<u8> = 10..=33;

/// The maximum length of a logo's name: a SHA-256 in hexadecimal digits fits.
pub const MAX_LOGO_ID_CHARS: usize = 64;

/// The maximum length of a caption: longer ones would be too small to read.
pub const MAX_CAPTION_CHARS: usize = 40;

/// The minimum contrast ratio of ink and paper, in hundredths. Below it readers see no code at all.
const MIN_CONTRAST_HUNDREDTHS: u32 = 150;

/// Why a style cannot be drawn. Each is a sentence for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// Readers expect dark on light.
    #[error(
        "The ink must be darker than the background: most readers cannot find a light code on a dark background."
    )]
    LightOnDark,
    /// A contrast ratio, in hundredths, at which nothing is read.
    #[error(
        "The ink is too close to the background (contrast {}.{}): choose a darker ink.",
        .0 / 100, .0 / 10 % 10
    )]
    NoContrast(u32),
    /// Not in `QUIET_ZONES`.
    #[error("The quiet zone can be 0 to 20 modules wide.")]
    QuietZone,
    /// Not in `MODULE_PIXELS`.
    #[error("A module can be 1 to 64 pixels wide.")]
    ModulePixels,
    /// Zero, or more than `MAX_PIXELS`.
    #[error("A picture can be 1 to 4,096 pixels wide.")]
    Pixels,
    /// Not in `PRINT_UM`.
    #[error("A print can be 5 to 1,000 mm wide.")]
    PrintWidth,
    /// Not in `PRINT_DPI`.
    #[error("A print can have 72 to 1,200 dpi.")]
    PrintDpi,
    /// Not of the form required by `LogoPlace`.
    #[error("A logo's name consists of 1 to 64 lowercase letters, digits and hyphens.")]
    LogoId,
    /// Not in `LOGO_PERCENT`.
    #[error("A logo can take 10 to 33 percent of the code's width.")]
    LogoPercent,
    /// A label without text.
    #[error("A label needs a caption.")]
    NoCaption,
    /// More than `MAX_CAPTION_CHARS` characters.
    #[error("The caption is {0} characters long; the maximum is 40.")]
    CaptionLength(usize),
    /// A line break or the like.
    #[error("The caption must be a single line without control characters.")]
    CaptionControl,
    /// The caption font lacks the character, or the program has no font.
    #[error(
        "The caption cannot contain “{0}”: only Latin, Greek and Cyrillic letters, digits and common symbols can be drawn."
    )]
    CaptionCharacter(char),
    /// The style has a logo, but no picture was supplied.
    #[error("There is no logo “{0}”.")]
    NoLogo(String),
    /// Fewer pixels than modules.
    #[error("The picture must be at least {least} pixels wide: the code has that many modules.")]
    TooFewPixels {
        /// Modules across the whole picture.
        least: u32,
    },
    /// The PNG would be wider or higher than `MAX_PIXELS`.
    #[error(
        "The picture would be {0} pixels wide; the maximum is 4,096. Choose SVG or PDF, or a smaller size."
    )]
    TooManyPixels(u32),
}

impl Style {
    /// Whether the style is within its limits. (A parsed style is.)
    pub fn check(&self) -> Result<(), StyleError> {
        self.check_colours()?;
        if !QUIET_ZONES.contains(&self.quiet_zone) {
            return Err(StyleError::QuietZone);
        }
        self.size.check()?;
        self.logo.as_ref().map_or(Ok(()), LogoPlace::check)?;
        self.frame.as_ref().map_or(Ok(()), Frame::check)
    }

    /// The lowest contrast ratio of dark and light, in hundredths; transparent counts as white.
    ///
    /// The ends of a gradient suffice: between them, luminance never exceeds the higher end.
    pub fn contrast_hundredths(&self) -> u32 {
        self.inks().map(|ink| contrast_hundredths(ink, self.background())).min().unwrap_or_default()
    }

    /// The background colour; transparent counts as white.
    pub(crate) fn background(&self) -> Rgb {
        self.paper.unwrap_or(Rgb::WHITE)
    }

    fn inks(&self) -> impl Iterator<Item = Rgb> {
        self.ink.ends().into_iter().chain(self.finder_ink)
    }

    fn check_colours(&self) -> Result<(), StyleError> {
        if self.inks().any(|ink| ink.luminance() > self.background().luminance()) {
            return Err(StyleError::LightOnDark);
        }
        match self.contrast_hundredths() {
            MIN_CONTRAST_HUNDREDTHS.. => Ok(()),
            contrast => Err(StyleError::NoContrast(contrast)),
        }
    }
}

impl Size {
    fn check(self) -> Result<(), StyleError> {
        let (is_right, error) = match self {
            Self::Module(pixels) => (MODULE_PIXELS.contains(&pixels), StyleError::ModulePixels),
            Self::Pixels(pixels) => ((1..=MAX_PIXELS).contains(&pixels.into()), StyleError::Pixels),
            Self::Print { width_um, .. } if !PRINT_UM.contains(&width_um) => (false, StyleError::PrintWidth),
            Self::Print { dpi, .. } => (PRINT_DPI.contains(&dpi), StyleError::PrintDpi),
        };
        if is_right { Ok(()) } else { Err(error) }
    }
}

impl LogoPlace {
    fn check(&self) -> Result<(), StyleError> {
        let is_named = (1..=MAX_LOGO_ID_CHARS).contains(&self.id.len())
            && self.id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_named {
            return Err(StyleError::LogoId);
        }
        if LOGO_PERCENT.contains(&self.percent) { Ok(()) } else { Err(StyleError::LogoPercent) }
    }
}

impl Frame {
    fn check(&self) -> Result<(), StyleError> {
        let length = self.caption.chars().count();
        if self.shape == FrameShape::Label && self.caption.trim().is_empty() {
            Err(StyleError::NoCaption)
        } else if length > MAX_CAPTION_CHARS {
            Err(StyleError::CaptionLength(length))
        } else if self.caption.chars().any(char::is_control) {
            Err(StyleError::CaptionControl)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GradientDirection, Ink};

    fn refused(change: impl FnOnce(&mut Style)) -> StyleError {
        let mut style = Style::default();
        change(&mut style);
        style.check().unwrap_err()
    }

    #[test]
    fn each_limit_has_its_message() {
        let grey = |part| Rgb::new(part, part, part);
        assert_eq!(refused(|s| s.ink = Ink::Solid(grey(220))), StyleError::NoContrast(137));
        assert_eq!(refused(|s| s.finder_ink = Some(grey(250))), StyleError::NoContrast(104));
        let fading = Ink::Gradient { from: Rgb::BLACK, to: Rgb::WHITE, direction: GradientDirection::Down };
        assert_eq!(refused(|s| s.ink = fading), StyleError::NoContrast(100));
        assert_eq!(refused(|s| s.paper = Some(Rgb::BLACK)), StyleError::NoContrast(100));
        let inverted = |s: &mut Style| (s.ink, s.paper) = (Ink::Solid(Rgb::WHITE), Some(Rgb::BLACK));
        assert_eq!(refused(inverted), StyleError::LightOnDark);
        assert_eq!(refused(|s| s.quiet_zone = 21), StyleError::QuietZone);
        assert_eq!(refused(|s| s.size = Size::Module(0)), StyleError::ModulePixels);
        assert_eq!(refused(|s| s.size = Size::Pixels(4_097)), StyleError::Pixels);
        assert_eq!(refused(|s| s.size = Size::Print { width_um: 4_999, dpi: 300 }), StyleError::PrintWidth);
        assert_eq!(refused(|s| s.size = Size::Print { width_um: 5_000, dpi: 71 }), StyleError::PrintDpi);
        let logo = |id: &str, percent| Some(LogoPlace { id: id.into(), percent });
        assert_eq!(refused(|s| s.logo = logo("Us", 20)), StyleError::LogoId);
        assert_eq!(refused(|s| s.logo = logo("us", 34)), StyleError::LogoPercent);
        let frame = |shape, caption: &str| Some(Frame { shape, caption: caption.into() });
        assert_eq!(refused(|s| s.frame = frame(FrameShape::Label, " ")), StyleError::NoCaption);
        assert_eq!(refused(|s| s.frame = frame(FrameShape::Badge, "a\nb")), StyleError::CaptionControl);
        let long = "é".repeat(41);
        assert_eq!(refused(|s| s.frame = frame(FrameShape::Badge, &long)), StyleError::CaptionLength(41));
        assert_eq!(
            StyleError::NoContrast(137).to_string().split('(').nth(1),
            Some("contrast 1.3): choose a darker ink.")
        );
    }
}
