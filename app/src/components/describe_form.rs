//! The form for the name and labels of an entry. Server only: nothing but the person, and taking over what was saved,
//! ever writes into its fields. Beside each field it holds the text that the field had at first, since a field that
//! nobody touched is left as it is. On a hydrated page `browser::describe` sends it; the islands in it show what is
//! wrong.

use domain::{EntryRow, Failure, Field};
use leptos::prelude::*;

use super::notes::{FormNote, LabelsNote, NameNote};
use crate::model::TypedDescription;
use crate::page_state::PageState;

/// The form, closed; open, with what was typed, after it was refused. The page then opens at the refused field, or at
/// the button below the reason.
pub(super) fn describe_form(
    page: PageState,
    entry: &EntryRow,
    typed: Option<&TypedDescription>,
    failure: Option<&Failure>,
) -> impl IntoView + use<> {
    let fields = typed.cloned().unwrap_or_else(|| TypedDescription::untouched(entry));
    let refused = failure.filter(|_| typed.is_some()).map(|failure| failure.field.clone());
    let (is_name, is_labels) = (refused == Some(Some(Field::Name)), refused == Some(Some(Field::Labels)));
    let is_neither = refused.is_some() && !is_name && !is_labels;
    view! {
        <details class="describe disclosure" open=typed.is_some()>
            <summary>
                <span class="disclosure-title">"Name and labels"</span>
            </summary>
            <form method="post" action=page.addresses().describe(entry.id) data-verb="describe">
                <div class="field">
                    {input("name", "Name", fields.name.text, is_name, "name-note")}
                    {at_first("name-at-first", fields.name.at_first)} <NameNote />
                </div>
                <div class="field">
                    {input("labels", "Labels", fields.labels.text, is_labels, "labels-note labels-hint")}
                    {at_first("labels-at-first", fields.labels.at_first)}
                    <LabelsNote />
                    <p class="describe-hint" id="labels-hint">
                        "Separate labels with commas."
                    </p>
                </div>
                <FormNote />
                <button class="button" type="submit" aria-describedby="form-note" autofocus=is_neither>
                    "Save name and labels"
                </button>
            </form>
        </details>
    }
}

/// A line of text with its label.
fn input(
    name: &'static str,
    label: &'static str,
    value: String,
    is_refused: bool,
    described_by: &'static str,
) -> impl IntoView {
    view! {
        <label for=name>{label}</label>
        <input
            id=name
            name=name
            type="text"
            dir="auto"
            value=value
            aria-invalid=is_refused.then_some("true")
            aria-describedby=described_by
            autofocus=is_refused
        />
    }
}

/// What a field had before anybody typed. The browser must not restore it: the entry may be another by then.
fn at_first(name: &'static str, text: String) -> impl IntoView {
    view! { <input type="hidden" name=name autocomplete="off" value=text /> }
}
