//! Messages about the fields of a form, the composer or that for name and labels: beside each field, and about the form
//! as a whole.

use domain::Field;
use leptos::prelude::*;

use crate::browser;
use crate::page_state::page_state;

/// What is wrong with the text, or that it was saved before.
#[island]
pub fn TextNote() -> impl IntoView {
    let page = page_state();
    let composer = page.composer;
    Effect::new(move || browser::mark("text", "aria-invalid", composer.text_error().is_some()));
    move || {
        let known = composer.feedback.with(|feedback| feedback.known).map(|id| {
            view! {
                <span class="note-known">
                    "You have this one: "
                    <a data-known="" href=page.addresses().entry(id)>
                        {format!("#{id}")}
                    </a>
                </span>
            }
        });
        view! {
            <span class="note-error">{composer.text_error()}</span>
            {known}
        }
    }
}

/// What is wrong with the name.
#[island]
pub fn NameNote() -> impl IntoView {
    note(&Field::Name, "name", "name-note")
}

/// What is wrong with the labels.
#[island]
pub fn LabelsNote() -> impl IntoView {
    note(&Field::Labels, "labels", "labels-note")
}

/// Marks the field, too, while something is wrong with it.
fn note(field: &'static Field, name: &'static str, id: &'static str) -> impl IntoView {
    let composer = page_state().composer;
    Effect::new(move || browser::mark(name, "aria-invalid", composer.refused(Some(field)).is_some()));
    move || {
        view! {
            <p class="note-error" id=id>
                {composer.refused(Some(field))}
            </p>
        }
    }
}

/// Errors about no field.
#[island]
pub fn FormNote() -> impl IntoView {
    let composer = page_state().composer;
    move || {
        view! {
            <p class="note-error form-failure" id="form-note" role="alert">
                {composer.refused(None)}
            </p>
        }
    }
}
