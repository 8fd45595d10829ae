//! The page of labels: the entries that have all of some labels, and the labels of the space. Server only: when
//! something changes, a browser fetches it again (`browser::refresh`).

use domain::EntryRow;
use domain::LabelName;
use leptos::prelude::*;

use super::photo_parts::ghost;
use super::row::picture;
use crate::model::LabelsPage;
use crate::page_state::PageState;
use crate::words::grouped;

/// The entries, then the labels.
pub(crate) fn labelled(page: PageState, model: &LabelsPage) -> impl IntoView + use<> {
    let rows = model.entries.iter().map(|entry| row(page, entry)).collect_view();
    let is_listing = !model.labels.is_empty();
    let known = model.known.iter().map(|(name, count)| known_label(page, &model.labels, name, *count));
    let known: Vec<_> = known.collect();
    let other = if is_listing { "Only those that also have" } else { "All labels" };
    let has_known = !known.is_empty();
    let looks = model.looks_for_labels && model.has_photos && (!is_listing || model.total > 0);
    view! {
        {model.again.map(|(begun, waiting)| looking(page, begun, waiting))}
        <div class="labelled" data-live="labelled" tabindex="-1">
            {is_listing
                .then(|| {
                    view! {
                        <ul class="labels chosen-labels" aria-label="Chosen labels">
                            {chosen(page, &model.labels)}
                        </ul>
                        <p class="labelled-total" role="status">
                            {total_words(model)}
                        </p>
                        <ol class="jobs" aria-label="Entries with these labels">
                            {rows}
                        </ol>
                        {pages(page, model)}
                    }
                })}
            {has_known
                .then(|| {
                    view! {
                        <section class="known-labels" aria-labelledby="known-labels">
                            <h2 id="known-labels">{other}</h2>
                            <ul class="labels">{known}</ul>
                        </section>
                    }
                })}
            {(model.known.is_empty() && !is_listing)
                .then(|| view! { <p class="jobs-none">"Nothing in this space has a label yet."</p> })}
        </div>
        {looks.then(|| again(page, &model.labels))}
    }
}

fn total_words(model: &LabelsPage) -> String {
    match (model.total, &*model.labels) {
        (0, [label]) => format!("No entry has the label {label}."),
        (0, _) => "No entry has all of these labels.".to_owned(),
        (1, _) => "1 entry".to_owned(),
        (many, _) => format!("{} entries", grouped(many)),
    }
}

/// Progress of labelling photos again. The live region stays in place while its content changes.
fn looking(page: PageState, begun: u64, waiting: u64) -> impl IntoView + use<> {
    let photos = |count: u64| match count {
        1 => "1 photo".to_owned(),
        many => format!("{} photos", grouped(many)),
    };
    let words = match (begun, waiting) {
        (0, 0) => "There is no photo to look at.".to_owned(),
        (begun, 0) => format!("Done: the labeller has looked at {}.", photos(begun)),
        (_, waiting) => format!("Looking at {} … ", photos(waiting)),
    };
    let link = (waiting > 0).then(|| view! { <a href=page.addresses().jobs()>"Jobs"</a> });
    view! {
        <div class="labelled-again" role="status" tabindex="-1" autofocus="">
            <p data-live="again">{words} {link}</p>
        </div>
    }
}

/// What is looked for: each leads to the rest without it.
fn chosen(page: PageState, labels: &[LabelName]) -> impl IntoView + use<> {
    let one = |label: &LabelName| {
        let rest = labels.iter().filter(|other| *other != label).map(LabelName::as_str);
        let href = page.addresses().labelled(rest);
        view! {
            <li>
                <a href=href aria-label=format!("Without {label}")>
                    <bdi>{label.to_string()}</bdi>
                    " ×"
                </a>
            </li>
        }
    };
    labels.iter().map(one).collect_view()
}

/// A label of the space, which narrows the list.
fn known_label(page: PageState, chosen: &[LabelName], name: &LabelName, count: u64) -> impl IntoView + use<> {
    let href = page.addresses().labelled(chosen.iter().chain([name]).map(LabelName::as_str));
    view! {
        <li>
            <a href=href>
                <bdi>{name.to_string()}</bdi>
                {format!(" {}", grouped(count))}
            </a>
        </li>
    }
}

fn pages(page: PageState, model: &LabelsPage) -> impl IntoView + use<> {
    let at = |number: u32| {
        format!("{}&page={number}", page.addresses().labelled(model.labels.iter().map(LabelName::as_str)))
    };
    let link = |number: u32, words: &'static str| view! { <a class="action" href=at(number)>{words}</a> };
    let newer = (model.page > 1).then(|| link(model.page - 1, "Newer"));
    let older = (model.page < model.pages).then(|| link(model.page + 1, "Older"));
    (model.pages > 1).then(|| {
        view! {
            <nav class="labelled-pages" aria-label="Pages">
                {newer}
                <span>{format!("Page {} of {}", grouped(model.page.into()), grouped(model.pages.into()))}</span>
                {older}
            </nav>
        }
    })
}

/// Lets a labeller look again at the photos that are listed; without a choice, at all, or at those whose model is
/// another.
fn again(page: PageState, labels: &[LabelName]) -> impl IntoView + use<> {
    let form = |words: &'static str, outdated: bool, labels: &[LabelName]| {
        let fields = labels.iter().map(|label| {
            view! { <input type="hidden" name="label" autocomplete="off" value=label.to_string() /> }
        });
        view! {
            <form method="post" action=page.addresses().relabel_all()>
                {fields.collect_view()}
                {outdated
                    .then(|| view! { <input type="hidden" name="outdated" autocomplete="off" value="1" /> })}
                <button class="button" type="submit">
                    {words}
                </button>
            </form>
        }
    };
    view! {
        <section class="label-again" aria-labelledby="label-again">
            <h2 id="label-again">"Look for labels again"</h2>
            <p>"Labels that you removed do not come back, and those that you added stay."</p>
            <div class="label-again-forms">
                {(!labels.is_empty()).then(|| form("Look at these photos again", false, labels))}
                {labels.is_empty().then(|| form("Look at all photos again", false, &[]))}
                {labels.is_empty().then(|| form("Look at photos that this labeller has not seen", true, &[]))}
            </div>
        </section>
    }
}

/// An entry.
fn row(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let address = page.addresses().entry(entry.id);
    let source = picture(page, entry);
    let photo = entry.photo.as_deref();
    view! {
        <li class="job" data-id=entry.id.to_string()>
            <a class="row-picture" href=address.clone() tabindex="-1" aria-hidden="true" data-format=entry.format()>
                {photo.map(ghost)} <img src=source alt="" width="72" height="72" loading="lazy" decoding="async" />
            </a>
            <h3 class="row-title">
                <a href=address>
                    <span class="row-number">{format!("#{}", entry.id)}</span>
                    " "
                    <bdi class="row-name">{entry.shown_name().to_owned()}</bdi>
                </a>
            </h3>
            {super::labels::labels(page, &entry.labels)}
        </li>
    }
}
