//! What the composer knows and does: the text as a code, why it is none, and the save.

use core::time::Duration;

use domain::{CodeText, EntryId, Level, Name, TextError};
use leptos::html::{Input, Textarea};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::preview::Drawing;
use crate::addresses::percent_encoded;
use crate::browser;
use crate::model::{Failure, Field};
use crate::page_data::{Draft, Notice};
use crate::page_state::PageState;

/// Pause after the last keystroke before the server is asked whether it has the text.
const KNOWN_PAUSE: Duration = Duration::from_millis(350);

/// What the composer knows and does.
#[derive(Clone, Copy)]
pub(super) struct ComposerState {
    page: PageState,
    text_field: NodeRef<Textarea>,
    name_field: NodeRef<Input>,
    text: RwSignal<String>,
    pub(super) level: RwSignal<Level>,
    name: RwSignal<String>,
    /// The text as a code, or why it is none.
    pub(super) code: Memo<Result<CodeText, TextError>>,
    /// The code as it is drawn, with its facts.
    pub(super) drawing: Memo<Drawing>,
    /// The newest entry with this very text.
    pub(super) known: RwSignal<Option<EntryId>>,
    failure: RwSignal<Option<Failure>>,
    /// Whether a save is on its way.
    pub(super) is_saving: RwSignal<bool>,
    /// The id under which the server takes a save, however often it is sent, for the same one.
    pub(super) request: RwSignal<String>,
    /// What was sent with that id.
    attempted: StoredValue<Option<Fields>>,
}

/// What a save sends, but for the request id.
#[derive(Clone, PartialEq, Eq)]
struct Fields {
    text: String,
    level: Level,
    name: String,
}

impl ComposerState {
    pub(super) fn new(
        page: PageState,
        draft: &Draft,
        text_field: NodeRef<Textarea>,
        name_field: NodeRef<Input>,
    ) -> Self {
        let text = RwSignal::new(draft.text.clone());
        let level = RwSignal::new(draft.level);
        let code = Memo::new(move |_| text.with(|text| CodeText::parse(text, level.get())));
        let drawing = Memo::new(move |_| {
            text.with(|text| code.with(|code| Drawing::new(text, level.get(), code.as_ref().ok())))
        });
        let composer = Self {
            page,
            text_field,
            name_field,
            text,
            level,
            name: RwSignal::new(draft.name.clone()),
            code,
            drawing,
            known: RwSignal::new(None),
            failure: RwSignal::new(page.failure()),
            is_saving: RwSignal::new(false),
            request: RwSignal::new(draft.request.clone()),
            attempted: StoredValue::new(None),
        };
        composer.look_up_known();
        composer
    }

    /// Takes over what stands in the fields.
    pub(super) fn read_fields(self) {
        let (Some(text_field), Some(name_field)) = (self.text_field.get(), self.name_field.get()) else {
            return;
        };
        let (text, name) = (text_field.value(), name_field.value());
        let is_as_it_was =
            self.text.with_untracked(|old| *old == text) && self.name.with_untracked(|old| *old == name);
        if !is_as_it_was {
            self.failure.set(None);
            self.text.set(text);
            self.name.set(name);
        }
        if let Some(level) = browser::checked_value("level").and_then(|letter| letter.parse().ok()) {
            self.choose(level);
        }
    }

    /// Takes another level.
    pub(super) fn choose(self, level: Level) {
        if self.level.get_untracked() != level {
            self.failure.set(None);
            self.level.set(level);
        }
    }

    /// Why the server refused the last save, if that concerned this field (or none).
    pub(super) fn refused(self, field: Option<Field>) -> Option<String> {
        let failure = self.failure.get().filter(|failure| failure.field == field)?;
        Some(match failure.request_id {
            Some(id) if field.is_none() => format!("{} (Request {id})", failure.sentence),
            _ => failure.sentence,
        })
    }

