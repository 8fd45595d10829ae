//! The value of a code: a link where it is one, else text. Either way it keeps to itself which way it runs.

use leptos::either::Either;
use leptos::prelude::*;

use crate::words::link_target;

/// A value.
pub(super) fn value(value: String) -> impl IntoView {
    match link_target(&value).map(str::to_owned) {
        Some(href) => Either::Left(view! {
            <a href=href rel="noopener noreferrer nofollow">
                <bdi>{value}</bdi>
            </a>
        }),
        None => Either::Right(view! { <bdi>{value}</bdi> }),
    }
}
