//! Saving, and the question whether the text was saved before.

use core::cell::Cell;
use core::time::Duration;
use std::rc::Rc;

use domain::{ChangeWire, CodeText, Failure, Field, Name, Notice, Parameters, State};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{document as browser, form, verbs};
use crate::composer_state::Fields;
use crate::functions::{self, Refused};
use crate::page_state::PageState;
use crate::words;

/// Pause between the last keystroke and asking the server whether it has the text.
const KNOWN_PAUSE: Duration = Duration::from_millis(350);

/// Reads the look that the page came with.
pub(super) fn take_look(page: PageState) {
    page.composer.fields.update_untracked(|fields| fields.look = form::look());
}

/// Reads what is in the form.
pub(super) fn read(page: PageState) {
    update_fields(page, form::fields());
}

/// Reads what was typed outside the fields of the look.
pub(super) fn read_typed(page: PageState) {
    update_fields(page, form::fields_in(page.composer.fields.with_untracked(|fields| fields.look.clone())));
}

fn update_fields(page: PageState, fields: Option<Fields>) {
    let Some(fields) = fields else { return };
    let composer = page.composer;
    if composer.fields.with_untracked(|before| *before != fields) {
        composer.feedback.update(|feedback| feedback.failure = None);
        composer.fields.set(fields);
        keep_draft(page);
    }
}

/// Keeps the draft for after this page, with its request id: if the page is reloaded before the answer to a save
/// arrives, repeating the save does not save twice.
fn keep_draft(page: PageState) {
    let request = form::value("request").unwrap_or_default();
    let draft = page.composer.fields.with_untracked(|Fields { text, level, name, look }| {
        // Only the text can have several lines.
        format!("{request}\n{level}\n{look}\n{name}\n{text}")
    });
    browser::keep(&draft_key(page), &draft);
}

/// The storage key. The forms of kinds keep their answers themselves, under another key.
fn draft_key(page: PageState) -> String {
    page.addresses().save() + &form::value("kind").unwrap_or_default()
}

/// Restores the draft of an earlier visit into the form, unless the form already has other content.
pub(super) fn restore_draft(page: PageState) {
    let kept = browser::kept(&draft_key(page)).unwrap_or_default();
    let mut parts = kept.splitn(5, '\n');
    let mut part = || parts.next();
    let (Some(request), Some(level), Some(look), Some(name), Some(text)) =
        (part(), part(), part(), part(), part())
    else {
        return;
    };
    let Some(mut now) = form::fields() else { return };
    if now.text.is_empty() && now.name.is_empty() {
        form::choose_level(level);
        form::set_value("name", name);
        form::set_value("text", text);
        // `studio.js` has restored the look already, if it should be.
        (now.level, now.name, now.text) =
            (level.parse().unwrap_or_default(), name.to_owned(), text.to_owned());
    }
    if (now.level.as_str(), &*now.look.to_string(), &*now.name, &*now.text) == (level, look, name, text) {
        form::set_value("request", request);
    }
}

/// Starts with an example.
pub(super) fn begin_with(page: PageState, example: &str) {
    form::set_value("text", example);
    form::focus("text");
    read(page);
}

/// Sends the form. The same fields are sent again with the same request id, so that a save whose answer was lost is
/// not saved twice.
pub(super) fn save(page: PageState) {
    read(page);
    let Some(fields) = form::fields() else { return };
    if page.untracked.with_value(|untracked| untracked.is_saving) {
        return;
    }
    if let Err(failure) = check(&fields) {
        return refuse(page, failure);
    }
    if page
        .untracked
        .with_value(|untracked| untracked.attempted.as_ref().is_some_and(|tried| *tried != fields))
    {
        renew_request(page);
    }
    page.composer.feedback.update(|feedback| feedback.failure = None);
    set_saving(page, true, Some(fields.clone()));
    spawn_local(async move {
        match functions::save(page.addresses().space, as_form(&fields)).await {
            Ok(change) => {
                set_saving(page, false, None);
                saved(page, change, &fields);
            }
            Err(Refused(failure)) => {
                set_saving(page, false, Some(fields));
                refuse(page, failure);
            }
        }
    });
}

/// The form as sent, with its request id.
fn as_form(fields: &Fields) -> Parameters {
    let request = form::value("request").unwrap_or_default();
    let mut form = Parameters::from([
        ("text", fields.text.as_str()),
        ("level", fields.level.as_str()),
        ("name", &fields.name),
        ("request", &request),
    ]);
    form.append(fields.look.clone());
    form
}

