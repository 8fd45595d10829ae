//! What can be done to many entries at once. The boxes that choose them are in the rows, and belong to this form.
//! Server only: without a choice it is hidden.

use leptos::prelude::*;

use crate::model::ListingQuery;
use crate::page_state::PageState;

/// The form.
pub(crate) fn chosen(page: PageState, query: &ListingQuery) -> impl IntoView + use<> {
    let addresses = page.addresses();
    view! {
        <label class="choose-all">
            <input
                type="checkbox"
                name="all"
                value=query.parameters().to_string()
                form="chosen"
                autocomplete="off"
            />
            "Choose all"
        </label>
        <form
            id="chosen"
            class="chosen"
            method="post"
            action=addresses.chosen_zip()
            aria-label="Chosen entries"
        >
            <strong class="chosen-count" role="status" tabindex="-1"></strong>
            <button class="button chosen-stop awake-only" type="button">
                "Stop"
            </button>
            // First, because Enter in the field presses the first button.
            <span class="chosen-add">
                <input class="chosen-label" type="text" name="label" placeholder="Labels" aria-label="Labels for the chosen entries" autocomplete="off" />
                <button class="button" type="submit" formaction=addresses.chosen_label()>
                    "Add labels"
                </button>
            </span>
            <button class="button" type="submit">
                "Download ZIP"
            </button>
            <button class="button" type="submit" formaction=addresses.sheet()>
                "Print labels"
            </button>
            <button class="button" type="submit" formaction=addresses.chosen_remove()>
                "Remove chosen"
            </button>
        </form>
    }
}
