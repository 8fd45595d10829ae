//! A place on earth: `geo:` of RFC 5870, in WGS 84. A name for it goes into `?q=`, which is not in the standard, but
//! known to Android; others leave it aside.

use core::fmt;

use super::syntax::{after_prefix, percent_encoded, query_parameter};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[LATITUDE, LONGITUDE, NAME];
const LATITUDE: Field = Field::new("latitude", "Latitude", Input::Line).required().hint("52.516275");
const LONGITUDE: Field = Field::new("longitude", "Longitude", Input::Line).required().hint("13.377704");
const NAME: Field = Field::new("place", "Name on the map", Input::Line).hint("optional, for Android");

/// A degree; a millionth of it is a hand's breadth on the ground.
const DEGREE: i32 = 1_000_000;

/// A place on earth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In millionths of a degree, north of the equator: -90 to 90 degrees.
    pub latitude: i32,
    /// In millionths of a degree, east of Greenwich: -180 to 180 degrees.
    pub longitude: i32,
    /// What it is called; may be empty.
    pub name: String,
}

impl Place {
    /// Reads `geo:`, but for altitude and uncertainty.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri = after_prefix(text, "geo:")?;
        let (at, query) = uri.split_once('?').unwrap_or((uri, ""));
        let asked = query_parameter(query, "q").unwrap_or_default();
        // Android looks for what is asked for; with `lat,long(name)` that is there, whatever stands before it.
        let named = asked.strip_suffix(')').and_then(|named| named.split_once('('));
        if let Some(((latitude, longitude), name)) =
            named.and_then(|(at, name)| Some((coordinates(at)?, name)))
        {
            return Some(Self { latitude, longitude, name: name.to_owned() });
        }
        let (latitude, longitude) = coordinates(at)?;
        Some(Self { latitude, longitude, name: asked })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let degrees = |field: &Field, most: i32| {
            let typed = answers.line(field)?.replace(',', ".");
            let sentence = || {
                format!("Write the {} in degrees from -{most} to {most}, like {}.", field.name, field.hint)
            };
            millionths(typed.strip_prefix('+').unwrap_or(&typed), most).ok_or_else(|| field.error(sentence()))
        };
        Ok(Self {
            latitude: degrees(&LATITUDE, 90)?,
            longitude: degrees(&LONGITUDE, 180)?,
            name: answers.line(&NAME)?,
        })
    }

    pub(super) fn words(&self) -> String {
        if self.name.is_empty() { format!("Place {}", self.at()) } else { format!("Place {}", self.name) }
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([("Place", self.name.clone()), ("Coordinates", self.at().replace(',', ", "))])
    }

    fn at(&self) -> String {
        format!("{},{}", degrees(self.latitude), degrees(self.longitude))
    }
}

/// `lat,long`, with whatever follows on it.
fn coordinates(text: &str) -> Option<(i32, i32)> {
    let mut numbers = text.split(';').next()?.split(',').map(str::trim);
    Some((millionths(numbers.next()?, 90)?, millionths(numbers.next()?, 180)?))
}

/// A decimal number of degrees, at most so many on either side; what is finer than a millionth is cut off.
fn millionths(text: &str, most_degrees: i32) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    // As many digits as the largest number has, so that nothing overflows.
    if whole.is_empty() || whole.len() > 3 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.get(..6).unwrap_or(fraction);
    let fraction: i32 = format!("{fraction:0<6}").parse().ok()?;
    let millionths = whole.parse::<i32>().ok()? * DEGREE + fraction;
    (millionths <= most_degrees * DEGREE).then_some(sign * millionths)
}

fn degrees(millionths: i32) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    let unit = DEGREE.unsigned_abs();
    let text = format!("{sign}{}.{:06}", size / unit, size % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at();
        write!(f, "geo:{at}")?;
        if self.name.is_empty() {
            return Ok(());
        }
        write!(f, "?q={at}({})", percent_encoded(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_in_millionths() {
        for (text, number) in [
            ("52.516275", Some(52_516_275)),
            ("-0.5", Some(-500_000)),
            ("90", Some(90_000_000)),
            ("90.000001", None),
            ("7.1234569", Some(7_123_456)),
            ("007", Some(7_000_000)),
            ("99999999999", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("1.2.3", None),
            ("1e2", None),
            ("--1", None),
        ] {
            assert_eq!(millionths(text, 90), number, "{text}");
        }
        for (number, text) in [(52_500_000, "52.5"), (-1, "-0.000001"), (0, "0"), (-180_000_000, "-180")] {
            assert_eq!(degrees(number), text);
        }
    }
}
