//! What content can be at all: the bounds of all that a save or a look at an object makes. For content that comes from
//! outside as it was stored, such as an import; what people type is parsed field by field. Not here: whether it agrees
//! with its object, its log or its space.

use crate::limits::{
    ETAG_MAX_BYTES, LABEL_MAX_BYTES, LABELS_MAX, LOOK_MAX_BYTES, NUMBERS_BELOW, REASON_MAX_BYTES,
    REASONS_MAX, VALUE_MAX_BYTES,
};
use crate::{Content, Kind, Look, Style, SymbolFacts};

/// Why there can be no such content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(&'static str);

impl Content {
    /// Whether there can be such content; what is parsed when it is read, as keys and times are, is right already.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        let is_code = self.kind == Kind::Code;
        let value_bytes = self.value.as_ref().map_or(0, String::len);
        let rules = [
            (value_bytes <= VALUE_MAX_BYTES, "its value is longer than any code holds"),
            (self.value.is_some() == is_code, "it has a value and is no code, or the other way round"),
            (is_code || (self.style.is_none() && self.symbol.is_none()), "it is drawn as a code and is none"),
            (self.size_bytes < NUMBERS_BELOW, "its size is impossible"),
            (self.etag.len() <= ETAG_MAX_BYTES, "its etag is too long"),
            (self.labels.len() <= LABELS_MAX, "it has too many labels"),
            (self.labels.iter().all(|label| label.len() <= LABEL_MAX_BYTES), "a label of it is too long"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, why)| Err(OutOfBounds(why)))?;
        self.symbol.map_or(Ok(()), SymbolFacts::check)?;
        self.style.as_ref().map_or(Ok(()), Style::check)
    }
}

impl SymbolFacts {
    fn check(self) -> Result<(), OutOfBounds> {
        let exists = (1..=40).contains(&self.version) && self.mask <= 7;
        if exists { Ok(()) } else { Err(OutOfBounds("there is no such symbol")) }
    }
}

impl Style {
    fn check(&self) -> Result<(), OutOfBounds> {
        if self.look.as_str().len() > LOOK_MAX_BYTES {
            return Err(OutOfBounds("its look is too long"));
        }
        if Look::parse_only(self.look.as_str()).is_err() {
            return Err(OutOfBounds("its look cannot be read"));
        }
        let Some(score) = &self.score else { return Ok(()) };
        let is_one = score.points <= 100
            && score.reasons.len() <= REASONS_MAX
            && score.reasons.iter().all(|reason| reason.len() <= REASON_MAX_BYTES);
        if is_one { Ok(()) } else { Err(OutOfBounds("its score is impossible")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, Score, Timestamp};

    fn code() -> Content {
        Content {
            key: "a.png".parse().unwrap(),
            kind: Kind::Code,
            name: "".parse().unwrap(),
            value: Some("a".to_owned()),
            style: Some(Level::M.into()),
            symbol: Some(SymbolFacts { version: 40, mask: 7 }),
            size_bytes: 1,
            sha256: None,
            etag: "1".to_owned(),
            created_at: Timestamp::from_unix_ms(0),
            labels: Vec::new(),
        }
    }

    #[test]
    fn what_there_can_be() {
        assert_eq!(code().check(), Ok(()));
        let longest = "ｱ".repeat(2953);
        assert_eq!(Content { value: Some(longest), ..code() }.check(), Ok(()), "a byte each in Shift JIS");
        let file = Content { kind: Kind::File, value: None, style: None, symbol: None, ..code() };
        assert_eq!(file.check(), Ok(()));
    }

    #[test]
    fn what_there_cannot_be() {
        let style = |score| Some(Style { score, ..Style::default() });
        let points = Score { points: 101, reasons: Vec::new() };
        let reasons = Score { points: 1, reasons: vec!["x".repeat(REASON_MAX_BYTES + 1)] };
        let look = |text: &str| Some(Style { look: Look::stored(text), ..Style::default() });
        for content in [
            Content { value: Some("x".repeat(30_000_000)), ..code() },
            Content { value: None, ..code() },
            Content { kind: Kind::File, value: None, ..code() },
            Content { size_bytes: 1 << 53, ..code() },
            Content { etag: "x".repeat(ETAG_MAX_BYTES + 1), ..code() },
            Content { labels: vec![String::new(); LABELS_MAX + 1], ..code() },
            Content { labels: vec!["x".repeat(LABEL_MAX_BYTES + 1)], ..code() },
            Content { symbol: Some(SymbolFacts { version: 41, mask: 0 }), ..code() },
            Content { symbol: Some(SymbolFacts { version: 1, mask: 8 }), ..code() },
            Content { style: style(Some(Box::new(points))), ..code() },
            Content { style: style(Some(Box::new(reasons))), ..code() },
            Content { style: look(&"x".repeat(LOOK_MAX_BYTES + 1)), ..code() },
            Content { style: look("shape=stars"), ..code() },
            Content { style: look("shape=dots&glow=1"), ..code() },
        ] {
            assert!(content.check().is_err(), "{:.200}", format!("{content:?}"));
        }
    }
}
