//! Renders a model as a whole HTML document, at once: nothing in it waits.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::components::entry_panel;
use crate::model::{EntryPage, Page, Shell};
use crate::page_data::{json, page_data};
use crate::page_state::PageState;
use crate::preferences::Preferences;
use crate::shell::{below, document};

/// Draws a page, from `<!DOCTYPE html>` to `</html>`. Nothing outside an island reaches the WASM.
pub fn render(shell: &Shell, page: Page, preferences: Preferences) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        let data = page_data(shell, &page);
        let json = data.as_ref().map(json);
        if let Some(data) = data {
            provide_context(PageState::new(data));
        }
        document(shell, page, preferences, json).to_html()
    });
    owner.cleanup();
    html
}

/// Draws the menu of an entry: a part of a document, which a browser puts into the page of a space.
pub fn render_panel(shell: &Shell, page: EntryPage) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let entry = page.entry.clone();
    let data = page_data(shell, &Page::Entry(page)).expect("the page of an entry has islands");
    let style = below(shell, &shell.assets.other_style);
    let html = owner.with(|| entry_panel(PageState::new(data), &entry, style).to_html());
    owner.cleanup();
    html
}

#[cfg(test)]
mod tests;
