//! Where a code is made: a plain form, which an awake page sends by itself. The fields are left to the browser: nothing
//! writes into them but the clearing after a save, so that no keystroke is ever lost.

use leptos::ev;
use leptos::html::{Input, Textarea};
use leptos::prelude::*;

use super::composer_state::ComposerState;
use super::facts::facts;
use super::levels::levels;
use super::preview::{downloads, preview};
use crate::model::Field;
use crate::page_state::page_state;

/// Text, level, name, and what becomes of them.
#[island]
pub fn Composer() -> impl IntoView {
    let page = page_state();
    let draft = page.draft();
    let (text_field, name_field) = (NodeRef::<Textarea>::new(), NodeRef::<Input>::new());
    let composer = ComposerState::new(page, &draft, text_field, name_field);
    // What was typed while the page was asleep.
    Effect::new(move || composer.read_fields());

    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            composer.save();
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        composer.save();
    };

    view! {
        <form
            class="composer"
            method="post"
            action=page.addresses().save()
            on:submit=on_submit
            on:keydown=on_keydown
        >
            <div class="composer-fields">
                <input type="hidden" name="request" autocomplete="off" value=move || composer.request.get() />
                <div class="field">
                    <label for="text">"Text"</label>
                    <textarea
                        class="composer-text"
                        id="text"
                        name="text"
                        rows="3"
                        dir="auto"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="A link, a Wi-Fi login, a phone number …"
                        aria-describedby="text-note"
                        aria-invalid=move || composer.text_complaint().map(|_| "true")
                        node_ref=text_field
                        on:input=move |_| composer.read_fields()
                        inner_html=as_textarea_content(&draft.text)
                    ></textarea>
                    <p class="note" id="text-note">
                        <span class="note-error">{move || composer.text_complaint()}</span>
                        {move || {
                            composer
                                .known
                                .get()
                                .map(|id| {
                                    view! {
                                        <span class="note-known">
                                            "You have this one: "
                                            <a data-known="" href=page.addresses().entry(id)>{format!("#{id}")}</a>
                                        </span>
                                    }
                                })
                        }}
                    </p>
                </div>
                {levels(composer, draft.level)}
                <div class="composer-last">
                    <div class="field">
                        <label for="name">"Name"</label>
                        <input
                            id="name"
                            name="name"
                            type="text"
                            dir="auto"
                            autocomplete="off"
                            placeholder="optional"
                            aria-describedby="name-note"
                            aria-invalid=move || composer.refused(Some(Field::Name)).map(|_| "true")
                            value=draft.name
                            node_ref=name_field
                            on:input=move |_| composer.read_fields()
                        />
                    </div>
                    <button class="button is-primary" type="submit" aria-busy=move || composer.is_saving.get().to_string()>
                        "Save"
                    </button>
                </div>
                <p class="note-error" id="name-note">{move || composer.refused(Some(Field::Name))}</p>
                <p class="note-error composer-failure" role="alert">
                    {move || composer.refused(None)}
                </p>
            </div>
            {preview(composer.drawing)}
            {facts(composer.drawing)}
            {downloads(composer)}
        </form>
    }
}

/// A text as what stands between the tags of a textarea. A line feed goes first, because the parser drops one there.
fn as_textarea_content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::as_textarea_content;

    #[test]
    fn a_textarea_cannot_be_left() {
        assert_eq!(as_textarea_content("\n</textarea>&lt;"), "\n\n&lt;/textarea>&amp;lt;");
    }
}
