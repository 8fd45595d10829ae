//! What the composer knows: the text as a code, or why it is none. Pure; the form itself is `browser::compose`.

use domain::{CodeText, EntryId, Level, TextError};
use leptos::prelude::*;

use crate::drawing::Drawing;
use crate::model::{Failure, Field};
use crate::page_data::Draft;

/// What the composer knows.
#[derive(Clone, Copy)]
pub(crate) struct ComposerState {
    /// The text.
    pub(crate) text: RwSignal<String>,
    level: RwSignal<Level>,
    name: RwSignal<String>,
    /// The text as a code, or why it is none.
    pub(crate) code: Memo<Result<CodeText, TextError>>,
    /// The code as it is drawn, with its facts.
    pub(crate) drawing: Memo<Drawing>,
    /// The newest entry with this very text.
    pub(crate) known: RwSignal<Option<EntryId>>,
    /// Why the last save was refused.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// What was sent with the request id that is in the form.
    pub(crate) attempted: StoredValue<Option<Fields>>,
    /// Whether a save is on its way.
    pub(crate) is_saving: StoredValue<bool>,
}

/// What a save sends, but for the request id.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) text: String,
    pub(crate) level: Level,
    pub(crate) name: String,
}

impl ComposerState {
    /// As the page came.
    pub(crate) fn new(draft: &Draft, failure: Option<Failure>) -> Self {
        let (text, level) = (RwSignal::new(draft.text.clone()), RwSignal::new(draft.level));
        let code = Memo::new(move |_| text.with(|text| CodeText::parse(text, level.get())));
        let drawing = Memo::new(move |_| {
            text.with(|text| code.with(|code| Drawing::new(text, level.get(), code.as_ref().ok())))
        });
        Self {
            text,
            level,
            name: RwSignal::new(draft.name.clone()),
            code,
            drawing,
            known: RwSignal::new(None),
            failure: RwSignal::new(failure),
            attempted: StoredValue::new(None),
            is_saving: StoredValue::new(false),
        }
    }

    /// Takes over what stands in the form.
    pub(crate) fn take(&self, fields: Fields) {
        let before = Fields {
            text: self.text.get_untracked(),
            level: self.level.get_untracked(),
            name: self.name.get_untracked(),
        };
        if before == fields {
            return;
        }
        self.failure.set(None);
        self.name.set(fields.name);
        if before.level != fields.level {
            self.level.set(fields.level);
        }
        if before.text != fields.text {
            self.text.set(fields.text);
        }
    }

    /// Why the server refused the last save, if that concerned this field (or none).
    pub(crate) fn refused(&self, field: Option<Field>) -> Option<String> {
        let failure = self.failure.get().filter(|failure| failure.field == field)?;
        Some(match failure.request_id {
            Some(id) if field.is_none() => format!("{} (Request {id})", failure.sentence),
            _ => failure.sentence,
        })
    }

    /// What is wrong with the text; nothing while there is none.
    pub(crate) fn text_complaint(&self) -> Option<String> {
        self.refused(Some(Field::Text)).or_else(|| {
            self.code.with(|code| match code {
                Err(error @ TextError::TooLong { .. }) => Some(error.to_string()),
                Ok(_) | Err(TextError::Empty) => None,
            })
        })
    }

    /// A name for the file of the preview.
    pub(crate) fn file_stem(&self) -> String {
        let name = self.name.with_untracked(|name| name.trim().to_owned());
        if name.is_empty() { "qr-code".to_owned() } else { name }
    }
}
