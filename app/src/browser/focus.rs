//! Moves the focus.

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// Moves the focus to the first element that matches; returns whether there is one.
pub(super) fn focus_on(selector: &str) -> bool {
    let Ok(Some(element)) = document().query_selector(selector) else { return false };
    element.unchecked_into::<HtmlElement>().focus().is_ok()
}

/// The same, if nothing has the focus.
pub(super) fn focus_if_lost(selector: &str) {
    let active = document().active_element();
    let is_lost = active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"));
    if is_lost {
        focus_on(selector);
    }
}
