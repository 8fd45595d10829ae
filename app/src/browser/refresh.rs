//! Parts of a page that only the server draws, marked `data-live`: when they are outdated, the page is fetched again,
//! and they are replaced by their newer state. So the WASM need not know how to draw what few pages show.

use core::time::Duration;

use domain::Seq;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{DomParser, Element, SupportedType};

use super::document::{here, localise_times};
use super::focus::focus_on;
use super::http;
use crate::page_state::{PageState, Refresh};

/// Changes within this time are fetched together.
const PAUSE: Duration = Duration::from_millis(400);

/// Fetches the live parts of the page again; if that is happening already, then once more after it.
pub(super) fn refresh(page: PageState) {
    let before = page.untracked.try_update_value(|untracked| {
        let before = untracked.refresh;
        untracked.refresh = if before == Refresh::None { Refresh::Running } else { Refresh::Again };
        before
    });
    if before == Some(Refresh::None) {
        run(page);
    }
}

fn run(page: PageState) {
    spawn_local(async move {
        let (address, seq) = newest(page);
        if let Some(html) = http::page(&address, seq).await {
            // Not even a part of it is better than a part of an older one.
            let _ = replace(&html);
        }
        set_timeout(move || go_on(page), PAUSE);
    });
}

fn go_on(page: PageState) {
    let before = page.untracked.try_update_value(|untracked| {
        let before = untracked.refresh;
        untracked.refresh = if before == Refresh::Again { Refresh::Running } else { Refresh::None };
        before
    });
    if before == Some(Refresh::Again) {
        run(page);
    }
}

/// The address of the page, with what it was asked for, and the seq of its newest known state.
fn newest(page: PageState) -> (String, Seq) {
    let entry = page.entry.with_untracked(|entry| entry.as_ref().map(|entry| (entry.id, entry.revision)));
    match entry {
        Some((id, revision)) => (page.addresses().entry(id), revision),
        None => (here(), page.seq()),
    }
}

/// Replaces the parts that differ. A part that has the focus keeps it: on the same button of the same entry, or else as a
/// whole.
fn replace(html: &str) -> Option<()> {
    let newer = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let parts = newer.query_selector_all("[data-live]").ok()?;
    for part in (0..parts.length()).filter_map(|index| parts.get(index)) {
        let part: Element = part.unchecked_into();
        let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
        let old = document().query_selector(&selector).ok()??;
        let focused = document().active_element().filter(|active| old.contains(Some(active)));
        localise_times(&part);
        if old.outer_html() == part.outer_html() {
            continue;
        }
        old.replace_with_with_node_1(&part).ok()?;
        if let Some(focused) = focused {
            let owner = focused.closest("[data-id]").ok().flatten();
            let id = owner.and_then(|owner| owner.get_attribute("data-id")).unwrap_or_default();
            let is_found = focus_on(&format!("{selector} [data-id='{id}'] :is(button,h3 a)"));
            if !is_found {
                focus_on(&selector);
            }
        }
    }
    Some(())
}
