//! The labels of the photo of a page: what a labeller found, how sure it is, and what a person added; each can be
//! removed, others added. Server only: when they change, a browser fetches them again (`browser::refresh`).

use domain::wire::PhotoRow;
use domain::{EntryId, Label, StageState, Step};
use leptos::prelude::*;

use crate::model::EntryPage;
use crate::page_state::PageState;

/// Everything about the labels of the photo.
pub(super) fn photo_labels(page: PageState, model: &EntryPage, photo: &PhotoRow) -> impl IntoView + use<> {
    let entry = &model.entry;
    let id = entry.id;
    let rows = entry.labels.iter().map(|label| row(page, id, label)).collect_view();
    let words = state_words(photo, entry.labels.is_empty());
    let is_looking = is_in(photo, &[StageState::Waiting, StageState::Working]);
    let looks_again = model.looks_for_labels && !is_looking;
    let again = if photo.labelled_by.is_some() { "Look again" } else { "Look for labels" };
    view! {
        <section class="photo-labels" aria-labelledby="photo-labels">
            <div class="photo-labels-now" data-live="labels" tabindex="-1">
                <h2 id="photo-labels">"Labels"</h2>
                {words.map(|words| view! { <p class="photo-labels-state">{words}</p> })}
                {(!entry.labels.is_empty()).then(|| view! { <ul class="found-labels">{rows}</ul> })}
                {looks_again
                    .then(|| {
                        view! {
                            <form method="post" action=page.addresses().relabel(id) data-verb="act">
                                <button class="action" type="submit">
                                    {again}
                                </button>
                            </form>
                        }
                    })}
            </div>
            <form
                class="add-label"
                method="post"
                action=page.addresses().change_labels(id)
                data-verb="act"
                data-empties=""
            >
                <label for="add-label">"Add labels"</label>
                <input
                    type="text"
                    id="add-label"
                    name="add"
                    list="label-words"
                    autocomplete="off"
                    required=true
                    maxlength="400"
                />
                <button class="button" type="submit">
                    "Add"
                </button>
                <datalist id="label-words">
                    {model.label_words.iter().map(|word| view! { <option value=word.clone()></option> }).collect_view()}
                </datalist>
            </form>
        </section>
    }
}

fn is_in(photo: &PhotoRow, states: &[StageState]) -> bool {
    photo.stages.iter().any(|stage| stage.step == Step::Labels && states.contains(&stage.state))
}

/// What is to be said besides the labels: nothing found is something else than not looked at.
fn state_words(photo: &PhotoRow, has_none: bool) -> Option<&'static str> {
    if is_in(photo, &[StageState::Working]) {
        Some("Looking for labels …")
    } else if is_in(photo, &[StageState::Failed]) {
        Some("The labeller could not look at it.")
    } else if photo.labelled_by.is_none() {
        Some("Not looked at yet.")
    } else if has_none {
        Some("Nothing found.")
    } else {
        None
    }
}

/// A label, how sure its labeller is in words and as a bar, and the way to remove it.
fn row(page: PageState, id: EntryId, label: &Label) -> impl IntoView + use<> {
    let name = label.name.to_string();
    let href = page.addresses().labelled([label.name.as_str()]);
    let sure = label.confidence.map(|percent| {
        view! {
            <span class="found-words">{format!("{} ({percent} %)", confidence_words(percent))}</span>
            <meter class="found-bar" min="0" max="100" value=percent.to_string() aria-hidden="true"></meter>
        }
    });
    let by_person =
        label.confidence.is_none().then(|| view! { <span class="found-words">"added by hand"</span> });
    view! {
        <li class="found-label">
            <a href=href>
                <bdi>{name.clone()}</bdi>
            </a>
            {sure}
            {by_person}
            <form method="post" action=page.addresses().change_labels(id) data-verb="act">
                <input type="hidden" name="remove" autocomplete="off" value=name.clone() />
                <button class="action" type="submit" aria-label=format!("Remove the label {name}")>
                    "Remove"
                </button>
            </form>
        </li>
    }
}

/// How sure a labeller is.
fn confidence_words(percent: u8) -> &'static str {
    match percent {
        90.. => "very sure",
        70.. => "sure",
        50.. => "fairly sure",
        _ => "unsure",
    }
}

#[cfg(test)]
mod tests {
    use super::confidence_words;

    #[test]
    fn confidence_has_words() {
        assert_eq!(
            [100, 90, 89, 69, 10].map(confidence_words),
            ["very sure", "very sure", "sure", "fairly sure", "unsure"]
        );
    }
}
