//! The save, and the question whether the text is there already.

use core::time::Duration;

use domain::{CodeText, Name};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::json::Change;
use super::{document as browser, form, http, verbs};
use crate::addresses::percent_encoded;
use crate::composer_state::Fields;
use crate::model::{Failure, Field};
use crate::page_data::Notice;
use crate::page_state::PageState;

/// Pause after the last keystroke before the server is asked whether it has the text.
const KNOWN_PAUSE: Duration = Duration::from_millis(350);

/// Takes over what stands in the form.
pub(super) fn read(page: PageState) {
    if let Some(fields) = form::fields() {
        page.composer.take(fields);
    }
}

/// Sends the form. The same fields again go with the same request id, so that a save whose answer was lost is not made
/// twice.
pub(super) fn save(page: PageState) {
    read(page);
    let Some(fields) = form::fields() else { return };
    if page.composer.is_saving.get_value() {
        return;
    }
    if let Err(failure) = check(&fields) {
        return refuse(page, failure);
    }
    if page.composer.attempted.with_value(|tried| tried.as_ref().is_some_and(|tried| *tried != fields)) {
        renew_request();
    }
    page.composer.attempted.set_value(Some(fields.clone()));
    page.composer.failure.set(None);
    set_saving(page, true);
    spawn_local(async move {
        let body = format!(
            "text={}&level={}&name={}&request={}",
            percent_encoded(&fields.text),
            fields.level,
            percent_encoded(&fields.name),
            form::value("request").unwrap_or_default(),
        );
        let answer = http::post_form(&page.addresses().save(), &body).await;
        set_saving(page, false);
        match answer {
            Ok(change) => saved(page, change, &fields),
            Err(failure) => refuse(page, failure),
        }
    });
}

fn check(fields: &Fields) -> Result<(), Failure> {
    let refusal = |sentence: String, field| Failure { sentence, field: Some(field), request_id: None };
    CodeText::parse(&fields.text, fields.level).map_err(|error| refusal(error.to_string(), Field::Text))?;
    fields.name.parse::<Name>().map_err(|error| refusal(error.to_string(), Field::Name))?;
    Ok(())
}

fn refuse(page: PageState, failure: Failure) {
    page.status.set(failure.sentence.clone());
    match failure.field {
        Some(Field::Text) => form::focus("text"),
        Some(Field::Name) => form::focus("name"),
        None => {}
    }
    page.composer.failure.set(Some(failure));
}

/// Clears the form, unless something else was typed meanwhile. The level stays, and so does the focus.
fn saved(page: PageState, change: Change, sent: &Fields) {
    let id = change.shown.id;
    page.composer.attempted.set_value(None);
    renew_request();
    if form::fields().is_some_and(|now| now.text == sent.text && now.name == sent.name) {
        form::set_value("text", "");
        form::set_value("name", "");
    }
    read(page);
    page.highlighted.set(Some(id));
    page.notice.set(Some(Notice::Saved(id)));
    page.status.set(format!("Saved #{id}"));
    verbs::take_own_change(page, change);
}

fn set_saving(page: PageState, is_saving: bool) {
    page.composer.is_saving.set_value(is_saving);
    form::mark("button", "aria-busy", is_saving);
}

fn renew_request() {
    form::set_value("request", &browser::random_id());
}

/// Asks, a moment after the last keystroke, whether there is a code with this very text.
pub(super) fn look_up_known(page: PageState) {
    let composer = page.composer;
    let pending = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move || {
        let text = composer.text.get();
        composer.known.set(None);
        if let Some(timer) = pending.get_value() {
            timer.clear();
        }
        if composer.code.with(Result::is_err) {
            return;
        }
        let ask = move || {
            spawn_local(async move {
                let answer = http::get_part(&page.addresses().known_json(&text)).await;
                let found = answer.ok().and_then(|part| part.entries.first().map(|entry| entry.id));
                if composer.text.with_untracked(|now| *now == text) {
                    composer.known.set(found);
                }
            })
        };
        pending.set_value(set_timeout_with_handle(ask, KNOWN_PAUSE).ok());
    });
}
