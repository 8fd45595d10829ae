//! The labels of an entry, the same in a row and on its page: each leads to the entries that have it.

use domain::Label;
use leptos::prelude::*;

use crate::page_state::PageState;

/// The labels, if there are any.
pub(super) fn labels(page: PageState, labels: &[Label]) -> impl IntoView + use<> {
    let label = |label: &Label| {
        let href = page.addresses().labelled([label.name.as_str()]);
        view! {
            <li>
                <a href=href>
                    <bdi>{label.name.to_string()}</bdi>
                </a>
            </li>
        }
    };
    (!labels.is_empty()).then(|| {
        view! {
            <ul class="labels" aria-label="Labels">
                {labels.iter().map(label).collect_view()}
            </ul>
        }
    })
}
