//! Parts of a page that only the server draws, marked `data-live`: when they are outdated, the page is fetched again,
//! and they are replaced by their newer state. So the WASM need not know how to draw what few pages show.

use core::time::Duration;

use domain::Seq;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{DomParser, Element, HtmlElement, Node, SupportedType};

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

/// Replaces the parts that differ. A part that has the focus keeps it.
fn replace(html: &str) -> Option<()> {
    let newer = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let parts = newer.query_selector_all("[data-live]").ok()?;
    for part in (0..parts.length()).filter_map(|index| parts.get(index)) {
        let part: Element = part.unchecked_into();
        let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
        let old = document().query_selector(&selector).ok()??;
        localise_times(&part);
        if old.outer_html() == part.outer_html() {
            continue;
        }
        let focused = document().active_element().filter(|active| old.contains(Some(active)));
        let next = focused.as_ref().and_then(|focused| next_focus(focused, &old, &part));
        let rest = focused.as_ref().and_then(|focused| focused.get_attribute("data-rest"));
        update(&old, &part)?;
        if focused.is_none_or(|focused| old.contains(Some(&focused))) {
            continue;
        }
        match next.and_then(|place| controls(&old).into_iter().nth(place)) {
            Some(control) => drop(control.unchecked_into::<HtmlElement>().focus()),
            None => {
                let is_found = rest.is_some_and(|rest| focus_on(&rest));
                let _ = is_found || focus_on(&format!("{selector} h2[tabindex]")) || focus_on(&selector);
            }
        }
    }
    Some(())
}

/// Makes an element like its newer state, and leaves what is in both as it is: a picture is not loaded again, and what
/// is just being pressed stays.
fn update(old: &Element, newer: &Element) -> Option<()> {
    for name in names(old).chain(names(newer)) {
        match newer.get_attribute(&name) {
            Some(value) => old.set_attribute(&name, &value).ok()?,
            None => old.remove_attribute(&name).ok()?,
        }
    }
    let [before, now] = [old, newer].map(children);
    let is_same = |(one, other): &(&Node, &Node)| one.is_equal_node(Some(other));
    let first = before.iter().zip(&now).take_while(is_same).count();
    let most = before.len().min(now.len()) - first;
    let last = before.iter().rev().zip(now.iter().rev()).take(most).take_while(is_same).count();
    let after = before.get(before.len() - last);
    let (before, now) = (&before[first..before.len() - last], &now[first..now.len() - last]);
    // As many elements of the same kinds are the same ones, each in another state.
    let is_alike = |(one, other): (&Node, &Node)| {
        one.is_equal_node(Some(other))
            || one.node_name() == other.node_name() && one.is_instance_of::<Element>()
    };
    if before.len() == now.len() && before.iter().zip(now).all(is_alike) {
        for (one, other) in before.iter().zip(now) {
            if let (Some(one), Some(other)) = (one.dyn_ref(), other.dyn_ref()) {
                update(one, other)?;
            }
        }
        return Some(());
    }
    for gone in before {
        old.remove_child(gone).ok()?;
    }
    for new in now {
        old.insert_before(new, after).ok()?;
    }
    Some(())
}

fn names(element: &Element) -> impl Iterator<Item = String> + use<> {
    element.get_attribute_names().into_iter().filter_map(|name| name.as_string())
}

fn children(element: &Element) -> Vec<Node> {
    let children = element.child_nodes();
    (0..children.length()).filter_map(|place| children.get(place)).collect()
}

/// The place, among the controls of the newer state of a part, of what has the focus then: the same control; else the
/// entry that it was about; else what has taken its place, such as the next “Remove”.
fn next_focus(focused: &Element, old: &Element, part: &Element) -> Option<usize> {
    let same = |describe: fn(&Element) -> String| {
        let words = describe(focused);
        let alike = |part: &Element| {
            controls(part).into_iter().filter(|one| describe(one) == words).collect::<Vec<_>>()
        };
        let place = alike(old).iter().position(|one| one == focused)?;
        alike(part).into_iter().nth(place)
    };
    let of_entry = || {
        let id = focused.closest("li[data-id]").ok()??.get_attribute("data-id")?;
        part.query_selector(&format!("[data-id='{id}'] h3 a")).ok()?
    };
    let next = same(name).or_else(of_entry).or_else(|| same(words))?;
    controls(part).iter().position(|control| *control == next)
}

fn controls(part: &Element) -> Vec<Element> {
    let Ok(found) = part.query_selector_all("a,button,input,select,h2") else { return Vec::new() };
    (0..found.length())
        .filter_map(|index| found.get(index))
        .map(wasm_bindgen::JsCast::unchecked_into)
        .collect()
}

/// What tells a control from all others of its part.
fn name(control: &Element) -> String {
    let attribute = |name| control.get_attribute(name).unwrap_or_default();
    [words(control), attribute("aria-label"), attribute("href"), attribute("id")].join("\n")
}

fn words(control: &Element) -> String {
    control.tag_name() + &control.text_content().unwrap_or_default()
}
