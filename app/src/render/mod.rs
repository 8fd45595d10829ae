//! Renders a model as a whole HTML document, at once: nothing in it waits.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::model::{Page, Shell};
use crate::page_data::{json, page_data};
use crate::page_state::PageState;
use crate::shell::document;

/// Draws a page, from `<!DOCTYPE html>` to `</html>`. Nothing outside an island reaches the WASM.
pub fn render(shell: &Shell, page: Page) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        let data = page_data(shell, &page);
        let json = data.as_ref().map(json);
        if let Some(data) = data {
            provide_context(PageState::new(data));
        }
        document(shell, page, json).to_html()
    });
    owner.cleanup();
    html
}

#[cfg(test)]
mod tests;
