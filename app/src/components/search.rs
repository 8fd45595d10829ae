//! The form that searches the bucket. Server only: while somebody types, a browser follows it (`browser::search`).

use domain::{Kind, Sort, SortBy};
use leptos::prelude::*;

use crate::model::{ListingQuery, kind_name};
use crate::page_state::PageState;

/// Words, kind and order.
pub(crate) fn search(page: PageState, query: &ListingQuery) -> impl IntoView + use<> {
    let kind = |kind: Option<Kind>, words: &'static str| {
        let (value, is_chosen) = (kind.map(kind_name).unwrap_or_default(), query.only == kind);
        view! {
            <option value=value selected=is_chosen>
                {words}
            </option>
        }
    };
    let kinds = [
        kind(None, "Everything"),
        kind(Some(Kind::Code), "Codes"),
        kind(Some(Kind::Photo), "Photos"),
        kind(Some(Kind::File), "Other files"),
    ];
    let orders = Sort::ALL.map(|sort| {
        view! {
            <option value=sort.to_string() selected=query.sort == sort>
                {order_words(sort)}
            </option>
        }
    });
    let (here, everything) = (page.addresses().space_page(), page.addresses().space_page());
    view! {
        <form class="search" role="search" method="get" action=here>
            <input
                class="search-words"
                id="search"
                type="search"
                name="q"
                value=query.text.clone()
                maxlength="256"
                placeholder="Search"
                aria-label="Search the bucket"
                aria-keyshortcuts="/"
                autocomplete="off"
            />
            <select name="only" aria-label="Show" autocomplete="off">
                {kinds}
            </select>
            <select name="sort" aria-label="Order" autocomplete="off">
                {orders}
            </select>
            <a class="button search-all" href=everything>
                "Show all"
            </a>
            <button class="button asleep-only" type="submit">
                "Search"
            </button>
        </form>
    }
}

fn order_words(sort: Sort) -> &'static str {
    match (sort.by, sort.is_descending) {
        (SortBy::Number, true) => "Number, highest first",
        (SortBy::Number, false) => "Number, lowest first",
        (SortBy::Name, false) => "Name, A to Z",
        (SortBy::Name, true) => "Name, Z to A",
        (SortBy::Time, true) => "Time, latest first",
        (SortBy::Time, false) => "Time, earliest first",
        (SortBy::Size, true) => "Size, largest first",
        (SortBy::Size, false) => "Size, smallest first",
    }
}
