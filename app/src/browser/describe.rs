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

/// The fields that a person fills in.
const TYPED: [&str; 2] = ["name", "labels"];

/// Gives the entry of the page the typed name and labels. The focus stays where it is.
pub(super) fn describe(page: PageState, id: EntryId) {
    // What others changed just now has hardly been read.
    if page.untracked.with_value(|now| now.is_saving) || verbs::have_rows_moved_just_now(page) {
        return;
    }
    let Some(before) = page.entry.get_untracked() else { return };
    compose::set_saving(page, true, None);
    spawn_local(async move {
        let typed = ["revision", "name", "labels"].map(|name| (name, form::value(name).unwrap_or_default()));
        let described = functions::describe(page.addresses().space, id, Parameters::from(typed)).await;
        compose::set_saving(page, false, None);
        match described {
            Ok(change) => {
                fill(&change.entry);
                compose::forget_failure(page);
                show_own(page, change.entry);
                verbs::show_outcome(page, Notice::Described, words::of_notice(&Notice::Described));
            }
            Err(Refused(failure)) => refused(page, failure, &before).await,
        }
    });
}

/// Shows what was saved, or what others made of it while the answer was on its way.
fn show_own(page: PageState, own: EntryRow) {
    match page.entry.get_untracked().filter(|now| now.revision > own.revision) {
        Some(newer) => {
            take_over(page, &own, &newer);
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
        let is_explained = take_over(page, before, &now);
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
        take_over(page, before, now);
    }
}

/// Loads the page again, unless that would lose what is typed: then it says so.
pub(super) fn show_newer_page(page: PageState) {
    if page.entry.with_untracked(|entry| entry.as_ref().is_some_and(is_typed)) {
        let words =
            "Someone else changed this entry. Reload the page to see it; save or copy what you typed first.";
        verbs::show_outcome(page, Notice::Failed { error: words.to_owned() }, words.to_owned());
    } else {
        reload();
    }
}

/// Text that the browser has restored must be seen.
pub(super) fn show_typed(page: PageState) {
    if page.entry.with_untracked(|entry| entry.as_ref().is_some_and(is_typed)) {
        form::open_description();
    }
}

/// Shows another's name and labels. What is typed stays, with a note, and the next save replaces them. Returns
/// whether what is in the form is explained.
fn take_over(page: PageState, before: &EntryRow, now: &EntryRow) -> bool {
    let revision = now.revision.to_string();
    if form::value("revision").as_ref() == Some(&revision) {
        return false;
    }
    if !is_typed(before) || !is_typed(now) {
        fill(now);
        return true;
    }
    form::set_default("revision", &revision);
    let is_other = (&now.name, &now.labels) != (&before.name, &before.labels);
    if is_other {
        form::open_description();
        verbs::rows_moved(page);
        // “Saved.” would contradict it.
        page.messages.update(|messages| messages.notice = None);
        compose::refuse(page, Failure::new(words::changed_by_another(now)));
    }
    is_other
}

/// Whether the form differs from an entry.
fn is_typed(entry: &EntryRow) -> bool {
    form::value("name").is_some_and(|name| name != entry.name.as_str())
        || form::value("labels").is_some_and(|labels| labels != entry.label_list())
}

/// Fills the form in, as if the page had come with it.
fn fill(entry: &EntryRow) {
    form::set_default("revision", &entry.revision.to_string());
    for (name, text) in TYPED.into_iter().zip([entry.name.to_string(), entry.label_list()]) {
        form::set_default(name, &text);
        form::set_value(name, &text);
    }
}
