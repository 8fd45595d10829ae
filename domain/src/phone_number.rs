//! A phone number that a message goes to. It is personal: it has no stored or sent form, and what it displays is
//! masked, so that it reaches no log, event or page by accident. Not here: the numbers in codes (`payload`).

use core::fmt;
use core::str::FromStr;

/// A phone number with its country code (ITU-T E.164), as `+4930123456`.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(Box<str>);

/// Why this is not a phone number for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberError {
    /// No country code.
    #[error("Write the phone number with its country code, like +49 170 1234567.")]
    NoCountryCode,
    /// Something other than digits.
    #[error("Write the phone number in digits, like +49 170 1234567.")]
    NotDigits,
    /// Fewer or more digits than such numbers have.
    #[error("A phone number with its country code has {DIGITS_MIN} to {DIGITS_MAX} digits.")]
    Length,
}

/// Digits of the shortest numbers that receive messages, with the country code.
const DIGITS_MIN: usize = 8;
/// Digits of the longest ones (E.164, 6).
const DIGITS_MAX: usize = 15;
/// Digits at the end that a masked number shows.
const SHOWN_DIGITS: usize = 2;

impl PhoneNumber {
    /// The number itself: only for storing it where it belongs, and for sending the message.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its country code and last digits: “+49 … 67”.
    pub fn masked(&self) -> String {
        let country = 1 + country_code_digits(&self.0[1..]);
        format!("{} … {}", &self.0[..country], &self.0[self.0.len() - SHOWN_DIGITS..])
    }
}

/// Digits of the country code at the beginning of a number (the list of ITU-T E.164 assigned country codes).
fn country_code_digits(digits: &str) -> usize {
    let two = |pair: &str| {
        let listed = [
            "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
            "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
            "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
        ];
        listed.contains(&pair)
    };
    match &digits[..2] {
        pair if pair.starts_with(['1', '7']) => 1,
        pair if two(pair) => 2,
        _ => 3,
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    /// Reads it as people write it, with spaces, hyphens, dots, slashes and parentheses between the digits.
    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        let text = text.trim();
        let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
        // “+49 (0)170 …”: after the country code the zero in parentheses is not dialled.
        let rest = rest.ok_or(PhoneNumberError::NoCountryCode)?.replacen("(0)", "", 1);
        let is_between = |c: char| "-.()/".contains(c) || c.is_whitespace();
        let digits: String = rest.chars().filter(|c| !is_between(*c)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneNumberError::NotDigits);
        }
        if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) {
            return Err(PhoneNumberError::Length);
        }
        if digits.starts_with('0') {
            return Err(PhoneNumberError::NoCountryCode);
        }
        Ok(Self(format!("+{digits}").into()))
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_written() {
        for (text, number, masked) in [
            ("+49 170 1234567", "+491701234567", "+49 … 67"),
            (" 0049 (0)170 / 123-45.67 ", "+491701234567", "+49 … 67"),
            ("+1 (415) 555-0100", "+14155550100", "+1 … 00"),
            ("+7 912 345 67 89", "+79123456789", "+7 … 89"),
            ("+358\u{a0}40 1234567", "+358401234567", "+358 … 67"),
            ("+123456789012345", "+123456789012345", "+1 … 45"),
        ] {
            let phone: PhoneNumber = text.parse().unwrap();
            assert_eq!((phone.reveal(), &*phone.masked()), (number, masked));
        }
        for (text, error) in [
            ("", PhoneNumberError::NoCountryCode),
            ("0170 1234567", PhoneNumberError::NoCountryCode),
            ("+0170 1234567", PhoneNumberError::NoCountryCode),
            ("+49 170 FLOWERS", PhoneNumberError::NotDigits),
            ("+49 ١٢٣٤٥٦٧٨", PhoneNumberError::NotDigits),
            ("+49 170 12+34567", PhoneNumberError::NotDigits),
            ("+49 123", PhoneNumberError::Length),
            ("+1234567890123456", PhoneNumberError::Length),
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn number_is_never_displayed(digits in "[1-9][0-9]{7,14}") {
            let phone: PhoneNumber = format!("+{digits}").parse().unwrap();
            prop_assert_eq!(phone.reveal(), format!("+{digits}"));
            for shown in [phone.to_string(), format!("{phone:?}"), format!("{:#?}", Some(&phone))] {
                let shown: String = shown.chars().filter(char::is_ascii_digit).collect();
                prop_assert!(shown.len() <= 3 + SHOWN_DIGITS, "{}", shown);
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            if let Ok(phone) = text.parse::<PhoneNumber>() {
                prop_assert!(phone.masked().starts_with('+'));
            }
        }
    }
}
