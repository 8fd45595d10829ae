//! The contents of the bucket, newest first, kept current.

use leptos::prelude::*;

use super::row::row;
use crate::open_jobs;
use crate::page_state::{PageState, page_state};
use crate::words::grouped;

/// The listing with its total and its page links.
#[island]
pub fn LiveEntries() -> impl IntoView {
    let page = page_state();
    view! {
        {move || head(page)}
        <ol class="rows" aria-label="Entries">
            <For
                each=move || page.listing.with(|listing| listing.rows().to_vec())
                key=|row| row.serial
                children=move |entry| row(page, entry)
            />
        </ol>
        {move || pages(page)}
        {move || left_out(page)}
    }
}

/// The total, the link to new entries on a later page, and the text for an empty listing.
fn head(page: PageState) -> impl IntoView {
    page.listing.with(|listing| {
        let (newer, is_all) = (listing.newer(), listing.query().is_empty());
        let empty = (listing.is_read() && listing.total() == 0 && is_all).then_some("space");
        let message = if !listing.is_read() {
            "The bucket could not be read.\nThe page tries again by itself, or reload it in a moment."
        } else if listing.total() == 0 && !listing.query().is_empty() {
            "Nothing was found.\nTry fewer words, or look through everything."
        } else if listing.seq() == 0 && !page.addresses().space.is_main() {
            "There is no such space yet.\nSave a code or drop a photo here, and it begins."
        } else if listing.total() == 0 {
            "Nothing here yet.\nType a text or a link and save it, or drop a photo: it appears here.\n\
             Or put a file into the bucket, with any program."
        } else if listing.rows().is_empty() {
            "This page is empty now."
        } else {
            ""
        };
        view! {
            <div class="listing-head">
                <h2 tabindex="-1">{if is_all { "In the bucket" } else { "Found" }}</h2>
                <span class="listing-total" data-total="">
                    {if listing.is_read() { grouped(listing.total()) } else { String::new() }}
                </span>
                {jobs_link(page)}
            </div>
            <p class="newer" hidden=newer == 0>
                <a class="button" href=page.addresses().space_page() data-new="">
                    {format!("{} new", grouped(newer))}
                </a>
            </p>
            <p class="listing-message" data-empty=empty hidden=message.is_empty()>
                {message}
            </p>
        }
    })
}

/// The link to what runs and what failed, while there is something.
fn jobs_link(page: PageState) -> impl IntoView {
    move || {
        let words = page.open_jobs.with(open_jobs::words);
        view! {
            <a class="jobs-link" href=page.addresses().jobs() data-jobs="" hidden=words.is_empty()>
                {words.clone()}
            </a>
        }
    }
}

/// How many files are missing from the listing because of their names.
fn left_out(page: PageState) -> impl IntoView {
    let words = match page.connection.with(|link| link.unnamed_files) {
        0 => String::new(),
        1 => {
            "1 file in the bucket is left out: its name is not UTF-8, or too long. The log and `qrate check` \
              name it."
                .to_owned()
        }
        files => {
            format!(
                "{} files in the bucket are left out: their names are not UTF-8, or too long. The log and `qrate check` \
                 list them.",
                grouped(files)
            )
        }
    };
    view! {
        <p class="listing-left-out" hidden=words.is_empty()>
            {words.clone()}
        </p>
    }
}

/// Links to other pages. A page past the end links to the last one.
fn pages(page: PageState) -> impl IntoView {
    let (at, pages, query) =
        page.listing.with(|listing| (listing.page(), listing.pages(), listing.query().clone()));
    let link = |is_there: bool, to: u32, words: &'static str| {
        // Without the fragment the browser would show the form above first.
        let href = page.addresses().listing_page(&query, to) + "#listing";
        is_there.then(|| view! { <a class="button" href=href>{words}</a> })
    };
    let is_newest_first = query.text("sort").is_none();
    let (back, on) = if is_newest_first { ("Newer", "Older") } else { ("Back", "Next") };
    view! {
        <nav class="pages" aria-label="Pages" hidden=at == 1 && pages == 1>
            <span class="pages-newer">
                {link(at > 2, 1, "First")} {link(at > 1, at.saturating_sub(1).min(pages), back)}
            </span>
            <span class="pages-at">{format!("Page {at} of {}", at.max(pages))}</span>
            <span class="pages-older">
                {link(at < pages, at + 1, on)} {link(at + 1 < pages, pages, "Last")}
            </span>
        </nav>
    }
}
