//! The way to newer and older entries.

use leptos::prelude::*;

use crate::live_listing::LiveListing;
use crate::page_state::PageState;

/// Links to the pages around this one.
pub(super) fn pages(page: PageState) -> impl IntoView {
    let at = move || page.listing.with(|listing| (listing.page(), listing.pages()));
    let link = move |to: u32, words: &'static str| {
        view! { <a class="button" href=page.addresses().listing_page(to)>{words}</a> }
    };
    // A page past the end leads back to the last one.
    let newer = move || {
        let (page, pages) = at();
        (page > 1).then(|| link((page - 1).min(pages), "Newer"))
    };
    let older = move || {
        let (page, pages) = at();
        (page < pages).then(|| link(page + 1, "Older"))
    };
    let is_alone =
        move || page.listing.with(|listing: &LiveListing| listing.page() == 1 && listing.pages() == 1);
    view! {
        <nav class="pages" aria-label="Pages" hidden=is_alone>
            <span class="pages-newer">{newer}</span>
            <span class="pages-at">
                {move || {
                    let (page, pages) = at();
                    format!("Page {page} of {pages}")
                }}
            </span>
            <span class="pages-older">{older}</span>
        </nav>
    }
}
