//! Coordinates as people type and paste them: `52.516275`, `52,5`, `N51.02`, `51° 2' 30" N`, `−13.4`, and both in one
//! line. Not here: how a place is written (`place`).

/// One degree; a millionth of it is about 11 cm on the ground.
pub(super) const DEGREE: i32 = 1_000_000;

/// Latitude or longitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    /// North and south.
    Latitude,
    /// East and west.
    Longitude,
}

/// The text is not a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Not readable as a coordinate.
    Unreadable,
    /// Too many degrees.
    TooFar,
    /// It has a direction of the other axis.
    OtherAxis,
}

impl Axis {
    pub(super) fn most_degrees(self) -> i32 {
        match self {
            Self::Latitude => 90,
            Self::Longitude => 180,
        }
    }

    /// The axis of a direction: N, S, E or W.
    fn of(direction: char) -> Self {
        if "NS".contains(direction) { Self::Latitude } else { Self::Longitude }
    }
}

/// A coordinate in millionths of a degree.
pub(super) fn coordinate(typed: &str, axis: Axis) -> Result<i32, Wrong> {
    plain_coordinate(&plain(typed), axis)
}

/// Latitude and longitude of a text that holds both, in this order unless its directions say otherwise; `None` if it
/// does not hold two.
pub(super) fn both(typed: &str) -> Option<Result<(i32, i32), Wrong>> {
    let text = plain(typed);
    let (first, second) = halves(text.trim_matches(['(', ')', '[', ']', ' ']))?;
    let is_swapped = direction(first).is_some_and(|(direction, _)| Axis::of(direction) == Axis::Longitude);
    let (latitude, longitude) = if is_swapped { (second, first) } else { (first, second) };
    let latitude = plain_coordinate(latitude, Axis::Latitude);
    let longitude = plain_coordinate(longitude, Axis::Longitude);
    Some(latitude.and_then(|latitude| Ok((latitude, longitude?))))
}

/// With a single character for each symbol that is written in several ways.
fn plain(typed: &str) -> String {
    let one = |character: char| match character {
        '\u{2212}' | '\u{2010}'..='\u{2013}' => '-',
        'º' | '˚' => '°',
        '′' | '’' | '‘' | '´' | 'ʹ' => '\'',
        '″' | '”' | '“' | 'ʺ' => '"',
        space if space.is_whitespace() => ' ',
        other => other.to_ascii_uppercase(),
    };
    typed.chars().map(one).collect::<String>().replace("''", "\"").trim().to_owned()
}

/// A direction at either end, and the rest.
fn direction(text: &str) -> Option<(char, &str)> {
    let text = text.trim();
    let is_direction = |character: &char| "NSEW".contains(*character);
    let (first, last) = (text.chars().next(), text.chars().next_back());
    if let Some(first) = first.filter(is_direction) {
        return Some((first, &text[1..]));
    }
    last.filter(is_direction).map(|last| (last, &text[..text.len() - 1]))
}

fn plain_coordinate(text: &str, axis: Axis) -> Result<i32, Wrong> {
    let (direction, number) = direction(text).map_or((None, text), |(letter, rest)| (Some(letter), rest));
    let number = number.trim();
    let signed = number.strip_prefix(['-', '+']);
    if direction.is_some() && signed.is_some() {
        return Err(Wrong::Unreadable);
    }
    let size = degrees(signed.unwrap_or(number)).ok_or(Wrong::Unreadable)?;
    if direction.is_some_and(|direction| Axis::of(direction) != axis) {
        return Err(Wrong::OtherAxis);
    }
    if size > axis.most_degrees() * DEGREE {
        return Err(Wrong::TooFar);
    }
    let is_negative = number.starts_with('-') || direction.is_some_and(|direction| "SW".contains(direction));
    Ok(if is_negative { -size } else { size })
}

