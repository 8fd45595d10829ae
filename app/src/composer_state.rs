//! What the composer knows: the text as a code, or why it is none. Pure; the form itself is `browser::compose`.
//!
//! Few signals of few types: each type of signal costs about a kilobyte of WASM.

use domain::wire::Draft;
use domain::{CodeText, EntryId, Failure, Field, Level, Parameters, TextError};
use leptos::prelude::*;

use crate::drawing::Drawing;

/// What the composer knows.
#[derive(Clone, Copy)]
pub(crate) struct ComposerState {
    /// What stands in the form.
    pub(crate) fields: RwSignal<Fields>,
    /// The code as it is drawn, with its facts.
    pub(crate) drawing: Memo<Drawing>,
    /// What the server says to it.
    pub(crate) verdict: RwSignal<Verdict>,
}

/// What a save sends, but for the request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The text.
    pub(crate) text: String,
    /// The level.
    pub(crate) level: Level,
    /// The name.
    pub(crate) name: String,
    /// The fields of the look.
    pub(crate) look: Parameters,
}

/// What the server says to what stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Why the last save was refused.
    pub(crate) failure: Option<Failure>,
    /// The newest entry with this very text.
    pub(crate) known: Option<EntryId>,
}

impl ComposerState {
    /// As the page came.
    pub(crate) fn new(draft: Draft, failure: Option<Failure>) -> Self {
        // That of the page stands in its fields (`browser::compose::take_look`).
        let look = Parameters::default();
        let fields = RwSignal::new(Fields { text: draft.text, level: draft.level, name: draft.name, look });
        let drawing = Memo::new(move |_| fields.with(|fields| Drawing::new(&fields.text, fields.level)));
        Self { fields, drawing, verdict: RwSignal::new(Verdict { failure, known: None }) }
    }

    /// The code of the text, if it is one.
    pub(crate) fn code(&self) -> Result<CodeText, TextError> {
        self.fields.with_untracked(|fields| CodeText::parse(&fields.text, fields.level))
    }

    /// Why the last save was refused, if that concerned this field (or none).
    pub(crate) fn refused(&self, field: Option<Field>) -> Option<String> {
        // What is wrong with the look is said below the form, where its fields begin.
        let place = |field: &Option<Field>| field.clone().filter(|field| *field != Field::Look);
        self.verdict.with(|verdict| {
            let failure = verdict.failure.as_ref().filter(|failure| place(&failure.field) == field)?;
            Some(match &failure.request_id {
                Some(id) if field.is_none() => format!("{} (Request {id})", failure.error),
                _ => failure.error.clone(),
            })
        })
    }

    /// What is wrong with the text; nothing while there is none.
    pub(crate) fn text_complaint(&self) -> Option<String> {
        self.refused(Some(Field::Text)).or_else(|| self.drawing.with(|drawing| drawing.complaint.clone()))
    }
}
