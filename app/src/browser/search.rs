//! Searching while somebody types: the form is the server's, and says what is asked for.

use core::time::Duration;

use domain::{Notice, Parameters, Sort};
use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::{form, verbs};
use crate::functions::{self, Refused};
use crate::page_state::PageState;
use crate::words::grouped;

/// How long nothing more must be typed. A request for each letter would only keep the last one waiting.
const PAUSE: Duration = Duration::from_millis(80);

/// Something was typed or chosen: searches once no more is.
pub(super) fn search_soon(page: PageState) {
    let search = begin(page);
    let now = move || {
        if page.searches() == search {
            run(page, search);
        }
    };
    set_timeout(now, PAUSE);
}

/// Searches at once.
pub(super) fn search(page: PageState) {
    run(page, begin(page));
}

/// Forgets the words that are looked for.
pub(super) fn clear(page: PageState) {
    if let Ok(Some(field)) = document().query_selector("#search") {
        let _ = Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(""));
        search(page);
    }
}

/// Searches for what was typed before the page was hydrated, or what the browser has filled in.
pub(super) fn catch_up(page: PageState) {
    let is_other = |asked: Parameters| page.listing.with_untracked(|listing| *listing.query() != asked);
    if asked().is_some_and(is_other) {
        search(page);
    }
}

fn begin(page: PageState) -> u32 {
    let count = page.untracked.try_update_value(|untracked| {
        untracked.searches = untracked.searches.wrapping_add(1);
        untracked.searches
    });
    count.unwrap_or_default()
}

/// What the form asks for; `None` on a page without it.
fn asked() -> Option<Parameters> {
    let form: Element = document().query_selector("form.search").ok()??;
    let (fields, default) = (form::fields_of(&form), Sort::default().to_string());
    let is_asked = |(name, value): &(&str, &str)| match *name {
        "sort" => *value != default,
        _ => !value.trim().is_empty(),
    };
    Some(fields.pairs().filter(is_asked).map(|(name, value)| (name, value.trim())).collect())
}

fn run(page: PageState, search: u32) {
    let Some(query) = asked() else { return };
    spawn_local(async move {
        let address = page.addresses();
        let found = functions::listing(address.space.clone(), query.clone()).await;
        if page.searches() != search {
            return;
        }
        match found {
            Ok(found) => {
                let total = found.total;
                if let Ok(Some(all)) = document().query_selector(".choose-all input") {
                    let _ = all.set_attribute("value", &query.to_string());
                }
                let here = address.listing_page(&query, 1);
                if let Ok(history) = window().history() {
                    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here));
                }
                let is_all = query.is_empty();
                page.listing.update(|listing| listing.find(query, found));
                // What was refused before is outdated.
                page.messages.update(|messages| {
                    messages.notice.take_if(|notice| matches!(notice, Notice::Failed { .. }));
                });
                page.say(format!("{} {}", grouped(total), if is_all { "in the bucket" } else { "found" }));
            }
            Err(Refused(failure)) => {
                verbs::show_outcome(page, Notice::Failed { error: failure.error.clone() }, failure.error);
            }
        }
    });
}
