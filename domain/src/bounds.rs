//! Which content is possible at all: the bounds of everything that a save, or the inspection of an object, can
//! produce. For stored content from outside, such as an import; typed input is parsed field by field. Not here:
//! whether content agrees with its object, its log or its space.

use crate::body::json_bytes;
use crate::limits::{
    ETAG_MAX_BYTES, LABEL_MODEL_MAX_BYTES, LABELS_FOUND_MAX, LABELS_MAX, LOOK_MAX_BYTES, NUMBERS_BELOW,
    REASON_MAX_BYTES, REASONS_MAX, VALUE_MAX_BYTES, VALUES_MAX, VALUES_MAX_BYTES,
};
use crate::photo::CAMERA_MAX_CHARS;
use crate::{Appearance, Body, Content, Kind, Label, LabelSource, Photo, Step, StyleText, SymbolFacts};

/// Why such content is impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(&'static str);

impl Content {
    /// Whether such content is possible; fields that are parsed when read, such as keys and times, are valid already.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        let rules = [
            (self.size_bytes < NUMBERS_BELOW, "its size is impossible"),
            (self.etag.len() <= ETAG_MAX_BYTES, "its etag is too long"),
            (self.all_labels().count() <= LABELS_MAX + LABELS_FOUND_MAX, "it has too many labels"),
            (self.labels.len() <= LABELS_MAX, "it has too many labels"),
            (self.all_labels().all(Label::is_possible), "it has an impossible label"),
        ];
        first_broken(&rules)?;
        self.body.check()
    }
}

impl Label {
    fn is_possible(&self) -> bool {
        let has_facts = self.confidence.is_some() && self.model.is_some();
        let has_some = self.confidence.is_some() || self.model.is_some();
        self.confidence.is_none_or(|percent| percent <= 100)
            && self.model.as_ref().is_none_or(|model| model.len() <= LABEL_MODEL_MAX_BYTES)
            && if self.source == LabelSource::Labeller { has_facts } else { !has_some }
    }
}

impl Body {
    fn check(&self) -> Result<(), OutOfBounds> {
        let values = self.values();
        let rules = [
            (
                values.iter().all(|value| value.len() <= VALUE_MAX_BYTES),
                "its value is longer than any code holds",
            ),
            (values.len() <= VALUES_MAX, "it has too many values"),
            (
                self.kind() == Kind::Code
                    || values.iter().map(|value| json_bytes(value)).sum::<usize>() <= VALUES_MAX_BYTES,
                "its values are too long together",
            ),
        ];
        first_broken(&rules)?;
        match self {
            Self::Code { style, symbol, .. } => {
                symbol.map_or(Ok(()), SymbolFacts::check)?;
                style.check()
            }
            Self::Photo { photo, .. } => photo.check(),
            Self::File { .. } => Ok(()),
        }
    }
}

fn first_broken(rules: &[(bool, &'static str)]) -> Result<(), OutOfBounds> {
    rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, why)| Err(OutOfBounds(why)))
}

impl SymbolFacts {
    fn check(self) -> Result<(), OutOfBounds> {
        let exists = (1..=40).contains(&self.version) && self.mask <= 7;
        if exists { Ok(()) } else { Err(OutOfBounds("there is no such symbol")) }
    }
}

impl Photo {
    fn check(&self) -> Result<(), OutOfBounds> {
        let camera = self.camera.as_deref().unwrap_or_default();
        let mut steps: Vec<_> = self.stages.iter().map(|stage| stage.step).collect();
        // A photo whose sender gets a message has one more.
        steps.pop_if(|step| *step == Step::Notice);
        // Those of an older version, or where there is no labeller, have no labels.
        let has_labels = steps.contains(&Step::Labels);
        let all = Self::new(self.media, self.recipe, crate::Timestamp::from_unix_ms(0)).stages;
        let expected = all.iter().map(|stage| stage.step).filter(|step| has_labels || *step != Step::Labels);
        let model = self.labelled_by.as_deref().unwrap_or_default();
        let rules = [
            (
                camera.chars().count() <= CAMERA_MAX_CHARS && !camera.contains(char::is_control),
                "its camera has no such name",
            ),
            (expected.eq(steps), "its steps are not those of its recipe"),
            (model.len() <= LABEL_MODEL_MAX_BYTES, "no labeller has such a model"),
            (self.removed_labels.len() <= LABELS_MAX, "too many labels were removed from it"),
        ];
        first_broken(&rules)
    }
}

