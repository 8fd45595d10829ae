//! A row in the list of uploads: the name of the file, its progress, and what can be done.

use domain::EntryId;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::addresses::Addresses;
use crate::queue::{State, UploadId};
use crate::section::{Section, document};
use crate::words;

/// A row.
pub(crate) struct Row {
    element: HtmlElement,
}

impl Row {
    /// A new row at the end of the list.
    pub(crate) fn new(section: &Section, id: UploadId, name: &str) -> Option<Self> {
        let row = Self { element: section.new_row()? };
        let _ = row.element.set_attribute("data-upload-id", &id.to_string());
        row.part("name")?.set_text_content(Some(name));
        for action in ["cancel", "retry", "anyway", "skip"] {
            if let Some(button) = row.action(action) {
                let words = button.text_content().unwrap_or_default();
                let _ = button.set_attribute("aria-label", &format!("{} {name}", words.trim()));
            }
        }
        let progress = row.part("progress")?;
        let _ = progress.set_attribute("aria-label", &format!("Progress of {name}"));
        Some(row)
    }

    /// Shows a state.
    pub(crate) fn show(&self, state: &State, addresses: &Addresses) {
        let _ = self.element.set_attribute("data-state", name_of(state));
        if let Some(element) = self.part("words") {
            let text = words::of_state(state);
            match state {
                // Many times a second: only the text changes.
                State::Sending { .. } => element.set_text_content(Some(&text)),
                State::Known { same } => {
                    element.set_text_content(Some(&text));
                    append_link(&element, addresses, *same);
                }
                State::Done { id, same } => {
                    element.set_text_content(Some(&text));
                    append_link(&element, addresses, *id);
                    if let Some(same) = same {
                        let _ = element.append_with_str_1(". You have this one: ");
                        append_link(&element, addresses, *same);
                    }
                }
                _ => element.set_text_content(Some(&text)),
            }
        }
        if let Some(progress) = self.part("progress") {
            let _ = progress.toggle_attribute_with_force("hidden", !is_moving(state));
            let _ = match state {
                State::Sending { sent, total } => {
                    progress.set_attribute("value", &words::percent(*sent, *total).to_string())
                }
                // Without a value it shows that something happens.
                _ => progress.remove_attribute("value"),
            };
        }
        self.offer(
            "cancel",
            matches!(state, State::Waiting | State::Checking | State::Sending { .. } | State::Retrying),
        );
        self.offer("anyway", matches!(state, State::Known { .. }));
        self.offer("skip", matches!(state, State::Known { .. } | State::Failed { .. } | State::Done { .. }));
        self.offer("retry", matches!(state, State::Failed { is_final: false, .. }));
    }

    /// Shows or hides a button. A hidden one that has the focus passes it on to the next.
    fn offer(&self, action: &str, is_offered: bool) {
        if let Some(button) = self.action(action) {
            let _ = button.toggle_attribute_with_force("hidden", !is_offered);
        }
    }

    /// Whether the focus or the pointer is on it.
    pub(crate) fn is_in_use(&self) -> bool {
        self.element.matches(":is(:hover, :focus-within)").unwrap_or(false)
    }

    /// Whether the focus is in it.
    pub(crate) fn has_focus(&self) -> bool {
        self.element.matches(":focus-within").unwrap_or(false)
    }

    /// Whether the focus is on the row itself, and not on anything in it.
    pub(crate) fn is_focused_as_a_whole(&self) -> bool {
        self.element.matches(":focus").unwrap_or(false)
    }

    /// Moves the focus to the first button that is offered, or else to the row as a whole.
    pub(crate) fn focus(&self) -> bool {
        match self.element.query_selector("button:not([hidden])") {
            Ok(Some(button)) => button.unchecked_into::<HtmlElement>().focus().is_ok(),
            _ => self.element.focus().is_ok(),
        }
    }

    /// Takes it out of the list.
    pub(crate) fn remove(&self) {
        self.element.remove();
    }

    fn part(&self, name: &str) -> Option<Element> {
        self.element.query_selector(&format!("[data-upload={name}]")).ok()?
    }

    fn action(&self, name: &str) -> Option<Element> {
        self.element.query_selector(&format!("[data-action={name}]")).ok()?
    }
}

fn name_of(state: &State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Checking | State::Sending { .. } | State::Saving => "active",
        State::Retrying => "retrying",
        State::Known { .. } => "known",
        State::Done { .. } => "done",
        State::Failed { .. } => "failed",
    }
}

fn is_moving(state: &State) -> bool {
    matches!(state, State::Checking | State::Sending { .. } | State::Saving | State::Retrying)
}

fn append_link(to: &Element, addresses: &Addresses, id: EntryId) {
    if let Ok(link) = document().create_element("a") {
        let _ = link.set_attribute("href", &addresses.entry(id));
        link.set_text_content(Some(&format!("#{id}")));
        let _ = to.append_child(&link);
    }
}
