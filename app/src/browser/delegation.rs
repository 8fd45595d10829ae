//! One listener for all that is pressed in rows and on the page of an entry, told apart by `data-` attributes. So what
//! the server draws there need not be known to the WASM, and a row is woken without a listener of its own.

use core::time::Duration;

use domain::{EntryId, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{compose, document as browser, verbs};
use crate::page_state::PageState;

/// How long a button says that it has copied.
const COPIED: Duration = Duration::from_millis(1600);

/// The form of the composer.
const SAVE: &str = "form[data-verb=save]";

/// Hears of every key, click and form for as long as the page is open.
pub(super) fn delegate(page: PageState) {
    // None is ever removed: the page is what they live for.
    for kind in ["input", "change"] {
        let _ = window_event_listener_untyped(kind, move |event| {
            if closest(&event, ".look").is_some() { compose::read(page) } else { compose::read_typed(page) }
        });
    }
    let _ = window_event_listener_untyped("keydown", move |event| {
        let Ok(key) = event.dyn_into::<KeyboardEvent>() else { return };
        let is_save = key.key() == "Enter" && (key.ctrl_key() || key.meta_key());
        if is_save && closest(&key, SAVE).is_some() {
            key.prevent_default();
            compose::save(page);
        }
    });
    let _ = window_event_listener_untyped("click", move |event| {
        if is_aimed(&event) && closest(&event, "li .is-remove").is_some() && verbs::have_rows_just_moved(page)
        {
            event.prevent_default();
            let words = "The list moved just now: nothing was removed. Press again.".to_owned();
            return verbs::tell(page, Notice::Failed { error: words.clone() }, words);
        }
        if let Some((button, id)) = pressed(&event, "[data-copy]") {
            return copy(page, button, id);
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
            _ => compose::begin_with(page, &attribute("data-example")),
        }
    });
    let _ = window_event_listener_untyped("submit", move |event| {
        if closest(&event, SAVE).is_some() {
            // Previews and files are the studio's, or else the server's.
            match goes_elsewhere(&event) {
                Some(button) => send_elsewhere(page, &event, button),
                None => {
                    event.prevent_default();
                    compose::save(page);
                }
            }
            return;
        }
        let Some((form, id)) = pressed(&event, "form[data-verb]") else { return };
        event.prevent_default();
        match form.get_attribute("data-verb").as_deref() {
            Some("restore") => verbs::restore(page, id),
            _ => verbs::remove(page, id),
        }
    });
}

/// The element that answers to the event, and the entry that it belongs to.
fn pressed(event: &web_sys::Event, selector: &str) -> Option<(Element, EntryId)> {
    let element = closest(event, selector)?;
    let id = element.closest("[data-id]").ok()??.get_attribute("data-id")?.parse().ok()?;
    Some((element, id))
}

/// The button with an address of its own by which a form was sent, if it was.
fn goes_elsewhere(event: &web_sys::Event) -> Option<Element> {
    let button = js_sys::Reflect::get(event, &"submitter".into()).ok()?.dyn_into::<Element>().ok()?;
    button.has_attribute("formaction").then_some(button)
}

/// Lets a form go to the server once that has answered: pressed again, it goes.
fn send_elsewhere(page: PageState, event: &web_sys::Event, button: Element) {
    let is_checked = page.notes.try_update_value(|notes| core::mem::take(&mut notes.may_leave));
    if is_checked == Some(true) {
        return;
    }
    event.prevent_default();
    verbs::leave_for(page, page.addresses().alive(), move || {
        page.notes.update_value(|notes| notes.may_leave = true);
        button.unchecked_into::<HtmlElement>().click();
    });
}

/// Whether a click was made by pointing at a place. Of those made by a key the focus goes with the row.
fn is_aimed(event: &web_sys::Event) -> bool {
    js_sys::Reflect::get(event, &"detail".into()).ok().and_then(|clicks| clicks.as_f64()) > Some(0.0)
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Copies the address or the value of an entry. The value comes from the data: in the document its line ends are
/// the parser's.
fn copy(page: PageState, button: Element, id: EntryId) {
    let text = match button.get_attribute("data-copy").as_deref() {
        Some("value") => page.value_of(id),
        _ => Some(browser::absolute(&page.addresses().entry(id))),
    };
    let Some(text) = text else { return };
    spawn_local(async move {
        if browser::copy(&text).await {
            page.say("Copied".to_owned());
            button.set_class_name("action is-copied");
            set_timeout(move || button.set_class_name("action"), COPIED);
        } else {
            page.say("The browser does not allow copying".to_owned());
        }
    });
}
