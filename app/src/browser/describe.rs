//! The name and labels of the entry of the page: saving what was typed, and taking over what others made of them.

use domain::{EntryId, EntryRow, Failure, Notice, Parameters};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::document::{reload, set_title};
use super::refresh::refresh;
use super::{compose, form, http, verbs};
use crate::functions::{self, Refused};
use crate::page_state::PageState;
use crate::words;

/// The fields that a person fills in, each with the one that holds what was in it at first.
const FIELDS: [(&str, &str); 2] = [("name", "name-at-first"), ("labels", "labels-at-first")];

/// Gives the entry of the page the typed name and labels. The focus stays where it is.
pub(super) fn describe(page: PageState, id: EntryId) {
    // What others changed just now has hardly been read.
    if page.untracked.with_value(|now| now.is_saving) || verbs::have_rows_moved_just_now(page) {
        return;
    }
    let Some(before) = page.entry.get_untracked() else { return };
    compose::set_saving(page, true, None);
    spawn_local(async move {
        let pair = |name| (name, form::value(name).unwrap_or_default());
        let typed: Parameters =
            FIELDS.into_iter().flat_map(|(name, at_first)| [pair(name), pair(at_first)]).collect();
        let described = functions::describe(page.addresses().space, id, typed.clone()).await;
        compose::set_saving(page, false, None);
        match described {
            Ok(change) => {
                fill(&change.entry);
                compose::forget_failure(page);
                let undo = verbs::undo(page.addresses().describe(id), &typed, &change.entry);
                show_own(page, change.entry);
                verbs::show_outcome(page, Notice::Described, words::of_notice(&Notice::Described));
                page.messages.update(|messages| messages.undo = Some(undo));
            }
            Err(Refused(failure)) => refused(page, failure, &before).await,
        }
    });
}

/// Shows what was saved, or what others made of it while the answer was on its way.
fn show_own(page: PageState, own: EntryRow) {
    match page.entry.get_untracked().filter(|now| now.revision > own.revision) {
        Some(newer) => {
            take_over(page, &newer);
        }
        None => page.entry.set(Some(own)),
    }
}

/// If the reason is that the entry has changed, the next press saves over it.
async fn refused(page: PageState, failure: Failure, before: &EntryRow) {
    if failure.field.is_none()
        && let Ok(now) = http::get::<EntryRow>(&page.addresses().api_entry(before.id)).await
        && now.revision != before.revision
    {
        let is_explained = take_over(page, &now);
        page.entry.set(Some(now));
        if is_explained {
            return;
        }
    }
    compose::refuse(page, failure);
}

/// The entry of the page is another than before.
pub(crate) fn entry_changed(page: PageState, before: &EntryRow, now: &EntryRow) {
    set_title(&words::entry_page_title(now));
    if !now.has_same_object(before) {
        return show_newer_page(page);
    }
    let is_other = (&now.photo, &now.labels) != (&before.photo, &before.labels);
    if is_other && now.photo.is_some() && now.state.is_live() {
        refresh(page);
    }
    // Otherwise the answer to the save tells whose change it is.
    if page.untracked.with_value(|untracked| !untracked.is_saving) {
        take_over(page, now);
    }
}

/// Loads the page again, unless that would lose what is typed: then it says so.
pub(super) fn show_newer_page(page: PageState) {
    if FIELDS.into_iter().any(is_touched) {
        let words =
            "Someone else changed this entry. Reload the page to see it; save or copy what you typed first.";
        verbs::show_outcome(page, Notice::Failed { error: words.to_owned() }, words.to_owned());
    } else {
        reload();
    }
}

/// Text that the browser has restored must be seen.
pub(super) fn show_typed() {
    if FIELDS.into_iter().any(is_touched) {
        form::open_description();
    }
}

/// Takes over the name and labels of a newer entry. A field that nobody touched follows. What is typed stays: labels
/// are added to others' at the save, and the next save replaces another's name, after a note. Returns whether there is
/// one.
fn take_over(page: PageState, now: &EntryRow) -> bool {
    let mut is_other_name = false;
    for (field @ (name, at_first), text) in FIELDS.into_iter().zip(texts(now)) {
        if !is_touched(field) || form::value(name).as_ref() == Some(&text) {
            fill_field(field, &text);
        } else if name == "name" && form::value(at_first).as_ref() != Some(&text) {
            form::set_default(at_first, &text);
            is_other_name = true;
        }
    }
    if is_other_name {
        form::open_description();
        verbs::rows_moved(page);
        // “Saved.” would contradict it.
        page.messages.update(|messages| messages.notice = None);
        compose::refuse(page, Failure::new(words::named_by_another(now.name.as_str())));
    }
    is_other_name
}

/// Whether a field holds something else than at first.
fn is_touched((name, at_first): (&str, &str)) -> bool {
    form::value(name) != form::value(at_first)
}

fn texts(entry: &EntryRow) -> [String; 2] {
    [entry.name.to_string(), entry.label_list()]
}

/// Fills the form in, as if the page had come with it.
fn fill(entry: &EntryRow) {
    for (field, text) in FIELDS.into_iter().zip(texts(entry)) {
        fill_field(field, &text);
    }
}

fn fill_field((name, at_first): (&str, &str), text: &str) {
    form::set_default(at_first, text);
    form::set_default(name, text);
    form::set_value(name, text);
}