/// Degrees, and optionally minutes and seconds, of which the last may have decimals; in millionths.
fn degrees(text: &str) -> Option<i32> {
    let mut rest = text.trim_start();
    let mut parts = Vec::new();
    for mark in ['°', '\'', '"'] {
        let end = rest.find(|c: char| !c.is_ascii_digit() && !".,".contains(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        parts.push(number);
        let after = after.trim_start();
        rest = after.strip_prefix(mark).unwrap_or(after).trim_start();
        if rest.is_empty() {
            break;
        }
    }
    let (last, whole) = parts.split_last()?;
    let has_decimals = whole.iter().any(|part| part.contains(['.', ',']));
    if !rest.is_empty() || has_decimals {
        return None;
    }
    let mut sizes = whole.iter().chain([last]).map(|part| millionths(&part.replace(',', ".")));
    let degrees = i64::from(sizes.next()??);
    let mut sixtieths = || match sizes.next() {
        None => Some(0),
        Some(size) => size.filter(|size| *size < 60 * DEGREE).map(i64::from),
    };
    let (minutes, seconds) = (sixtieths()?, sixtieths()?);
    i32::try_from(degrees + (60 * minutes + seconds + 1800) / 3600).ok()
}

/// Digits, and optionally a point and more digits; anything finer than a millionth is cut off.
pub(super) fn millionths(text: &str) -> Option<i32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    // As many digits as the largest number has, so that nothing overflows.
    if whole.is_empty() || whole.len() > 3 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.get(..6).unwrap_or(fraction);
    let fraction: i32 = format!("{fraction:0<6}").parse().ok()?;
    Some(whole.parse::<i32>().ok()? * DEGREE + fraction)
}

/// Where to split a text with two coordinates. The comma is the difficulty: it may separate them, or be the decimal
/// separator of each, or both.
fn halves(text: &str) -> Option<(&str, &str)> {
    let cut = |at: usize| {
        let between = [' ', ',', ';', '/'];
        Some((text[..at].trim_end_matches(between), text[at..].trim_start_matches(between)))
    };
    let places = |wanted: &str| -> Vec<usize> { text.match_indices(wanted).map(|(at, _)| at).collect() };
    for separator in [";", "/"] {
        if let [at] = places(separator)[..] {
            return cut(at);
        }
    }
    let directions: Vec<usize> =
        text.char_indices().filter(|(_, c)| "NSEW".contains(*c)).map(|(at, _)| at).collect();
    match directions[..] {
        [0, second] => return cut(second),
        [first, _] => return cut(first + 1),
        _ => {}
    }
    if let [_, second] = places("°")[..] {
        let number = |c: char| c.is_ascii_digit() || ".,+-".contains(c);
        return cut(text[..second].trim_end().trim_end_matches(number).len());
    }
    if let [at] = places(", ")[..] {
        return cut(at);
    }
    match places(",")[..] {
        // A point nearby, or a sign after it: not a decimal separator.
        [at] if text.contains('.') || text[at + 1..].starts_with(['-', '+']) => return cut(at),
        [_, at, _] => return cut(at),
        _ => {}
    }
    let begins = |&(at, c): &(usize, char)| c != ' ' && !text[..at].ends_with(|before| before != ' ');
    let words: Vec<usize> = text.char_indices().filter(begins).map(|(at, _)| at).collect();
    if matches!(words.len(), 2 | 4 | 6) { cut(words[words.len() / 2]) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_coordinates_are_parsed() {
        for (typed, latitude) in [
            ("52.516275", Ok(52_516_275)),
            ("-0.5", Ok(-500_000)),
            ("\u{2212}13.4", Ok(-13_400_000)),
            ("+7,25", Ok(7_250_000)),
            ("N51.02", Ok(51_020_000)),
            ("51.02 s", Ok(-51_020_000)),
            ("51°", Ok(51_000_000)),
            ("51°2'", Ok(51_033_333)),
            ("51° 2′ 30″ N", Ok(51_041_667)),
            ("51º 2.5’", Ok(51_041_667)),
            ("N 51 2 30", Ok(51_041_667)),
            ("51° 2' 30''S", Ok(-51_041_667)),
            ("-0° 30'", Ok(-500_000)),
            ("90", Ok(90_000_000)),
            ("90° 0' 1\"", Err(Wrong::TooFar)),
            ("91", Err(Wrong::TooFar)),
            ("E13.7", Err(Wrong::OtherAxis)),
            ("N-51", Err(Wrong::Unreadable)),
            ("51.5° 2'", Err(Wrong::Unreadable)),
            ("51° 60'", Err(Wrong::Unreadable)),
            ("51' 2\"", Err(Wrong::Unreadable)),
            ("51 2 30 4", Err(Wrong::Unreadable)),
            ("99999999999", Err(Wrong::Unreadable)),
            ("1.2.3", Err(Wrong::Unreadable)),
            ("1e2", Err(Wrong::Unreadable)),
            ("--1", Err(Wrong::Unreadable)),
            ("", Err(Wrong::Unreadable)),
            ("N", Err(Wrong::Unreadable)),
        ] {
            assert_eq!(coordinate(typed, Axis::Latitude), latitude, "{typed}");
        }
        assert_eq!(coordinate("13° 42' W", Axis::Longitude), Ok(-13_700_000));
    }

    #[test]
    fn coordinate_pairs_are_split() {
        for (typed, latitude, longitude) in [
            ("52.5, 13.4", 52_500_000, 13_400_000),
            ("52.5,13.4", 52_500_000, 13_400_000),
            ("(52.5, -13.4)", 52_500_000, -13_400_000),
            ("52.5 13.4", 52_500_000, 13_400_000),
            ("52.5; 13.4", 52_500_000, 13_400_000),
            ("52,5, 13,4", 52_500_000, 13_400_000),
            ("52,5; 13,4", 52_500_000, 13_400_000),
            ("52,5 13,4", 52_500_000, 13_400_000),
            ("52,5,13,4", 52_500_000, 13_400_000),
            ("52,\u{2212}13", 52_000_000, -13_000_000),
            ("\u{2212}33.86,\u{a0}151.2", -33_860_000, 151_200_000),
            ("N51.02 E13.7", 51_020_000, 13_700_000),
            ("51.02N, 13.7W", 51_020_000, -13_700_000),
            ("E13.7 N51.02", 51_020_000, 13_700_000),
            ("51°2'N 13°42'E", 51_033_333, 13_700_000),
            ("51° 2' 0\" N, 13° 42' 0\" E", 51_033_333, 13_700_000),
            ("51°2' 13°42'", 51_033_333, 13_700_000),
            ("51,5° -13,7°", 51_500_000, -13_700_000),
            ("n 51° 02.000 e 013° 42.000", 51_033_333, 13_700_000),
            ("51 2 30 13 42 0", 51_041_667, 13_700_000),
        ] {
            assert_eq!(both(typed), Some(Ok((latitude, longitude))), "{typed}");
        }
        for one in ["52.5", "52,5", "N51.02", "51° 2' 30\"", "", ",", "°°"] {
            assert!(!matches!(both(one), Some(Ok(_))), "{one}");
        }
        assert_eq!(both("152.5, 13.4"), Some(Err(Wrong::TooFar)));
    }
}
