//! One listener for every press in rows and on an entry's page, told apart by `data-` attributes. So the WASM need
//! not know what the server draws there, and a row needs no listener of its own.

use domain::{EntryId, Notice};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::focus::focus_on;
use super::{compose, copy, describe, document as browser, panel, search, verbs};
use crate::page_state::PageState;

/// The form of the composer.
const SAVE: &str = "form[data-verb=save]";

/// The form that searches the bucket.
const SEARCH: &str = ".search";

/// The form for name and labels.
const DESCRIBE: &str = "form[data-verb=describe]";

/// Listens to keys, clicks and forms for as long as the page is open.
pub(super) fn delegate(page: PageState) {
    // Never removed: they live as long as the page.
    for kind in ["input", "change"] {
        let _ = window_event_listener_untyped(kind, move |event| {
            if closest(&event, SEARCH).is_some() {
                search::search_soon(page);
            } else if closest(&event, "[data-verb=act],.space-listing").is_some() {
                // They belong to no form that is kept.
            } else if closest(&event, DESCRIBE).is_some() {
                compose::forget_wrong_field(page);
            } else if closest(&event, ".look").is_some() {
                compose::read(page);
            } else {
                compose::read_typed(page);
            }
        });
    }
    let _ = window_event_listener_untyped("keydown", move |event| {
        let Ok(key) = event.dyn_into::<KeyboardEvent>() else { return };
        if key.key() == "Escape" {
            if closest(&key, SEARCH).is_some() {
                search::clear(page);
            } else if !target(&key).is_some_and(|target| panel::close_around(&target)) {
                verbs::dismiss(page);
            }
            return;
        }
        let types = ":is(input,textarea,select,[contenteditable])";
        if key.key() == "/" && closest(&key, types).is_none() && focus_on("#search") {
            return key.prevent_default();
        }
        let is_save = key.key() == "Enter" && (key.ctrl_key() || key.meta_key());
        if is_save && closest(&key, SAVE).is_some() {
            key.prevent_default();
            compose::save(page);
        }
    });
    let _ = window_event_listener_untyped("click", move |event| {
        if is_aimed(&event)
            && closest(&event, "li .is-remove").is_some()
            && verbs::have_rows_moved_just_now(page)
        {
            event.prevent_default();
            let words = "The list has just moved, so nothing was removed. Press again.".to_owned();
            return verbs::show_outcome(page, Notice::Failed { error: words.clone() }, words);
        }
        if let Some((button, id)) = pressed(&event, "[data-copy]") {
            event.prevent_default();
            return copy::copy(page, button, id);
        }
        if let Some(link) = closest(&event, "[data-panel]").filter(|_| !opens_elsewhere(&event)) {
            event.prevent_default();
            return panel::toggle(page, link);
        }
        if closest(&event, "[data-new]").is_some_and(|_| !opens_elsewhere(&event)) {
            event.prevent_default();
            search::search(page);
            focus_on(".listing-head h2");
            return;
        }
        if let Some(address) = closest(&event, "a[download]").and_then(|link| link.get_attribute("href")) {
            event.prevent_default();
            return verbs::leave_for(page, address.clone(), move || browser::download(&address));
        }
        let Some(button) = closest(&event, "[data-do]") else { return };
        let attribute = |name| button.get_attribute(name).unwrap_or_default();
        match &*attribute("data-do") {
            "dismiss" => verbs::dismiss(page),
            "reload" => browser::reload(),
            "undo" => verbs::undo_last(page),
            _ => compose::begin_with(page, &attribute("data-example")),
        }
    });
    let _ = window_event_listener_untyped("submit", move |event| {
        if closest(&event, SEARCH).is_some() {
            event.prevent_default();
            return search::search(page);
        }
        if closest(&event, SAVE).is_some() {
            // Previews and files belong to the studio, or else to the server.
            return match submitter(&event) {
                Some(button) if button.has_attribute("formaction") => submit_natively(page, &event, button),
                _ => {
                    event.prevent_default();
                    compose::save(page);
                }
            };
        }
        if let Some(form) = closest(&event, "form[data-verb=act]") {
            event.prevent_default();
            return verbs::act(page, form);
        }
        let Some((form, id)) = pressed(&event, "form[data-verb]") else {
            if let Some(button) = submitter(&event).filter(|_| !event.default_prevented()) {
                submit_natively(page, &event, button);
            }
            return;
        };
        event.prevent_default();
        match form.get_attribute("data-verb").as_deref() {
            Some("restore") => verbs::restore(page, id),
            Some("describe") => describe::describe(page, id),
            _ => verbs::remove(page, id),
        }
    });
}

/// The element that handles the event, and the entry that it belongs to.
fn pressed(event: &web_sys::Event, selector: &str) -> Option<(Element, EntryId)> {
    let element = closest(event, selector)?;
    let id = element.closest("[data-id]").ok()??.get_attribute("data-id")?.parse().ok()?;
    Some((element, id))
}

/// The button that submitted the form.
fn submitter(event: &web_sys::Event) -> Option<Element> {
    js_sys::Reflect::get(event, &"submitter".into()).ok()?.dyn_into().ok()
}

/// Lets the browser submit a form natively once the server is known to answer: presses the button again.
fn submit_natively(page: PageState, event: &web_sys::Event, button: Element) {
    let is_checked = page.untracked.try_update_value(|untracked| core::mem::take(&mut untracked.may_leave));
    if is_checked == Some(true) {
        return;
    }
    event.prevent_default();
    verbs::leave_for(page, page.addresses().alive(), move || {
        page.untracked.update_value(|untracked| untracked.may_leave = true);
        button.unchecked_into::<HtmlElement>().click();
    });
}

/// Whether a click was made with a pointer. After a click by key, the focus moves with the row.
fn is_aimed(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"detail".into()).ok().and_then(|clicks| clicks.as_f64()) > Some(0.0)
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok()?
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether a press on a link opens it in another tab or window.
fn opens_elsewhere(event: &web_sys::Event) -> bool {
    ["ctrlKey", "metaKey", "shiftKey"].into_iter().any(|key| is_held(event, key))
}

/// Whether a key was held when the pointer was pressed.
fn is_held(event: &web_sys::Event, key: &str) -> bool {
    js_sys::Reflect::get(event, &key.into()).is_ok_and(|held| held.is_truthy())
}
