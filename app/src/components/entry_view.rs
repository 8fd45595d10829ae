//! One entry: the code large, its facts, its files, and the way back when it is a tombstone.

use leptos::either::Either;
use leptos::prelude::*;

use super::copy_button::copy_button;
use super::levels::level_words;
use super::notice_board::restore_form;
use super::row::{downloads, remove_form, thumbnail};
use super::value::value;
use crate::browser;
use crate::page_state::{PageState, page_state};
use crate::shown::{Shown, Standing};
use crate::words;

/// The entry that the page is about, as it changes.
#[island]
pub fn EntryView() -> impl IntoView {
    let page = page_state();
    move || page.entry.get().map(|shown| entry(page, shown))
}

fn entry(page: PageState, shown: Shown) -> impl IntoView {
    let title = shown.title();
    let number = format!("#{}", shown.id);
    let picture =
        thumbnail(page, &shown).filter(|_| shown.standing == Standing::Live || shown.value.is_some());
    let standing = standing(page, &shown);
    let is_tombstone = shown.standing != Standing::Live;
    let actions = (!is_tombstone).then(|| actions(page, &shown));
    view! {
        <article class="entry" class:is-tombstone=is_tombstone>
            <header class="entry-head">
                <p class="entry-number">{number.clone()}</p>
                <h1 class="entry-title">
                    <bdi>{title}</bdi>
                </h1>
            </header>
            {standing}
            <figure class="entry-picture">
                {picture.map(|source| {
                    view! { <img src=source alt=format!("The code {number}") width="512" height="512" /> }
                })}
            </figure>
            <div class="entry-side">{actions} {facts(page, shown)}</div>
        </article>
    }
}

fn standing(page: PageState, shown: &Shown) -> impl IntoView + use<> {
    match shown.standing {
        Standing::Live => None,
        Standing::Removed => Some(Either::Left(view! {
            <div class="entry-tombstone">
                <p>"Removed. It can be restored for seven days."</p>
                {restore_form(page, shown.id, "Restore")}
            </div>
        })),
        Standing::Gone => Some(Either::Right(view! {
            <div class="entry-tombstone">
                <p>"Gone: its file was deleted from the bucket by another program."</p>
            </div>
        })),
    }
}

fn actions(page: PageState, shown: &Shown) -> impl IntoView + use<> {
    let id = shown.id;
    let number = format!("#{id}");
    let value = shown.value.clone();
    view! {
        <div class="entry-actions">
            {downloads(page, shown)}
            {copy_button(page, "link", number.clone(), move || browser::absolute(&page.addresses().entry(id)))}
            {value.map(|value| copy_button(page, "value", number, move || value.clone()))}
            {remove_form(page, id)}
        </div>
    }
}

fn facts(page: PageState, shown: Shown) -> impl IntoView {
    let when = if page.is_awake.get() {
        browser::local_minute(&shown.created_at)
    } else {
        words::utc_minute(&shown.created_at)
    };
    let fact = |name: &'static str, words: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{words}</dd>
            </div>
        }
    };
    view! {
        <dl class="entry-facts">
            {shown
                .value
                .map(|text| {
                    view! {
                        <div class="entry-value">
                            <dt>"Value"</dt>
                            <dd>{value(text)}</dd>
                        </div>
                    }
                })}
            {shown.version.map(|version| fact("Version", version.to_string()))}
            {shown.level.map(|level| fact("Level", format!("{level} · {}", level_words(level).1)))}
            {fact("Size", words::size(shown.size_bytes))}
            <div>
                <dt>"Saved"</dt>
                <dd>
                    <time datetime=shown.created_at>{when}</time>
                </dd>
            </div>
            <div>
                <dt>"File"</dt>
                <dd class="entry-key">
                    <bdi>{shown.key}</bdi>
                </dd>
            </div>
        </dl>
    }
}
