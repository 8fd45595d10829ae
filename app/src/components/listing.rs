//! What the bucket holds, newest first, as it changes.

use leptos::prelude::*;

use super::pages::pages;
use super::row::row;
use crate::browser;
use crate::live_listing::LiveListing;
use crate::page_state::page_state;
use crate::words::grouped;

/// The listing with its total and its pages.
#[island]
pub fn LiveEntries() -> impl IntoView {
    let page = page_state();
    let listing = page.listing;
    let newer = move || listing.with(LiveListing::newer);
    let total = move || listing.with(|listing| listing.is_read().then(|| grouped(listing.total())));
    let message = move || {
        listing.with(|listing| {
            if !listing.is_read() {
                Some("The bucket could not be read. The page tries again by itself, or reload it in a moment.")
            } else if listing.total() == 0 {
                Some("Nothing here yet. What you save, or put into the bucket with any other program, appears here.")
            } else if listing.rows().is_empty() {
                Some("Nothing on this page any more.")
            } else {
                None
            }
        })
    };
    view! {
        <div class="listing">
            <div class="listing-head">
                <h2>"In the bucket"</h2>
                <span class="listing-total" data-total="">
                    {total}
                </span>
                <button
                    class="button listing-newer"
                    type="button"
                    data-new=""
                    hidden=move || newer() == 0
                    on:click=move |_| browser::load_again(page)
                >
                    {move || format!("{} new", grouped(newer()))}
                </button>
            </div>
            <p class="listing-message" hidden=move || message().is_none()>
                {message}
            </p>
            <ol class="rows" aria-label="Entries">
                <For
                    each=move || listing.with(|listing| listing.rows().to_vec())
                    key=|row| row.serial
                    children=move |entry| row(page, entry)
                />
            </ol>
            {pages(page)}
        </div>
    }
}
