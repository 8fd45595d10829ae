//! The form for photos: a drop zone, buttons, what to make of each, and a phone number. Server only. Without
//! JavaScript it is a plain form; otherwise the module `uploads` sends the files one by one and fills in the list.

use domain::Recipe;
use leptos::prelude::*;

use super::messages::phone_hint;
use super::recipes::recipes;
use crate::model::{Field, SpacePage};
use crate::page_state::PageState;

/// The id of the form: its request id is outside of it.
pub(super) const PHOTO_FORM: &str = "photo-form";

/// What the file choosers offer first. Some systems know no type for the pictures of phones.
const PICTURES: &str = "image/*,.heic,.heif";

/// Shown where the module does not work.
const BROKEN: &str =
    "This browser cannot upload in the background. Choose photos and press “Upload” instead.";

/// Shown while the module cannot be loaded.
const AWAY: &str = "The server cannot be reached. Trying again";

/// The part of a space's page that is about photos.
pub(crate) fn photos(page: PageState, model: &SpacePage) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let failure = model.failure.as_ref();
    let refused =
        |field: Field| failure.filter(|failure| failure.field == Some(field)).map(|it| it.error.clone());
    let (of_files, of_phone) = (refused(Field::Photos), refused(Field::PhotoPhone));
    view! {
        <section
            class="photos"
            aria-labelledby="photos"
            data-photos=addresses.photos()
            data-known-photo=addresses.known_photo()
            data-entries=addresses.entries()
        >
            <h2 id="photos" tabindex="-1">
                "Photos"
            </h2>
            <form
                class="photos-form"
                method="post"
                action=addresses.photos()
                enctype="multipart/form-data"
                novalidate=""
                id=PHOTO_FORM
            >
                {wish(model.photos.recipe, model.photos.phone.clone(), of_phone.is_some())}
                <p class="note-error" id="photo-phone-note" data-phone-note="">
                    {of_phone}
                </p>
                <p class="photos-hint" id="photo-phone-hint">
                    {phone_hint(page, model.sending)}
                </p>
                {choosers(of_files.is_some())}
                <p class="note-error" id="photos-note" data-broken=BROKEN data-away=AWAY>
                    {of_files}
                </p>
            </form>
            <p class="visually-hidden" role="status"></p>
            {list()}
        </section>
    }
}

/// What to make of each photo, and which number gets a message. Before the files: a form without JavaScript is
/// read in order.
fn wish(recipe: Recipe, phone: String, is_refused: bool) -> impl IntoView {
    view! {
        <div class="photos-wish">
            <div class="field">
                <label for="photo-recipe">"Make of each photo"</label>
                {recipes("photo-recipe", recipe)}
            </div>
            <div class="field">
                <label for="photo-phone">"Text me when it is done"</label>
                <input
                    id="photo-phone"
                    name="phone-number"
                    type="tel"
                    autocomplete="tel"
                    placeholder="optional, with country code"
                    aria-describedby="photo-phone-note photo-phone-hint"
                    aria-invalid=is_refused.then_some("true")
                    autofocus=is_refused
                    value=phone
                />
            </div>
        </div>
    }
}

/// The drop zone with the choosers. Only the first has a name, so only its files are in the form.
fn choosers(is_refused: bool) -> impl IntoView {
    view! {
        <div class="drop-zone">
            <p class="drop-words awake-only">"Drop photos or a folder anywhere on this page, or paste one"</p>
            <div class="choosers">
                <label class="button chooser is-main">
                    <span>"Choose photos"</span>
                    <input
                        type="file"
                        name="photos"
                        multiple=""
                        accept=PICTURES
                        aria-describedby="photos-note"
                        aria-invalid=is_refused.then_some("true")
                    />
                </label>
                <label class="button chooser is-camera awake-only">
                    <span>"Take a photo"</span>
                    <input type="file" accept="image/*" capture="environment" />
                </label>
                <label class="button chooser is-folder awake-only">
                    <span>"Choose a folder"</span>
                    <input type="file" data-folder="" multiple="" />
                </label>
                <button class="button is-primary upload-button" type="submit">
                    "Upload"
                </button>
            </div>
        </div>
    }
}

/// The list of uploads, empty, and what a row in it looks like.
fn list() -> impl IntoView {
    let action = |name: &'static str, words: &'static str| {
        view! {
            <button class="action" type="button" data-action=name hidden="">
                {words}
            </button>
        }
    };
    let all = |name: &'static str, words: &'static str| {
        view! {
            <button class="action" type="button" data-all=name hidden="">
                {words}
            </button>
        }
    };
    view! {
        <div class="uploads-summary" data-summary="" hidden="">
            <span data-words=""></span>
            {all("cancel", "Cancel all")}
            {all("retry", "Try all again")}
        </div>
        <ol class="uploads" data-uploads="" aria-label="Uploads"></ol>
        <template>
            <li class="upload" tabindex="-1">
                <bdi class="upload-name" data-upload="name"></bdi>
                <progress class="upload-progress" data-upload="progress" max="100"></progress>
                <span class="upload-words" data-upload="words"></span>
                <span class="upload-actions">
                    {action("anyway", "Upload anyway")} {action("retry", "Try again")} {action("cancel", "Cancel")}
                    {action("skip", "Dismiss")}
                </span>
            </li>
        </template>
    }
}
