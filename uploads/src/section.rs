//! The part of the page that is about photos, as the server has drawn it: its fields, its list, its words.

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use web_sys::{
    Document, DocumentFragment, Element, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTemplateElement, Window,
};

use crate::addresses::Addresses;

/// The part of the page that is about photos.
pub(crate) struct Section {
    root: Element,
    pub(crate) addresses: Addresses,
    list: Element,
    template: DocumentFragment,
    summary: Element,
    /// For screen readers.
    status: Element,
    note: Element,
    said: RefCell<String>,
}

impl Section {
    /// The section of this page; `None` if it has none.
    pub(crate) fn find() -> Option<Self> {
        let root = document().query_selector("[data-photos]").ok()??;
        let part = |selector: &str| root.query_selector(selector).ok().flatten();
        let template: HtmlTemplateElement = part("template")?.dyn_into().ok()?;
        let address = |name: &str| root.get_attribute(name);
        let addresses = Addresses {
            upload: address("data-photos")?,
            known: address("data-known-photo")?,
            entries: address("data-entries")?,
        };
        Some(Self {
            addresses,
            list: part("[data-uploads]")?,
            template: template.content(),
            summary: part("[data-summary]")?,
            status: part("[role=status]")?,
            note: part("[data-phone-note]")?,
            said: RefCell::default(),
            root,
        })
    }

    /// What is to be made of photos that are added now.
    pub(crate) fn recipe(&self) -> String {
        let field = self.root.query_selector("[name=recipe]").ok().flatten();
        field
            .and_then(|field| field.dyn_into::<HtmlSelectElement>().ok())
            .map(|field| field.value())
            .unwrap_or_default()
    }

    /// The phone number as typed.
    pub(crate) fn phone(&self) -> String {
        self.phone_field().map(|field| field.value()).unwrap_or_default()
    }

    /// Says what is wrong with the phone number; `None` if nothing is.
    pub(crate) fn refuse_phone(&self, sentence: Option<&str>) {
        let words = sentence.unwrap_or_default();
        if self.note.text_content().as_deref() != Some(words) {
            self.note.set_text_content(Some(words));
        }
        let Some(field) = self.phone_field() else { return };
        let _ = match sentence {
            Some(_) => field.set_attribute("aria-invalid", "true"),
            None => field.remove_attribute("aria-invalid"),
        };
    }

    /// Moves the focus to the phone number.
    pub(crate) fn focus_phone(&self) {
        if let Some(field) = self.phone_field() {
            let _ = field.focus();
        }
    }

    fn phone_field(&self) -> Option<HtmlInputElement> {
        self.root.query_selector("[name=phone-number]").ok()??.dyn_into().ok()
    }

    /// Appends a row to the list.
    pub(crate) fn new_row(&self) -> Option<HtmlElement> {
        let row = self.template.first_element_child()?.clone_node_with_deep(true).ok()?;
        self.list.append_child(&row).ok()?;
        row.dyn_into().ok()
    }

    /// Shows how far everything is; nothing hides it.
    pub(crate) fn summarise(&self, words: &str, is_running: bool, has_failed: bool) {
        let show = |selector: &str, is_shown: bool| {
            if let Ok(Some(element)) = self.summary.query_selector(selector) {
                element.toggle_attribute_with_force("hidden", !is_shown).map(drop).unwrap_or_default();
            }
        };
        if let Ok(Some(element)) = self.summary.query_selector("[data-words]")
            && element.text_content().as_deref() != Some(words)
        {
            element.set_text_content(Some(words));
        }
        show("[data-all=cancel]", is_running);
        show("[data-all=retry]", has_failed);
        let _ = self.summary.toggle_attribute_with_force("hidden", words.is_empty());
    }

    /// Shows a sentence below the choosers, and says it.
    pub(crate) fn note(&self, words: &str) {
        if let Ok(Some(note)) = self.root.query_selector("#photos-note") {
            note.set_text_content(Some(words));
        }
        if !words.is_empty() {
            self.say(words);
        }
    }

    /// Says something to screen readers.
    pub(crate) fn say(&self, words: &str) {
        let mut said = self.said.borrow_mut();
        if *said == words {
            // The same text again would not be read.
            said.push('\u{a0}');
        } else {
            words.clone_into(&mut said);
        }
        self.status.set_text_content(Some(&said));
    }

    /// Where the focus goes when the element that has it disappears.
    pub(crate) fn focus(&self) {
        if let Ok(Some(heading)) = self.root.query_selector("h2") {
            let _ = heading.unchecked_into::<HtmlElement>().focus();
        }
    }

    /// The same, if nothing has it.
    pub(crate) fn focus_if_lost(&self) {
        let active = document().active_element();
        if active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body")) {
            self.focus();
        }
    }

    /// The element that listens to presses and typing.
    pub(crate) fn root(&self) -> &Element {
        &self.root
    }
}

pub(crate) fn window() -> Window {
    web_sys::window().expect("this runs in a page")
}

pub(crate) fn document() -> Document {
    window().document().expect("this runs in a page")
}
