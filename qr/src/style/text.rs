//! A style as text: the query of a URL, which is also what a plain form sends.
//!
//! The grammar is `application/x-www-form-urlencoded` (WHATWG URL, 5): pairs `key=value` between `&`.
//!
//! | key | value | without it |
//! |---|---|---|
//! | `shape` | `square`, `dots`, `rounded`, `connected` | `square` |
//! | `finder` | `square`, `rounded` | `square` |
//! | `ball` | `square`, `rounded`, `circle` | `square` |
//! | `ink` | a colour: six hexadecimal digits, optionally preceded by `#` | `000000` |
//! | `gradient` | `none`, `across`, `down`, `diagonal`, `rising`, `radial` | `none` |
//! | `ink-2` | the colour where the gradient ends | `000000` |
//! | `finder-ink` | a colour, or `same` | `same` |
//! | `paper` | a colour, or `none` | `ffffff` |
//! | `quiet` | modules, 0 to 20 | `4` |
//! | `unit` | of `size`: `module` (pixels per module), `px`, `mm` | `module` |
//! | `size` | a number; millimetres may have three decimals | `8`, `600` px, `30` mm |
//! | `dpi` | with `mm`: 72 to 1200 | `300` |
//! | `logo` | the name of a logo | none |
//! | `logo-size` | percentage of the width, 10 to 33 | `25` |
//! | `frame` | `none`, `label`, `badge` | `none` |
//! | `caption` | one line of text | empty |
//!
//! Keys come in any order. If a key is repeated, the last one counts. An empty value counts as missing. Unknown keys are
//! ignored, because links carry others too, unless the text must be nothing but a style (`parse_only`); an unknown value
//! is an error. Only values that differ from the default are written, in the order of the table. **Old links stay
//! valid:** once released, keys, values and defaults keep their meaning forever; new keys get defaults that leave existing
//! links unchanged.

use core::fmt;
use core::ops::RangeInclusive;
use core::str::FromStr;

use super::millimetres::{micrometres, millimetres};
use super::names::{Named, Unit};
use super::{
    Frame, Ink, LOGO_PERCENT, LogoPlace, MAX_PIXELS, MODULE_PIXELS, PRINT_DPI, PRINT_UM, QUIET_ZONES, Rgb,
    Size, Style, StyleError,
};

/// Why a text is not a style.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StyleTextError {
    /// The value is not allowed for its key.
    #[error("“{value}” is not a value of “{key}”: {allowed}.")]
    Value {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What to write instead, as the second half of a sentence.
        allowed: String,
    },
    /// A key that no style has.
    #[error("A look has no “{key}”: its keys are {}.", STYLE_KEYS.join(", "))]
    Key {
        /// The key.
        key: String,
    },
    /// The style exceeds its limits.
    #[error(transparent)]
    Style(#[from] StyleError),
}

const DEFAULT_PIXELS: u16 = 600;
const DEFAULT_PRINT_UM: u32 = 30_000;
const DEFAULT_DPI: u16 = 300;
const DEFAULT_LOGO_PERCENT: u8 = 25;

