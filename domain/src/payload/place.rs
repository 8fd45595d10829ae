//! A place on Earth: `geo:` (RFC 5870), in WGS 84. Its name goes into `?q=`, which is not in the standard but known
//! to Android; others ignore it.

use core::fmt;

use super::coordinates::{self, Axis, DEGREE, Wrong};
use super::syntax::{after_prefix, percent_encoded, query_parameter};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[LATITUDE, LONGITUDE, NAME];
const LATITUDE: Field = Field::new("latitude", "Latitude", Input::Line).required().hint("52.516275, or both");
const LONGITUDE: Field = Field::new("longitude", "Longitude", Input::Line).required().hint("13.377704");
const NAME: Field = Field::new("place", "Name on the map", Input::Line).hint("optional, for Android");

/// A place on Earth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In millionths of a degree, north of the equator: -90 to 90 degrees.
    pub latitude: i32,
    /// In millionths of a degree, east of Greenwich: -180 to 180 degrees.
    pub longitude: i32,
    /// Its name; may be empty.
    pub name: String,
}

impl Place {
    /// Reads `geo:`, ignoring altitude and uncertainty.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri = after_prefix(text, "geo:")?;
        let (at, query) = uri.split_once('?').unwrap_or((uri, ""));
        let asked = query_parameter(query, "q").unwrap_or_default();
        // Android searches for `q`; with `lat,long(name)` the place is there, whatever stands before it.
        let named = asked.strip_suffix(')').and_then(|named| named.split_once('('));
        if let Some(((latitude, longitude), name)) = named.and_then(|(at, name)| Some((pair(at)?, name))) {
            return Some(Self { latitude, longitude, name: name.to_owned() });
        }
        let (latitude, longitude) = pair(at)?;
        Some(Self { latitude, longitude, name: asked })
    }

    /// Both coordinates may be in the latitude field.
    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let [latitude, longitude] = [LATITUDE, LONGITUDE].map(|field| answers.get(field.name).trim());
        let name = answers.line(&NAME)?;
        if latitude.is_empty() {
            return Err(LATITUDE.missing());
        }
        let pasted = coordinates::both(latitude);
        if longitude.is_empty() {
            if let Some(both) = pasted {
                let (latitude, longitude) = both.map_err(|wrong| field_error(wrong, Axis::Latitude))?;
                return Ok(Self { latitude, longitude, name });
            }
            typed(latitude, Axis::Latitude)?;
            return Err(LONGITUDE.missing());
        }
        let (latitude, longitude) = (typed(latitude, Axis::Latitude), typed(longitude, Axis::Longitude));
        if latitude.is_err() && matches!(pasted, Some(Ok(_))) {
            return Err(LATITUDE.error("This field has both numbers: leave the longitude empty."));
        }
        Ok(Self { latitude: latitude?, longitude: longitude?, name })
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

fn typed(line: &str, axis: Axis) -> Result<i32, FieldError> {
    coordinates::coordinate(line, axis).map_err(|wrong| field_error(wrong, axis))
}

fn field_error(wrong: Wrong, axis: Axis) -> FieldError {
    let (field, example) = match axis {
        Axis::Latitude => (LATITUDE, "52.516275, N52.5 or 52° 30.98'"),
        Axis::Longitude => (LONGITUDE, "13.377704, E13.4 or 13° 22.66'"),
    };
    field.error(match wrong {
        Wrong::Unreadable => format!("Write the {} in degrees, like {example}.", field.name),
        Wrong::TooFar => {
            format!("A {1} is between -{0} and {0} degrees: check it.", axis.most_degrees(), field.name)
        }
        Wrong::OtherAxis => {
            "N and S stand for a latitude, E and W for a longitude: check which is which.".to_owned()
        }
    })
}

/// `lat,long`, ignoring anything after them.
fn pair(text: &str) -> Option<(i32, i32)> {
    let mut numbers = text.split(';').next()?.split(',').map(str::trim);
    Some((millionths(numbers.next()?, Axis::Latitude)?, millionths(numbers.next()?, Axis::Longitude)?))
}

/// Degrees as in a URI.
fn millionths(text: &str, axis: Axis) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let size = coordinates::millionths(digits)?;
    (size <= axis.most_degrees() * DEGREE).then_some(sign * size)
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
    fn degrees_are_written_from_millionths() {
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
            assert_eq!(millionths(text, Axis::Latitude), number, "{text}");
        }
        for (number, text) in [(52_500_000, "52.5"), (-1, "-0.000001"), (0, "0"), (-180_000_000, "-180")] {
            assert_eq!(degrees(number), text);
        }
    }
}
