//! Labels: those that a person gave an entry, and those that a labeller found in a photo. Not here: which labels a
//! photo keeps when it is labelled again (`photo`), or when a person changes them (`entry`).

use core::fmt;
use core::str::FromStr;

use crate::limits::{LABEL_NAME_MAX_CHARS, LABELS_MAX};
use crate::one_line::breaks_or_turns;
use crate::wire::wire;
use crate::words::counted;

wire! {
    /// One label of an entry.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Label {
        /// Its name.
        pub name: LabelName,
        /// Who gave it.
        pub source: LabelSource,
        /// How sure the labeller is, from 0 to 100; null for a person's.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub confidence: Option<u8>,
        /// Which model of the labeller said it; null for a person's.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub model: Option<String>,
    }
}

wire! {
    /// Who gave a label.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum LabelSource {
        /// A person.
        "person" = Person,
        /// A labeller, which looked at the photo.
        "labeller" = Labeller,
    }
}

/// The name of a label: 1 to `LABEL_NAME_MAX_CHARS` characters in one line, trimmed, in Unicode's composed form
/// (NFC), without control characters and those that turn the direction of text. Without commas, because people write
/// several labels as a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelName(Box<str>);

/// Why these are not valid labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing but spaces.
    #[error("A label cannot be empty.")]
    Empty,
    /// More than `LABEL_NAME_MAX_CHARS` characters.
    #[error(
        "The label is {} too long: the maximum is {LABEL_NAME_MAX_CHARS}.",
        counted(*over_by, "character", "characters")
    )]
    TooLong {
        /// Characters too many.
        over_by: u64,
    },
    /// A line break, or another character that controls how text is shown.
    #[error("A label must be one line without control characters.")]
    Control,
    /// A comma.
    #[error("A label must not contain a comma: commas separate labels.")]
    Comma,
    /// More than `LABELS_MAX` labels.
    #[error("An entry can have at most {LABELS_MAX} labels.")]
    TooMany,
}

impl Label {
    /// What a model of a labeller says, and how sure it is, from 0 to 1.
    pub fn of_labeller(name: LabelName, confidence: f32, model: &str) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
        let percent = (confidence.clamp(0.0, 1.0) * 100.0).round() as u8;
        Self { name, source: LabelSource::Labeller, confidence: Some(percent), model: Some(model.to_owned()) }
    }

    fn by_person(name: LabelName) -> Self {
        Self { name, source: LabelSource::Person, confidence: None, model: None }
    }

    /// The labels that a person gave, in their order, without repetitions. Labels that differ only in case are one,
    /// spelled as the first of them.
    pub fn of_person<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, LabelError> {
        let mut labels: Vec<Self> = Vec::new();
        for name in names {
            let label = Self::by_person(name.parse()?);
            if labels.iter().any(|known| known.name.is_same_word(&label.name)) {
                continue;
            }
            if labels.len() == LABELS_MAX {
                return Err(LabelError::TooMany);
            }
            labels.push(label);
        }
        Ok(labels)
    }

    /// The labels in a typed list, separated by commas or line breaks.
    pub fn parse_list(list: &str) -> Result<Vec<Self>, LabelError> {
        Self::of_person(list.split([',', '\n']).filter(|name| !name.trim().is_empty()))
    }
}

impl LabelName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether another name differs at most in case.
    pub fn is_same_word(&self, other: &Self) -> bool {
        // In capitals first: ß and SS, σ and ς are the same letters.
        self.folded() == other.folded()
    }

    /// The same for every spelling that differs only in case.
    pub fn folded(&self) -> String {
        self.0.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
    }

    /// A stored name: an earlier version accepted characters that turn the direction of text.
    pub fn stored(text: &str) -> Result<Self, LabelError> {
        Self::without(text, char::is_control)
    }

    fn without(text: &str, is_unfit: fn(char) -> bool) -> Result<Self, LabelError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LabelError::Empty);
        }
        if text.contains(is_unfit) {
            return Err(LabelError::Control);
        }
        if text.contains(',') {
            return Err(LabelError::Comma);
        }
        let text = composed(text);
        match text.chars().count().checked_sub(LABEL_NAME_MAX_CHARS) {
            None | Some(0) => Ok(Self(text.into())),
            Some(over_by) => Err(LabelError::TooLong { over_by: over_by as u64 }),
        }
    }
}

impl FromStr for LabelName {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        Self::without(text, breaks_or_turns)
    }
}

impl fmt::Display for LabelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
serde_as_text!(LabelName, stored);

#[cfg(not(target_family = "wasm"))]
fn composed(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

/// The browser's WASM has no Unicode tables: the server composes what it sends.
#[cfg(target_family = "wasm")]
fn composed(text: &str) -> &str {
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(labels: &[Label]) -> Vec<&str> {
        labels.iter().map(|label| label.name.as_str()).collect()
    }

    #[test]
    fn label_list_is_split_trimmed_composed_and_deduplicated() {
        let labels = Label::parse_list(" Menu, cafe\u{301} ,,Menu\ncafé\r\n, 日本 ").unwrap();
        assert_eq!(names(&labels), ["Menu", "café", "日本"]);
        assert_eq!(Label::parse_list(" , "), Ok(Vec::new()));
    }

    #[test]
    fn labels_that_differ_only_in_case_are_one_label() {
        let labels =
            Label::parse_list("Menu, MENU, menu, Straße, STRASSE, Όσος, ΌΣΟΣ, CAFE\u{301}, café, Menus");
        assert_eq!(names(&labels.unwrap()), ["Menu", "Straße", "Όσος", "CAFÉ", "Menus"]);
        let spellings: Vec<&str> = ["a", "A"].into_iter().cycle().take(2 * LABELS_MAX).collect();
        assert_eq!(Label::of_person(spellings).map(|labels| labels.len()), Ok(1), "repetitions do not count");
    }

    #[test]
    fn invalid_labels_are_refused() {
        let longest = "ä".repeat(LABEL_NAME_MAX_CHARS);
        assert_eq!(longest.parse::<LabelName>().map(|name| name.to_string()), Ok(longest.clone()));
        for (text, error) in [
            (" ", LabelError::Empty),
            ("a\u{7}b", LabelError::Control),
            ("a\u{202e}b", LabelError::Control),
            ("a\u{2069}b", LabelError::Control),
            ("a\u{2029}b", LabelError::Control),
            ("\u{200b}", LabelError::Control),
            ("a\u{ad}b", LabelError::Control),
            ("a\u{e0041}", LabelError::Control),
            ("a,b", LabelError::Comma),
            (&*format!("{longest}x"), LabelError::TooLong { over_by: 1 }),
        ] {
            assert_eq!(text.parse::<LabelName>(), Err(error), "{text:?}");
        }
        assert!(LabelName::stored("a\u{202e}b").is_ok(), "as an earlier version stored it");
        let many: Vec<String> = (0..=LABELS_MAX).map(|n| n.to_string()).collect();
        assert!(Label::of_person(many[1..].iter().map(String::as_str)).is_ok());
        assert_eq!(Label::of_person(many.iter().map(String::as_str)), Err(LabelError::TooMany));
    }
}
