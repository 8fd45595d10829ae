//! Copying an entry's address, its value, or a text that the server has. Not here: pictures (`frontend/on_demand.js`).

use core::time::Duration;

use domain::{EntryId, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::{document as browser, http, verbs};
use crate::page_state::PageState;

/// How long a button shows that it has copied.
const COPIED: Duration = Duration::from_millis(1600);

/// The browser does not allow it, or the server that has the text is away.
const NOT_COPIED: &str = "It could not be copied. Try again in a moment.";

/// Copies what a button is for. A value comes from the data, because the parser changes line ends in the document.
pub(super) fn copy(page: PageState, button: Element, id: EntryId) {
    let what = button.get_attribute("data-copy").unwrap_or_default();
    let address = browser::absolute(&page.addresses().entry(id));
    spawn_local(async move {
        let is_copied = match &*what {
            "text" => match http::text(&button.get_attribute("href").unwrap_or_default()).await {
                Some(text) => browser::copy(&text).await,
                None => false,
            },
            "value" => match page.entry_of(id).and_then(|entry| entry.value) {
                Some(value) => browser::copy(&value).await,
                None => false,
            },
            _ => browser::copy(&address).await,
        };
        if is_copied {
            page.say("Copied".to_owned());
            // It may have been pressed a moment ago.
            let classes = button.class_name();
            let before = classes.strip_suffix(" is-copied").unwrap_or(&classes).to_owned();
            button.set_class_name(&format!("{before} is-copied"));
            set_timeout(move || button.set_class_name(&before), COPIED);
        } else {
            verbs::show_outcome(page, Notice::Failed { error: NOT_COPIED.to_owned() }, NOT_COPIED.to_owned());
        }
    });
}
