//! The labels of the photo of a page: what a labeller found, how sure it is, and what a person added; each can be
//! removed, others added. Server only: when they change, a browser fetches them again (`browser::refresh`).

use domain::wire::PhotoRow;
use domain::{EntryId, Label, LabelName, StageState, Step};
use leptos::prelude::*;

use crate::model::EntryPage;
use crate::page_state::PageState;

/// Everything about the labels of the photo.
pub(super) fn photo_labels(page: PageState, model: &EntryPage, photo: &PhotoRow) -> impl IntoView + use<> {
    let entry = &model.entry;
    let id = entry.id;
    let rows = entry.labels.iter().map(|label| row(page, id, label)).collect_view();
    let words = state_words(photo, entry.labels.is_empty() && model.removed_labels.is_empty());
    let is_looking = is_in(photo, &[StageState::Waiting, StageState::Working]);
    let looks_again = model.looks_for_labels && !is_looking && photo.has(Step::View);
    let again = if photo.labelled_by.is_some() { "Look again" } else { "Look for labels" };
    view! {
        <section class="photo-labels" aria-labelledby="photo-labels">
            <div class="photo-labels-now" data-live="labels" tabindex="-1">
                <h2 id="photo-labels" tabindex="-1">
                    "Labels"
                </h2>
                {words.map(|words| view! { <p class="photo-labels-state">{words}</p> })}
                {(!entry.labels.is_empty()).then(|| view! { <ul class="found-labels">{rows}</ul> })}
                {removed(page, id, &model.removed_labels)}
                {looks_again
                    .then(|| {
                        view! {
                            <form
                                method="post"
                                action=page.addresses().relabel(id)
                                data-verb="act"
                                data-said="Looking for labels"
                            >
                                <button class="button" type="submit">
                                    {again}
                                </button>
                            </form>
                        }
                    })}
            </div>
            {add_form(page, model)}
        </section>
    }
}

/// The form that adds labels, with what was typed if that was refused.
fn add_form(page: PageState, model: &EntryPage) -> impl IntoView + use<> {
    let typed = model.typed_labels.clone();
    let refused = model.failure.as_ref().filter(|_| typed.is_some()).map(|failure| failure.error.clone());
    let is_refused = refused.is_some();
    let words = model.label_words.iter().map(|word| view! { <option value=word.clone()></option> });
    view! {
        <form
            class="add-label"
            method="post"
            action=page.addresses().change_labels(model.entry.id)
            data-verb="act"
            novalidate=""
        >
            <label class="input-label" for="add-label">
                "Add labels"
            </label>
            <div class="input-line">
                <input
                    type="text"
                    id="add-label"
                    name="add"
                    list="label-words"
                    autocomplete="off"
                    maxlength="400"
                    value=typed
                    aria-describedby="add-label-note"
                    aria-invalid=is_refused.then_some("true")
                    autofocus=is_refused
                />
                <button class="button" type="submit">
                    "Add"
                </button>
            </div>
            <p class="note-error" id="add-label-note">
                {refused}
            </p>
            <datalist id="label-words">{words.collect_view()}</datalist>
        </form>
    }
}

/// What a person removed, each with the way back.
fn removed(page: PageState, id: EntryId, names: &[LabelName]) -> impl IntoView + use<> {
    let one = |name: &LabelName| {
        let name = name.to_string();
        view! {
            <li>
                <bdi>{name.clone()}</bdi>
                <form
                    method="post"
                    action=page.addresses().change_labels(id)
                    data-verb="act"
                    data-said=format!("Label {name} added")
                >
                    <input type="hidden" name="add" autocomplete="off" value=name.clone() />
                    <button class="action" type="submit" aria-label=format!("Add back the label {name}")>
                        "Add back"
                    </button>
                </form>
            </li>
        }
    };
    (!names.is_empty()).then(|| {
        view! {
            <div class="removed-labels">
                <p id="removed-labels">"You removed:"</p>
                <ul aria-labelledby="removed-labels">{names.iter().map(one).collect_view()}</ul>
            </div>
        }
    })
}

fn is_in(photo: &PhotoRow, states: &[StageState]) -> bool {
    photo.stages.iter().any(|stage| stage.step == Step::Labels && states.contains(&stage.state))
}

/// What is to be said besides the labels: nothing found is something else than not looked at. Of a photo that cannot be
/// decoded enough is said above.
fn state_words(photo: &PhotoRow, has_none: bool) -> Option<&'static str> {
    if photo.is_unusable() {
        None
    } else if photo.has(Step::View) && is_in(photo, &[StageState::Waiting, StageState::Working]) {
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
            <form
                method="post"
                action=page.addresses().change_labels(id)
                data-verb="act"
                data-said=format!("Label {name} removed")
            >
                <input type="hidden" name="remove" autocomplete="off" value=name.clone() />
                <button
                    class="action"
                    type="submit"
                    aria-label=format!("Remove the label {name}")
                    data-rest="#add-label"
                >
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
