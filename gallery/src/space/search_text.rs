//! What a search sees of an entry, and the words that it looks for, both folded: case, accents and width make no
//! difference. Not here: searching (`index`).

use std::str::FromStr;

use domain::limits::{SEARCH_MAX_CHARS, SEARCH_MAX_WORDS};
use domain::payload::Payload;
use domain::{Entry, Kind};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Characters of the first line: more than any row shows.
const TITLE_MAX_CHARS: usize = 160;

/// The words of a search. Without any, everything is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchWords {
    longest_first: Vec<String>,
}

/// Why a text is no search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// It has too many characters.
    #[error("The search is too long: the maximum is {SEARCH_MAX_CHARS} characters.")]
    TooLong,
    /// It has too many words.
    #[error("The search has too many words: the maximum is {SEARCH_MAX_WORDS}.")]
    TooManyWords,
}

impl FromStr for SearchWords {
    type Err = SearchError;

    /// The words of a text.
    fn from_str(text: &str) -> Result<Self, SearchError> {
        if text.chars().count() > SEARCH_MAX_CHARS {
            return Err(SearchError::TooLong);
        }
        let mut longest_first: Vec<String> = folded(text).split_whitespace().map(str::to_owned).collect();
        longest_first.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        longest_first.dedup();
        if longest_first.len() > SEARCH_MAX_WORDS {
            return Err(SearchError::TooManyWords);
        }
        Ok(Self { longest_first })
    }
}

impl SearchWords {
    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.longest_first.is_empty()
    }

    /// The folded words: the longest, which is likely the rarest, first.
    pub(crate) fn longest_first(&self) -> &[String] {
        &self.longest_first
    }
}

/// The folded text of an entry in lines. The first is what it is called, by which it is sorted; then come the meaning
/// of its value in words, its values, its number, its file's name if others gave it, and its labels.
pub(crate) fn search_text(entry: &Entry) -> String {
    let content = &entry.content;
    let words = content.value().and_then(Payload::parse).and_then(|payload| payload.words());
    let name = Some(content.name.as_str()).filter(|name| !name.is_empty());
    let title = name.or(words.as_deref()).or(content.value()).unwrap_or(content.key.file_name());
    let title: String =
        title.chars().take(TITLE_MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut text = title.clone();
    let mut add = |line: &str| {
        text.push('\n');
        text.push_str(line);
    };
    // The title is one of them.
    if let Some(words) = words.as_deref().filter(|_| name.is_some()) {
        add(words);
    }
    let is_title = |value: &str| name.is_none() && words.is_none() && value == title;
    content.values().iter().filter(|value| !is_title(value)).for_each(|value| add(value));
    add(&format!("#{}", entry.id));
    // What our own keys of codes say is in the title.
    if content.kind() != Kind::Code || content.key.own_parts().is_none() {
        add(content.key.file_name());
    }
    content.all_labels().for_each(|label| add(label.name.as_str()));
    let mut text = folded(&text);
    text.push('\n');
    text
}

/// The same for all spellings that differ only in case, accents, or width.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    // Upper case first: it makes ẞ and ß the same, and both sigmas.
    letters.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_width_make_no_difference() {
        for (one, other) in [
            ("Café", "CAFE\u{301}"),
            ("Straße", "STRASSE"),
            ("ＱＲコード", "qrコード"),
            ("ﬁne", "FINE"),
            ("ΟΔΟΣ", "οδος"),
            ("Łódź", "łodz"),
        ] {
            assert_eq!(folded(one), folded(other), "{one}");
        }
        assert_ne!(folded("cafe"), folded("cave"));
    }

    #[test]
    fn words_are_told_apart_once() {
        let words = |text: &str| text.parse::<SearchWords>().unwrap().longest_first;
        assert_eq!(words("  wifi\u{a0}GUESTS\twifi a"), ["guests", "wifi", "a"]);
        assert!(" \u{301} ".parse::<SearchWords>().unwrap().is_empty());
        assert_eq!("ä".repeat(257).parse::<SearchWords>(), Err(SearchError::TooLong));
        let many = (0..17).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(many.parse::<SearchWords>(), Err(SearchError::TooManyWords));
    }
}
