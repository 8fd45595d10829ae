//! The kinds of content, and the form of the chosen one. Server only: links and fields, which the module `contents`
//! makes interactive.

use domain::payload::{Answers, Field, Input, PayloadKind};
use leptos::either::EitherOf4;
use leptos::prelude::*;

use super::notes::TextNote;
use crate::model::{self, DraftFields, Failure};
use crate::page_state::PageState;

/// A link for each kind, and one to many codes at once.
pub(super) fn kinds(page: PageState, chosen: PayloadKind) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let link = move |kind: PayloadKind| {
        let current = (kind == chosen).then_some("page");
        view! {
            <a href=addresses.composer(kind) aria-current=current>
                {kind.title()}
            </a>
        }
    };
    view! {
        <nav class="kinds" aria-label="Kinds of content">
            {PayloadKind::ALL.map(link).into_iter().collect_view()}
            <a href=page.addresses().many()>"Many at once"</a>
        </nav>
    }
}

/// The form of a kind with its answers, and the text that it makes. The hidden field is for the hydrated page; the
/// server composes the text from the answers itself.
pub(super) fn content_form(draft: &DraftFields, failure: Option<&Failure>) -> impl IntoView + use<> {
    let field = |field: &Field| {
        let wrong = failure.filter(|failure| failure.field == Some(model::Field::Answer(field.name.into())));
        content_field(field, &draft.answers, wrong.map(|failure| failure.error.clone()))
    };
    view! {
        <input type="hidden" name="kind" value=draft.kind.as_str() />
        <input type="hidden" name="text" autocomplete="off" />
        <div class="content-fields">{draft.kind.fields().iter().map(field).collect_view()}</div>
        <p class="note" id="text-note">
            <TextNote />
        </p>
        <details class="composed awake-only">
            <summary>"Text in the code"</summary>
            <pre data-composed=""></pre>
        </details>
    }
}

fn content_field(field: &Field, answers: &Answers, wrong: Option<String>) -> impl IntoView + use<> {
    let note = format!("{}-note", field.name);
    let class = match field.input {
        Input::Tick => "field is-tick",
        _ if is_short(field) => "field is-short",
        _ => "field",
    };
    let when = field.only_when.map(|chosen| format!(" when-{chosen}")).unwrap_or_default();
    view! {
        <div class=format!("{class}{when}")>
            <label for=field.name>{field.label}</label>
            {control(field, answers.get(field.name), &note, wrong.is_some())}
            <p class="note-error" id=note>
                {wrong}
            </p>
        </div>
    }
}

/// Two of these stand side by side.
fn is_short(field: &Field) -> bool {
    const NAMES: [&str; 12] = [
        "given",
        "family",
        "phone",
        "mobile",
        "postcode",
        "city",
        "region",
        "country",
        "latitude",
        "longitude",
        "bic",
        "purpose",
    ];
    matches!(field.input, Input::Day | Input::Time | Input::Decimal | Input::Choice(_))
        || NAMES.contains(&field.name)
}

fn control(field: &Field, answer: &str, note: &str, is_wrong: bool) -> impl IntoView + use<> {
    let (name, note, invalid) = (field.name, note.to_owned(), is_wrong.then_some("true"));
    let required = field.is_required.then_some("true");
    match field.input {
        Input::Choice(choices) => {
            let chosen = answer.to_owned();
            let option = move |(value, words): &(&'static str, &'static str)| {
                view! { <option value=*value selected=*value == chosen>{*words}</option> }
            };
            EitherOf4::A(view! {
                <select id=name name=name autocomplete="off" aria-describedby=note aria-invalid=invalid autofocus=is_wrong>
                    {choices.iter().map(option).collect_view()}
                </select>
            })
        }
        Input::Tick => {
            let is_ticked = !answer.is_empty();
            EitherOf4::B(view! {
                <input id=name name=name type="checkbox" autocomplete="off" checked=is_ticked aria-describedby=note />
            })
        }
        Input::Lines => EitherOf4::C(view! {
            <textarea
                id=name
                name=name
                rows="2"
                dir="auto"
                autocomplete="off"
                placeholder=field.hint
                aria-describedby=note
                aria-invalid=invalid
                autofocus=is_wrong
                inner_html=super::textarea::textarea_content(answer)
            ></textarea>
        }),
        _ => {
            let (kind, mode) = typing(field.input);
            // The keyboard should not change texts that must be exact.
            let is_prose = field.input == Input::Line;
            let is_zone = field.input == Input::Zone;
            let answer = if is_zone && answer.is_empty() { "UTC" } else { answer };
            EitherOf4::D(view! {
                <input
                    id=name
                    name=name
                    type=kind
                    inputmode=mode
                    dir="auto"
                    autocomplete="off"
                    autocapitalize=(!is_prose).then_some("none")
                    spellcheck=(!is_prose).then_some("false")
                    placeholder=field.hint
                    aria-required=required
                    aria-describedby=note
                    aria-invalid=invalid
                    autofocus=is_wrong
                    list=is_zone.then(|| format!("{name}s"))
                    data-zone=is_zone.then_some("")
                    value=answer.to_owned()
                />
                {is_zone.then(|| view! { <datalist id=format!("{name}s")></datalist> })}
            })
        }
    }
}

/// The type of an input, and the keyboard that a phone shows. The browser would check the types `email` and `url`
/// itself, with its own messages and other rules.
fn typing(input: Input) -> (&'static str, Option<&'static str>) {
    match input {
        Input::Email => ("text", Some("email")),
        Input::Link => ("text", Some("url")),
        Input::Decimal => ("text", Some("decimal")),
        Input::Phone => ("tel", None),
        Input::Day => ("date", None),
        Input::Time => ("time", None),
        Input::Line | Input::Lines | Input::Exact | Input::Zone | Input::Choice(_) | Input::Tick => {
            ("text", None)
        }
    }
}