    /// What is wrong with the text; nothing while there is none.
    pub(super) fn text_complaint(self) -> Option<String> {
        self.refused(Some(Field::Text)).or_else(|| {
            self.code.with(|code| match code {
                Err(error @ TextError::TooLong { .. }) => Some(error.to_string()),
                Ok(_) | Err(TextError::Empty) => None,
            })
        })
    }

    /// A name for the file of the preview.
    pub(super) fn file_stem(self) -> String {
        let name = self.name.with_untracked(|name| name.trim().to_owned());
        if name.is_empty() { "qr-code".to_owned() } else { name }
    }

    /// Sends the form. The same fields again go with the same request id, so that a save whose answer was lost is not
    /// made twice.
    pub(super) fn save(self) {
        self.read_fields();
        if self.is_saving.get_untracked() {
            return;
        }
        let fields = match self.checked_fields() {
            Ok(fields) => fields,
            Err(failure) => return self.refuse(failure),
        };
        if self.attempted.with_value(|old| old.as_ref().is_some_and(|old| *old != fields)) {
            self.request.set(browser::random_id());
        }
        self.attempted.set_value(Some(fields.clone()));
        self.failure.set(None);
        self.is_saving.set(true);
        spawn_local(async move {
            let body = format!(
                "text={}&level={}&name={}&request={}",
                percent_encoded(&fields.text),
                fields.level,
                percent_encoded(&fields.name),
                percent_encoded(&self.request.get_untracked()),
            );
            match browser::post_form(&self.page.addresses().save(), &body).await {
                Ok(change) => self.saved(change, &fields),
                Err(failure) => self.refuse(failure),
            }
            self.is_saving.set(false);
        });
    }

    fn checked_fields(self) -> Result<Fields, Failure> {
        let refusal = |sentence: String, field| Failure { sentence, field: Some(field), request_id: None };
        let text = self.text.get_untracked();
        let level = self.level.get_untracked();
        CodeText::parse(&text, level).map_err(|error| refusal(error.to_string(), Field::Text))?;
        let name = self.name.get_untracked();
        name.parse::<Name>().map_err(|error| refusal(error.to_string(), Field::Name))?;
        Ok(Fields { text, level, name })
    }

    fn refuse(self, failure: Failure) {
        self.page.status.set(failure.sentence.clone());
        match failure.field {
            Some(Field::Text) => self.text_field.get_untracked().map(|field| field.focus()),
            Some(Field::Name) => self.name_field.get_untracked().map(|field| field.focus()),
            None => None,
        };
        self.failure.set(Some(failure));
    }

    /// Clears the form, unless something else was typed meanwhile. The level stays, and so does the focus.
    fn saved(self, change: browser::Change, sent: &Fields) {
        let id = change.shown.id;
        self.attempted.set_value(None);
        self.request.set(browser::random_id());
        self.read_fields();
        let is_unchanged = self.text.with_untracked(|text| *text == sent.text)
            && self.name.with_untracked(|name| *name == sent.name);
        if let (true, Some(text), Some(name)) =
            (is_unchanged, self.text_field.get_untracked(), self.name_field.get_untracked())
        {
            text.set_value("");
            name.set_value("");
            self.read_fields();
        }
        self.page.highlighted.set(Some(id));
        self.page.notice.set(Some(Notice::Saved(id)));
        self.page.status.set(format!("Saved #{id}"));
        browser::take_own_change(self.page, change);
    }

    /// Asks, a moment after the last keystroke, whether there is a code with this very text.
    fn look_up_known(self) {
        let ask = leptos::leptos_dom::helpers::debounce(KNOWN_PAUSE, move |text: String| {
            spawn_local(async move {
                let address = self.page.addresses().known_json(&text);
                let found = browser::get_part(&address)
                    .await
                    .ok()
                    .and_then(|part| part.entries.first().map(|e| e.id));
                if self.text.with_untracked(|now| *now == text) {
                    self.known.set(found);
                }
            });
        });
        let ask = StoredValue::new_local(ask);
        Effect::new(move || {
            let text = self.text.get();
            self.known.set(None);
            if self.code.with(Result::is_ok) {
                ask.update_value(|ask| ask(text));
            }
        });
    }
}
