//! The composer: a plain form. Server only: nothing but the person, and clearing after a save, ever writes into its
//! fields, so hydration loses no keystroke. The islands in it and `browser::delegate` handle it.

use domain::Level;
use domain::payload::PayloadKind;
use leptos::either::Either;
use leptos::prelude::*;

use super::content_form::{content_form, kinds};
use super::level_words::level_words;
use super::look_panel::look_panel;
use super::notes::{FormNote, NameNote, TextNote};
use super::outcome::outcome;
use super::photos::PHOTO_FORM;
use super::samples::SAMPLES;
use super::textarea::textarea_content;
use crate::model::{DraftFields, Field, SpacePage};
use crate::page_state::PageState;

/// The id of the form: its request id is outside of it.
const COMPOSER: &str = "composer";

/// The request id of the next save and of the next form with photos, the only part of a page that differs in every
/// response. It ends the document, so that everything before it can be compressed once (`server::page_cache`). The
/// composer's comes first: a hydrated page renews that one.
pub(crate) fn request_id(draft: &DraftFields) -> impl IntoView + use<> {
    view! {
        <input type="hidden" form=COMPOSER name="request" autocomplete="off" value=draft.request.clone() />
        <input type="hidden" form=PHOTO_FORM name="request" autocomplete="off" value=draft.request.clone() />
    }
}

/// Kind, content, level, name, look and outcome. A refused field is marked, and the page opens at it. The form of a
/// kind stays a plain one until the module `contents` has taken over: before, a hydrated page would find no text in
/// it.
pub(crate) fn composer(page: PageState, model: &SpacePage, pictures: &[String]) -> impl IntoView + use<> {
    let (draft, failure) = (&model.draft, model.failure.as_ref());
    let is_refused = |field: Field| failure.is_some_and(|failure| failure.field == Some(field));
    let is_text = draft.kind == PayloadKind::Text;
    let content = if is_text {
        Either::Left(text(draft, is_refused(Field::Text)))
    } else {
        Either::Right(content_form(draft, failure))
    };
    view! {
        {kinds(page, draft.kind)}
        <form
            class="composer"
            method="post"
            action=page.addresses().save()
            novalidate=""
            id=COMPOSER
            data-verb=is_text.then_some("save")
            data-content=(!is_text).then_some(draft.kind.as_str())
        >
            <div class="composer-fields">
                {content}
                {levels(draft.level, draft.kind)}
                <div class="composer-last">
                    <div class="field">
                        <label for="name">"Name"</label>
                        <input
                            id="name"
                            name="name"
                            type="text"
                            dir="auto"
                            placeholder="optional"
                            aria-describedby="name-note"
                            aria-invalid=is_refused(Field::Name).then_some("true")
                            autofocus=is_refused(Field::Name)
                            value=draft.name.clone()
                        />
                    </div>
                    <button class="button is-primary" type="submit">
                        "Save"
                    </button>
                </div>
                <NameNote /> <FormNote /> {look_panel(page, model, pictures)}
            </div>
            {outcome(page, model)}
        </form>
    }
}

/// Any text, as typed.
fn text(draft: &DraftFields, is_refused: bool) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <label for="text">"Text"</label>
            <textarea
                id="text"
                name="text"
                rows="3"
                dir="auto"
                spellcheck="false"
                placeholder="A link, a Wi-Fi login, a phone number …"
                aria-describedby="text-note"
                aria-invalid=is_refused.then_some("true")
                autofocus=is_refused
                inner_html=textarea_content(&draft.text)
            ></textarea>
            <div class="below-text">
                <p class="note" id="text-note">
                    <TextNote />
                </p>
                {examples()}
            </div>
        </div>
    }
}

/// Example contents, shown while there is no text. They need a hydrated page.
fn examples() -> impl IntoView {
    let example = |words: &'static str, text: &'static str| {
        view! {
            <button type="button" data-do="begin" data-example=text>
                {words}
            </button>
        }
    };
    view! { <p class="examples awake-only">"Try " {SAMPLES.map(|(words, text)| example(words, text))}</p> }
}

/// Four radio buttons. A kind with a fixed level offers no choice.
fn levels(chosen: Level, kind: PayloadKind) -> impl IntoView {
    let only = kind.level();
    let chosen = only.unwrap_or(chosen);
    let option = move |level: Level| {
        let (name, share) = level_words(level);
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="level"
                    value=level.as_str()
                    checked=level == chosen
                    disabled=only.is_some_and(|only| only != level)
                />
                <span class="segment-name">{name}</span>
                " "
                <span class="segment-note">{share}</span>
            </label>
        }
    };
    view! {
        <fieldset class="levels">
            <legend>"Error correction"</legend>
            <div class="segments">{Level::ALL.map(option).into_iter().collect_view()}</div>
        </fieldset>
    }
}