impl Style {
    /// Parses the decoded pairs of a query or a form.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, StyleTextError> {
        let mut values = Values([const { None }; STYLE_KEYS.len()]);
        for (key, value) in pairs {
            if let Some(at) = STYLE_KEYS.iter().position(|known| *known == key.as_ref()) {
                values.0[at] = Some(value.as_ref().to_owned()).filter(|value| !value.is_empty());
            }
        }
        let style = values.style()?;
        style.check()?;
        Ok(style)
    }

    /// Parses a text that holds nothing else: an unknown key is an error. For API clients, and for stored styles.
    pub fn parse_only(query: &str) -> Result<Self, StyleTextError> {
        let pairs = || form_urlencoded::parse(query.as_bytes());
        match pairs().find(|(key, _)| !STYLE_KEYS.contains(&key.as_ref())) {
            Some((key, _)) => Err(StyleTextError::Key { key: key.into_owned() }),
            None => Self::from_pairs(pairs()),
        }
    }

    /// The pairs of its text: whatever differs from the default.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut pairs = Vec::new();
        let mut push = |key, value: String, default: &str| {
            if value != default {
                pairs.push((key, value));
            }
        };
        push("shape", self.modules.name().into(), default.modules.name());
        push("finder", self.finder.name().into(), default.finder.name());
        push("ball", self.ball.name().into(), default.ball.name());
        let [from, to] = self.ink.ends();
        push("ink", from.to_string(), &Rgb::BLACK.to_string());
        if let Ink::Gradient { direction, .. } = self.ink {
            push("gradient", Some(direction).name().into(), "");
            push("ink-2", to.to_string(), &Rgb::BLACK.to_string());
        }
        push("finder-ink", self.finder_ink.map_or_else(|| "same".into(), |ink| ink.to_string()), "same");
        push("paper", self.paper.map_or_else(|| "none".into(), |paper| paper.to_string()), "ffffff");
        push("quiet", self.quiet_zone.to_string(), &default.quiet_zone.to_string());
        match self.size {
            Size::Module(pixels) => push("size", pixels.to_string(), "8"),
            Size::Pixels(pixels) => {
                push("unit", "px".into(), "");
                push("size", pixels.to_string(), &DEFAULT_PIXELS.to_string());
            }
            Size::Print { width_um, dpi } => {
                push("unit", "mm".into(), "");
                push("size", millimetres(width_um), &millimetres(DEFAULT_PRINT_UM));
                push("dpi", dpi.to_string(), &DEFAULT_DPI.to_string());
            }
        }
        if let Some(LogoPlace { id, percent }) = &self.logo {
            push("logo", id.clone(), "");
            push("logo-size", percent.to_string(), &DEFAULT_LOGO_PERCENT.to_string());
        }
        if let Some(Frame { shape, caption }) = &self.frame {
            push("frame", Some(*shape).name().into(), "");
            push("caption", caption.clone(), "");
        }
        pairs
    }
}

impl fmt::Display for Style {
    /// The URL query, empty for the default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish())
    }
}

impl FromStr for Style {
    type Err = StyleTextError;

    fn from_str(query: &str) -> Result<Self, StyleTextError> {
        Self::from_pairs(form_urlencoded::parse(query.as_bytes()))
    }
}

/// The keys of a style's text, in the order of the table.
pub const STYLE_KEYS: [&str; 16] = [
    "shape",
    "finder",
    "ball",
    "ink",
    "gradient",
    "ink-2",
    "finder-ink",
    "paper",
    "quiet",
    "unit",
    "size",
    "dpi",
    "logo",
    "logo-size",
    "frame",
    "caption",
];

/// The non-empty values of `STYLE_KEYS`.
struct Values([Option<String>; STYLE_KEYS.len()]);

impl Values {
    fn style(mut self) -> Result<Style, StyleTextError> {
        let default = Style::default();
        let from = self.colour("ink", "")?.unwrap_or(Rgb::BLACK);
        let to = self.colour("ink-2", "")?.unwrap_or(Rgb::BLACK);
        let ink = match self.named("gradient", None)? {
            Some(direction) => Ink::Gradient { from, to, direction },
            None => Ink::Solid(from),
        };
        let percent =
            self.number("logo-size", DEFAULT_LOGO_PERCENT, "a percentage of the code's width", LOGO_PERCENT)?;
        let caption = self.take("caption").unwrap_or_default();
        let frame = self.named("frame", None)?.map(|shape| Frame { shape, caption });
        Ok(Style {
            modules: self.named("shape", default.modules)?,
            finder: self.named("finder", default.finder)?,
            ball: self.named("ball", default.ball)?,
            ink,
            finder_ink: self.colour("finder-ink", "same")?,
            paper: if self.is("paper", "none") { None } else { self.colour("paper", "")?.or(default.paper) },
            quiet_zone: self.number("quiet", default.quiet_zone, "its width in modules", QUIET_ZONES)?,
            size: self.size()?,
            logo: self.take("logo").map(|id| LogoPlace { id, percent }),
            frame,
        })
    }

