//! The page of a photo. Server only, but for its heading; what changes while a worker is busy is marked `data-live`.

use domain::wire::PhotoRow;
use domain::{EntryId, EntryRow};
use leptos::prelude::*;

use super::describe_form::describe_form;
use super::entry_actions::{copies, remove_form};
use super::entry_article::facts;
use super::entry_heading::EntryTitle;
use super::entry_standing::EntryStanding;
use super::messages::message_state;
use super::photo_labels::photo_labels;
use super::photo_panel::photo_panel;
use super::photo_parts::thumbnail;
use super::recipes::recipes;
use crate::model::EntryPage;
use crate::page_state::PageState;

/// The photo of a page.
pub(crate) fn photo_article(page: PageState, model: &EntryPage, photo: &PhotoRow) -> impl IntoView + use<> {
    let entry = &model.entry;
    view! {
        <article class="entry is-photo" data-id=entry.id>
            <header class="entry-head">
                <p class="entry-number">{format!("#{}", entry.id)}</p>
                <EntryTitle />
            </header>
            <EntryStanding />
            {photo_panel(page, entry, photo)}
            {photo_labels(page, model, photo)}
            <div class="entry-side">
                <div data-live="message">{model.message.as_ref().map(|state| message_state(page, state))}</div>
                <div class="entry-more">{copies(page, entry)} {remove_form(page, entry.id)}</div>
                <div data-live="reprocess">
                    {(!photo.is_unusable()).then(|| reprocess_form(page, entry.id, photo))}
                </div>
                {describe_form(page, entry, model.typed.as_deref(), model.failure.as_ref())}
                <div data-live="similar">{similar(page, &model.similar)}</div>
            </div>
            <div class="photo-about">{facts(entry)}</div>
        </article>
    }
}

/// Another recipe.
fn reprocess_form(page: PageState, id: EntryId, photo: &PhotoRow) -> impl IntoView + use<> {
    view! {
        <form class="reprocess" method="post" action=page.addresses().reprocess(id) data-verb="act" data-said=format!("Working on #{id}")>
            <div class="field">
                <label for="recipe">"Make something else of it"</label>
                {recipes("recipe", photo.recipe)}
            </div>
            <button class="button" type="submit">
                "Make it"
            </button>
        </form>
    }
}

/// Photos that look alike: only a hint.
fn similar(page: PageState, entries: &[EntryRow]) -> impl IntoView + use<> {
    let one = |entry: &EntryRow| {
        let source = thumbnail(page, entry);
        view! {
            <li>
                <a class="similar" href=page.addresses().entry(entry.id)>
                    {source.map(|source| view! { <img src=source alt="" width="72" height="72" loading="lazy" /> })}
                    <span>{format!("#{}", entry.id)}</span>
                </a>
            </li>
        }
    };
    (!entries.is_empty()).then(|| {
        view! {
            <section class="photo-similar" aria-labelledby="similar">
                <h2 id="similar">"Similar photos"</h2>
                <ul>{entries.iter().map(one).collect_view()}</ul>
            </section>
        }
    })
}
