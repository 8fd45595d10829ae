//! Messages about the fields of the composer: beside the text, and below the form.

use domain::Field;
use leptos::prelude::*;

use crate::browser;
use crate::page_state::page_state;

/// What is wrong with the text, or that it was saved before.
#[island]
pub fn TextNote() -> impl IntoView {
    let page = page_state();
    let composer = page.composer;
    Effect::new(move || {
        browser::mark("text", "aria-invalid", composer.text_error().is_some());
        browser::mark("name", "aria-invalid", composer.refused(Some(&Field::Name)).is_some());
    });
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

/// What is wrong with the name, and errors about no field.
#[island]
pub fn FormNote() -> impl IntoView {
    let composer = page_state().composer;
    move || {
        view! {
            <p class="note-error" id="name-note">
                {composer.refused(Some(&Field::Name))}
            </p>
            <p class="note-error composer-failure" role="alert">
                {composer.refused(None)}
            </p>
        }
    }
}
