//! A model becomes a whole HTML document, at once: nothing in it waits for anything.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::model::{Page, Shell};
use crate::page_data::{self, PageData};
use crate::page_state::PageState;
use crate::shell::document;

/// Draws a page, from `<!DOCTYPE html>` to `</html>`. What is not inside an island never reaches the WASM.
pub fn render(shell: &Shell, page: Page) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        if let Some(data) = PageData::of(shell, &page) {
            provide_context(PageState::new(data));
        }
        let json = page_data::json(shell, &page);
        document(shell, page, json).to_html()
    });
    owner.cleanup();
    html
}

#[cfg(test)]
mod tests;
