//! The labels of an entry, the same in a row and on its page.

use domain::Label;
use leptos::prelude::*;

/// The labels, if there are any.
pub(super) fn labels(labels: &[Label]) -> impl IntoView + use<> {
    let label = |label: &Label| view! { <li><bdi>{label.name.to_string()}</bdi></li> };
    (!labels.is_empty()).then(|| {
        view! {
            <ul class="labels" aria-label="Labels">
                {labels.iter().map(label).collect_view()}
            </ul>
        }
    })
}
