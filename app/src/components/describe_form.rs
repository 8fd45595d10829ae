//! The form for the name and labels of an entry, and the labels themselves. Server only; on a hydrated page
//! `browser::delegate` sends the form.

use domain::{EntryRow, Failure, Field, Label};
use leptos::prelude::*;

use crate::model::TypedDescription;
use crate::page_state::PageState;

/// The labels of an entry.
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

/// The form, closed; open, with what was typed, after it was refused.
pub(super) fn describe_form(
    page: PageState,
    entry: &EntryRow,
    typed: Option<&TypedDescription>,
    failure: Option<&Failure>,
) -> impl IntoView + use<> {
    let kept = || {
        let names: Vec<_> = entry.labels.iter().map(|label| label.name.as_str()).collect();
        TypedDescription { name: entry.name.to_string(), labels: names.join(", ") }
    };
    let fields = typed.cloned().unwrap_or_else(kept);
    let refused = failure.and_then(|failure| failure.field.clone());
    let (name_refused, labels_refused) = (refused == Some(Field::Name), refused == Some(Field::Labels));
    let invalid = |is_refused: bool| is_refused.then_some("true");
    view! {
        <details class="describe" open=typed.is_some()>
            <summary>"Name and labels"</summary>
            <form method="post" action=page.addresses().describe(entry.id) data-verb="describe">
                <input type="hidden" name="revision" value=entry.revision.to_string() />
                <label for="entry-name">"Name"</label>
                <input
                    id="entry-name"
                    name="name"
                    value=fields.name
                    autocomplete="off"
                    aria-invalid=invalid(name_refused)
                    aria-describedby=name_refused.then_some("entry-failure")
                    autofocus=name_refused
                />
                <label for="entry-labels">"Labels"</label>
                <input
                    id="entry-labels"
                    name="labels"
                    value=fields.labels
                    autocomplete="off"
                    aria-invalid=invalid(labels_refused)
                    aria-describedby=if labels_refused { "entry-failure labels-hint" } else { "labels-hint" }
                    autofocus=labels_refused
                />
                <p class="describe-hint" id="labels-hint">
                    "Separate labels with commas."
                </p>
                <button class="button" type="submit">
                    "Save name and labels"
                </button>
            </form>
        </details>
    }
}
