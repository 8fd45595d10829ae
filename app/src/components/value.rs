//! The value of a code: as a link if it is one, else as text; in words if its text means more than itself. Its text
//! direction is isolated.

use leptos::either::Either;
use leptos::prelude::*;

use crate::words::{link_target, shown};

/// A value, with its words if there are any.
pub(super) fn value(value: String, words: Option<String>) -> impl IntoView {
    let href = link_target(&value).map(str::to_owned);
    let value = shown(&words.unwrap_or(value));
    match href {
        Some(href) => Either::Left(view! {
            <a href=href rel="noopener noreferrer nofollow">
                <bdi>{value}</bdi>
            </a>
        }),
        None => Either::Right(view! { <bdi>{value}</bdi> }),
    }
}
