//! The form that chooses between rows, and pictures side by side. Server only.

use leptos::prelude::*;

use crate::addresses::{below, patterns};
use crate::page_state::PageState;
use crate::preferences::Layout;

/// A button for each.
pub(crate) fn layouts(page: PageState, chosen: Layout) -> impl IntoView + use<> {
    let layout = |layout: Layout| {
        let words = match layout {
            Layout::List => "List",
            Layout::Grid => "Grid",
        };
        let is_chosen = if layout == chosen { "true" } else { "false" };
        view! {
            <button type="submit" name="layout" value=layout.as_str() aria-pressed=is_chosen>
                {words}
            </button>
        }
    };
    view! {
        <form
            class="choice layouts"
            method="post"
            action=below(&page.addresses().base, patterns::PREFERENCES)
            aria-label="Form of the listing"
        >
            {Layout::ALL.map(layout)}
        </form>
    }
}
