//! A moment in UTC, as milliseconds since 1970. There is no clock here: the caller passes the moment in.

use core::fmt;
use core::str::FromStr;

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time). Displayed and parsed as RFC 3339 in
/// UTC with three decimals: `2026-11-21T03:14:55.120Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// The last moment with a four-digit year, in milliseconds.
const LAST_MS: u64 = 253_402_300_799_999;
const DAY_MS: u64 = 86_400_000;

/// The text is not a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time must look like 2026-11-21T03:14:55.120Z")]
pub struct TimestampError;

impl Timestamp {
    /// The moment this many milliseconds after 1970; beyond the year 9999, the last one of that year.
    pub const fn from_unix_ms(ms: u64) -> Self {
        Self(if ms < LAST_MS { ms } else { LAST_MS })
    }

    /// Milliseconds since 1970.
    pub fn unix_ms(self) -> u64 {
        self.0
    }

    /// The moment to the minute, for display: `2026-11-21 03:14`.
    pub fn to_minute(self) -> String {
        let text = self.to_string();
        format!("{} {}", &text[..10], &text[11..16])
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0 / DAY_MS);
        let ms = self.0 % DAY_MS;
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let bytes = text.as_bytes();
        let shape = b"dddd-dd-ddTdd:dd:dd.dddZ";
        let fits = bytes.len() == shape.len()
            && bytes.iter().zip(shape).all(|(b, s)| if *s == b'd' { b.is_ascii_digit() } else { b == s });
        if !fits {
            return Err(TimestampError);
        }
        let number = |from: usize, to: usize| {
            bytes[from..to].iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'))
        };
        let days = days_from_civil(number(0, 4), number(5, 7), number(8, 10)).ok_or(TimestampError)?;
        let seconds = number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19);
        let parsed = Self(days * DAY_MS + seconds * 1000 + number(20, 23));
        // Formatting it again reveals what was out of range: 30 February, the 25th hour.
        if parsed.to_string() == text { Ok(parsed) } else { Err(TimestampError) }
    }
}

/// Year, month and day of a day counted from 1970-01-01. Source: Howard Hinnant, “chrono-Compatible Low-Level Date
/// Algorithms”, `civil_from_days`, for non-negative days.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// The inverse; `None` before 1970 or for an invalid month.
fn days_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let shifted_year = year - u64::from(month <= 2);
    let era = shifted_year / 400;
    let year_of_era = shifted_year % 400;
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

#[cfg(feature = "serde")]
serde_as_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_are_formatted() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_230_895_120, "2026-11-21T03:14:55.120Z"),
            (LAST_MS, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_unix_ms(ms).to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp(ms)));
        }
        assert_eq!(Timestamp(1_795_230_895_120).to_minute(), "2026-11-21 03:14");
        assert_eq!(Timestamp::from_unix_ms(u64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn invalid_moments_are_refused() {
        for text in
            ["", "2026-02-30T00:00:00.000Z", "2026-01-01T25:00:00.000Z", "1969-12-31T23:59:59.999Z", "é"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn moments_round_trip(ms in 0..=LAST_MS) {
            prop_assert_eq!(Timestamp(ms).to_string().parse(), Ok(Timestamp(ms)));
        }
    }
}