fn check(fields: &Fields) -> Result<(), Failure> {
    let refusal = |error: String, field| Failure { field: Some(field), ..Failure::new(error) };
    CodeText::parse(&fields.text, fields.level).map_err(|error| refusal(error.to_string(), Field::Text))?;
    fields.name.parse::<Name>().map_err(|error| refusal(error.to_string(), Field::Name))?;
    // The studio uploads a file as soon as it is chosen; without the studio, only the button beside it does.
    if form::value("logo-file").is_some_and(|file| !file.is_empty()) {
        return Err(refusal("Upload the logo first, or go on without it.".to_owned(), Field::Look));
    }
    Ok(())
}

/// Shows why a form was refused, and moves the focus to the field that it is about.
pub(super) fn refuse(page: PageState, failure: Failure) {
    page.say(failure.error.clone());
    match &failure.field {
        Some(Field::Text) => form::focus("text"),
        Some(Field::Name) => form::focus("name"),
        Some(Field::Labels) => form::focus("labels"),
        // Errors in a field of a kind are found before sending.
        Some(Field::Look | Field::Photos | Field::PhotoPhone | Field::Answer(_)) | None => {}
    }
    page.composer.feedback.update(|feedback| feedback.failure = Some(failure));
}

/// Withdraws the reason why a form was refused.
pub(super) fn forget_failure(page: PageState) {
    page.composer.feedback.update(|feedback| feedback.failure = None);
}

/// The same if it is about a field, which is being corrected.
pub(super) fn forget_wrong_field(page: PageState) {
    let is_field = |failure: &Failure| failure.field.is_some();
    if page.composer.feedback.with_untracked(|feedback| feedback.failure.as_ref().is_some_and(is_field)) {
        forget_failure(page);
    }
}

/// Clears the form, unless something else was typed meanwhile. Level and look stay, and so does the focus.
fn saved(page: PageState, change: ChangeWire, sent: &Fields) {
    let id = change.entry.id;
    renew_request(page);
    // The save may repeat an earlier one whose entry has been removed since: that is said, and saving again makes a
    // new entry.
    let lapsed = match change.entry.state {
        State::Live => None,
        State::Removed { .. } => Some(Notice::RemovedSince { id }),
        State::Gone { .. } => Some(Notice::GoneSince { id }),
    };
    if let Some(notice) = lapsed {
        let words = words::of_notice(&notice);
        return verbs::show_outcome(page, notice, words);
    }
    if form::fields().is_some_and(|now| now.text == sent.text && now.name == sent.name) {
        form::set_value("text", "");
        form::set_value("name", "");
        // For the form of a kind, which composed the text.
        browser::announce("saved");
    }
    read(page);
    page.highlighted.set(Some(id));
    verbs::show_outcome(page, Notice::Saved { id, known: None }, format!("Saved #{id}"));
    verbs::take_own_change(page, change);
}

pub(super) fn set_saving(page: PageState, is_saving: bool, attempted: Option<Fields>) {
    page.untracked
        .update_value(|untracked| (untracked.is_saving, untracked.attempted) = (is_saving, attempted));
    form::mark("button", "aria-busy", is_saving);
}

fn renew_request(page: PageState) {
    form::set_value("request", &browser::random_id());
    keep_draft(page);
}

/// Asks, shortly after the last keystroke, whether this exact text was saved before.
pub(super) fn look_up_known(page: PageState) {
    let composer = page.composer;
    let pending = Rc::new(Cell::new(None::<TimeoutHandle>));
    Effect::new(move |asked: Option<String>| {
        let text = composer.fields.with(|fields| fields.text.clone());
        if asked.as_ref() == Some(&text) {
            return text;
        }
        composer.feedback.update(|feedback| feedback.known = None);
        if let Some(timer) = pending.take() {
            timer.clear();
        }
        if composer.code().is_ok() {
            let text = text.clone();
            let ask = move || spawn_local(ask_for_known(page, text));
            pending.set(set_timeout_with_handle(ask, KNOWN_PAUSE).ok());
        }
        text
    });
}

async fn ask_for_known(page: PageState, text: String) {
    let found = functions::known(page.addresses().space, text.clone()).await.ok().and_then(|known| known.id);
    if page.composer.fields.with_untracked(|now| now.text == text) {
        page.composer.feedback.update(|feedback| feedback.known = found);
    }
}
