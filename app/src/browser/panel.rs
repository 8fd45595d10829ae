//! Parts of a page that are fetched when somebody opens them: the menu of an entry, the spaces. Without JavaScript the
//! link leads to a page with the same.

use domain::Notice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{DomParser, Element, HtmlElement, SupportedType};

use super::http;
use crate::page_state::PageState;
use crate::words::UNREACHABLE;

/// What says of a link whether its part is open.
const EXPANDED: &str = "aria-expanded";

/// Opens what a link leads to, below it, or closes it.
pub(super) fn toggle(page: PageState, link: Element) {
    let Some(place) = place_of(&link) else { return };
    if link.get_attribute(EXPANDED).as_deref() == Some("true") {
        return set(&link, &place, None);
    }
    let address = link.get_attribute("data-panel").unwrap_or_default();
    spawn_local(async move {
        match http::page(&address, page.seq()).await.and_then(|html| content(&html)) {
            Some(content) => set(&link, &place, Some(&content)),
            None => page.show(Notice::Failed { error: UNREACHABLE.to_owned() }, UNREACHABLE.to_owned()),
        }
    });
}

/// Closes the part that an element is in, and leads back to its link. Returns whether it is in one.
pub(super) fn close_around(element: &Element) -> bool {
    let Ok(Some(content)) = element.closest("[data-panel-content]") else { return false };
    let Some(place) = content.parent_element() else { return false };
    let link = document().query_selector(&format!("[aria-controls='{}']", place.id()));
    let Ok(Some(link)) = link else { return false };
    set(&link, &place, None);
    let _ = link.unchecked_into::<HtmlElement>().focus();
    true
}

fn place_of(link: &Element) -> Option<Element> {
    document().get_element_by_id(&link.get_attribute("aria-controls")?)
}

fn content(html: &str) -> Option<Element> {
    let parsed = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    parsed.query_selector("[data-panel-content]").ok()?
}

fn set(link: &Element, place: &Element, content: Option<&Element>) {
    match content {
        Some(content) => place.replace_children_with_node_1(content),
        None => place.replace_children_with_node_0(),
    }
    let _ = link.set_attribute(EXPANDED, if content.is_some() { "true" } else { "false" });
}
