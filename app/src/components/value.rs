//! The value of a code: a link where it is one, else text; in words where it says something else than it is. Either way
//! it keeps to itself which way it runs.

use leptos::either::Either;
use leptos::prelude::*;

use crate::words::link_target;

/// A value, in these words if there are any.
pub(super) fn value(value: String, words: Option<String>) -> impl IntoView {
    let href = link_target(&value).map(str::to_owned);
    let value = words.unwrap_or(value);
    match href {
        Some(href) => Either::Left(view! {
            <a href=href rel="noopener noreferrer nofollow">
                <bdi>{value}</bdi>
            </a>
        }),
        None => Either::Right(view! { <bdi>{value}</bdi> }),
    }
}
