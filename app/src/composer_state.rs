//! What the composer knows: the text as a code, or why it is none. Pure; the form itself is `browser::compose`.
//!
//! Few signals of few types: each type of signal costs about a kilobyte of WASM.

use domain::wire::Draft;
use domain::{CodeText, EntryId, Failure, Field, Level, Parameters, TextError};
use leptos::prelude::*;

use crate::drawing::Drawing;

/// The state of the composer.
#[derive(Clone, Copy)]
pub(crate) struct ComposerState {
    /// The fields of the form.
    pub(crate) fields: RwSignal<Fields>,
    /// The drawn code with its facts.
    pub(crate) drawing: Memo<Drawing>,
    /// The server's response to it.
    pub(crate) feedback: RwSignal<ServerFeedback>,
}

/// What a save sends, except the request id.
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

/// The server's response to the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerFeedback {
    /// Why the last save was refused.
    pub(crate) failure: Option<Failure>,
    /// The newest entry with exactly this text.
    pub(crate) known: Option<EntryId>,
}

impl ComposerState {
    /// The state with which the page came.
    pub(crate) fn new(draft: Draft, failure: Option<Failure>, known: Option<EntryId>) -> Self {
        // The look of the page is read from its fields (`browser::compose::take_look`).
        let look = Parameters::default();
        let fields = RwSignal::new(Fields { text: draft.text, level: draft.level, name: draft.name, look });
        let drawing = Memo::new(move |_| fields.with(|fields| Drawing::new(&fields.text, fields.level)));
        Self { fields, drawing, feedback: RwSignal::new(ServerFeedback { failure, known }) }
    }

    /// The code of the text, if there is one.
    pub(crate) fn code(&self) -> Result<CodeText, TextError> {
        self.fields.with_untracked(|fields| CodeText::parse(&fields.text, fields.level))
    }

    /// Why the last save was refused, if that was about this field (or none).
    pub(crate) fn refused(&self, field: Option<&Field>) -> Option<String> {
        // Errors in the look are shown below the form, where its fields begin.
        let is_here = |failed: Option<&Field>| failed.filter(|failed| **failed != Field::Look) == field;
        self.feedback.with(|feedback| {
            let failure = feedback.failure.as_ref().filter(|failure| is_here(failure.field.as_ref()))?;
            Some(match &failure.request_id {
                Some(id) if field.is_none() => format!("{} (Request {id})", failure.error),
                _ => failure.error.clone(),
            })
        })
    }

    /// What is wrong with the text; `None` while it is empty.
    pub(crate) fn text_error(&self) -> Option<String> {
        self.refused(Some(&Field::Text)).or_else(|| self.drawing.with(|drawing| drawing.complaint.clone()))
    }
}