impl Appearance {
    fn check(&self) -> Result<(), OutOfBounds> {
        if self.look.as_str().len() > LOOK_MAX_BYTES {
            return Err(OutOfBounds("its look is too long"));
        }
        if StyleText::parse_only(self.look.as_str()).is_err() {
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
    use crate::{Label, Level, Score, Timestamp};

    fn content(body: Body) -> Content {
        Content {
            key: "a.png".parse().unwrap(),
            name: "".parse().unwrap(),
            body,
            size_bytes: 1,
            sha256: None,
            etag: "1".to_owned(),
            created_at: Timestamp::from_unix_ms(0),
            labels: Vec::new(),
        }
    }

    fn code(value: &str, style: impl Into<Appearance>, version: u8, mask: u8) -> Content {
        let symbol = Some(SymbolFacts { version, mask });
        content(Body::Code { value: value.to_owned(), style: style.into(), symbol })
    }

    fn file(values: usize, bytes: usize) -> Content {
        content(Body::File { values: vec!["x".repeat(bytes); values] })
    }

    fn photo(change: impl FnOnce(&mut Photo)) -> Content {
        let at = Timestamp::from_unix_ms(0);
        let mut photo = Photo::new(crate::Media::Jpeg, crate::Recipe::Flip, at);
        change(&mut photo);
        content(Body::photo_with(None, photo))
    }

    #[test]
    fn possible_content_is_accepted() {
        let longest = "ｱ".repeat(2953);
        assert_eq!(code("a", Level::M, 40, 7).check(), Ok(()));
        assert_eq!(code(&longest, Level::L, 40, 7).check(), Ok(()), "a byte each in Shift JIS");
        assert_eq!(photo(|_| ()).check(), Ok(()));
        assert_eq!(photo(|photo| photo.await_notice(Timestamp::from_unix_ms(0))).check(), Ok(()));
        for (values, bytes) in [(0, 0), (1, VALUE_MAX_BYTES), (VALUES_MAX, VALUES_MAX_BYTES / VALUES_MAX)] {
            assert_eq!(file(values, bytes).check(), Ok(()), "{values} values");
        }
    }

    #[test]
    fn impossible_content_is_refused() {
        let scored = |points, reason_bytes| Appearance {
            score: Some(Box::new(Score { points, reasons: vec!["x".repeat(reason_bytes)] })),
            ..Appearance::default()
        };
        let look = |text: &str| Appearance { look: StyleText::stored(text), ..Appearance::default() };
        let label = Label::parse_list("a").unwrap().remove(0);
        for content in [
            code(&"x".repeat(30_000_000), Level::M, 40, 7),
            code("a", Level::M, 41, 0),
            code("a", Level::M, 1, 8),
            code("a", scored(101, 1), 1, 1),
            code("a", scored(1, REASON_MAX_BYTES + 1), 1, 1),
            code("a", look(&"x".repeat(LOOK_MAX_BYTES + 1)), 1, 1),
            code("a", look("shape=stars"), 1, 1),
            code("a", look("shape=dots&glow=1"), 1, 1),
            file(VALUES_MAX + 1, 1),
            file(VALUES_MAX, VALUES_MAX_BYTES / VALUES_MAX + 1),
            photo(|photo| photo.camera = Some("x".repeat(CAMERA_MAX_CHARS + 1))),
            photo(|photo| photo.camera = Some("a\nb".to_owned())),
            photo(|photo| photo.stages.truncate(2)),
            photo(|photo| {
                photo.await_notice(Timestamp::from_unix_ms(0));
                photo.stages.extend(photo.notice().copied());
            }),
            photo(|photo| photo.recipe = crate::Recipe::Nothing),
            Content { size_bytes: 1 << 53, ..file(0, 0) },
            Content { etag: "x".repeat(ETAG_MAX_BYTES + 1), ..file(0, 0) },
            Content { labels: vec![label; LABELS_MAX + 1], ..file(0, 0) },
        ] {
            assert!(content.check().is_err(), "{:.200}", format!("{content:?}"));
        }
    }
}