    fn size(&mut self) -> Result<Size, StyleTextError> {
        Ok(match self.named("unit", Unit::Module)? {
            Unit::Module => match Style::default().size {
                Size::Module(pixels) => {
                    Size::Module(self.number("size", pixels, "the pixels per module", MODULE_PIXELS)?)
                }
                other => other,
            },
            Unit::Pixel => {
                Size::Pixels(self.number("size", DEFAULT_PIXELS, "the width in pixels", 1..=MAX_PIXELS)?)
            }
            Unit::Millimetre => {
                let width_um = match self.take("size") {
                    Some(value) => micrometres(&value).ok_or_else(|| {
                        let (least, most) = (PRINT_UM.start() / 1000, PRINT_UM.end() / 1000);
                        let what = "the width in millimetres, with at most three decimals";
                        StyleTextError::Value { key: "size", value, allowed: in_range(what, least, most) }
                    })?,
                    None => DEFAULT_PRINT_UM,
                };
                Size::Print {
                    width_um,
                    dpi: self.number("dpi", DEFAULT_DPI, "the pixels per inch", PRINT_DPI)?,
                }
            }
        })
    }

    fn take(&mut self, key: &str) -> Option<String> {
        STYLE_KEYS.iter().position(|known| *known == key).and_then(|at| self.0[at].take())
    }

    fn is(&self, key: &str, value: &str) -> bool {
        STYLE_KEYS
            .iter()
            .position(|known| *known == key)
            .is_some_and(|at| self.0[at].as_deref() == Some(value))
    }

    /// Parses a colour; `None` when there is no value, or the keyword `none`.
    fn colour(&mut self, key: &'static str, none: &str) -> Result<Option<Rgb>, StyleTextError> {
        let Some(value) = self.take(key).filter(|value| value != none) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| {
            let colour = "write a colour in six hexadecimal digits, like 1a2b3c";
            let allowed = match (key, none) {
                // The caller handles the keyword.
                ("paper", _) => format!("{colour}, or none"),
                (_, "") => colour.to_owned(),
                _ => format!("{colour}, or {none}"),
            };
            StyleTextError::Value { key, value, allowed }
        })
    }

    fn named<T: Named>(&mut self, key: &'static str, default: T) -> Result<T, StyleTextError> {
        self.take(key).map_or(Ok(default), |value| {
            let named = T::NAMES.iter().find(|(name, _)| *name == value);
            named.map(|(_, named)| *named).ok_or_else(|| {
                let names: Vec<&str> = T::NAMES.iter().map(|(name, _)| *name).collect();
                let (last, others) =
                    names.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
                let allowed = format!("choose {} or {last}", others.join(", "));
                StyleTextError::Value { key, value, allowed }
            })
        })
    }

    fn number<T: FromStr, L: Copy + Into<u32>>(
        &mut self,
        key: &'static str,
        default: T,
        what: &str,
        range: RangeInclusive<L>,
    ) -> Result<T, StyleTextError> {
        self.take(key).map_or(Ok(default), |value| {
            value.parse().map_err(|_| {
                let (least, most) = ((*range.start()).into(), (*range.end()).into());
                StyleTextError::Value { key, value, allowed: in_range(what, least, most) }
            })
        })
    }
}

/// The half of a sentence that names the allowed numbers.
fn in_range(what: &str, least: u32, most: u32) -> String {
    let most = match most {
        ..1000 => most.to_string(),
        _ => format!("{},{:03}", most / 1000, most % 1000),
    };
    format!("write {what}, a number from {least} to {most}")
}
