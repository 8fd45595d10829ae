//! What was removed from a space: each can be restored, or all. Server only: when something changes, a browser fetches
//! it again (`browser::refresh`).

use domain::{CodeText, EntryRow, State};
use leptos::prelude::*;

use super::actions::restore_form;
use super::photo_parts::ghost;
use crate::model::TrashPage;
use crate::page_state::PageState;
use crate::words::{grouped, utc_time};

/// The entries, then other pages of them.
pub(crate) fn trash(page: PageState, model: &TrashPage) -> impl IntoView + use<> {
    let rows = model.entries.iter().map(|entry| row(page, entry)).collect_view();
    let can_be_restored = model.entries.iter().any(|entry| matches!(entry.state, State::Removed { .. }));
    let done = |count: u64, word: &str| match count {
        0 => format!("Nothing could be {word}."),
        1 => format!("1 entry is {word}."),
        many => format!("{} entries are {word}.", grouped(many)),
    };
    let restored = model.restored.map(|count| done(count, "restored"));
    let restored = restored.or(model.removed.map(|count| done(count, "removed")));
    view! {
        <p>"What was removed stays here for seven days, with its number and its file. Then it is deleted."</p>
        {restored.map(|words| view! { <p class="trash-restored" role="status">{words}</p> })}
        <div class="jobs-lists" data-live="trash" tabindex="-1">
            {(model.total == 0)
                .then(|| view! { <p class="jobs-none">"Nothing was removed in the last seven days."</p> })}
            {(model.total > 0)
                .then(|| {
                    view! {
                        <div class="jobs-head">
                            <h2 tabindex="-1">"Removed"</h2>
                            <span class="jobs-total">{grouped(model.total)}</span>
                            {can_be_restored
                                .then(|| {
                                    view! {
                                        <div class="jobs-do">
                                            <form id="restore-chosen" method="post" action=page.addresses().restore_chosen()>
                                                <button class="button" type="submit">
                                                    "Restore chosen"
                                                </button>
                                            </form>
                                            <form method="post" action=page.addresses().restore_all()>
                                                <button class="button" type="submit">
                                                    "Restore all"
                                                </button>
                                            </form>
                                        </div>
                                    }
                                })}
                        </div>
                        <ol class="jobs" aria-label="Removed">
                            {rows}
                        </ol>
                        {pages(page, model)}
                    }
                })}
        </div>
    }
}

/// An entry: who removed it and when, and a button that restores it, if that can be.
fn row(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let address = page.addresses().entry(entry.id);
    let photo = entry.photo.as_deref();
    let is_removed = matches!(entry.state, State::Removed { .. });
    let (who, since) = match entry.state {
        State::Removed { at } => ("Removed by a person", Some(at)),
        State::Gone { at } => ("Its file was deleted from the bucket by another program", Some(at)),
        State::Live => ("", None),
    };
    let when = since.map(|since| {
        let moment = since.to_string();
        let (when, in_full) = utc_time(&moment);
        view! {
            <time datetime=moment title=in_full>
                {when}
            </time>
        }
    });
    let restore = is_removed.then(|| restore_form(page, entry.id, "Restore"));
    let advice =
        matches!(entry.state, State::Gone { .. }).then_some("Put the file back, and the entry returns.");
    let title = entry.words.clone().filter(|_| entry.shown_name().is_empty());
    let title = title.or_else(|| entry.value.clone().filter(|_| entry.shown_name().is_empty()));
    view! {
        <li class="job" data-id=entry.id.to_string()>
            {is_removed
                .then(|| {
                    view! {
                        <input
                            class="row-choose"
                            type="checkbox"
                            name="id"
                            value=entry.id.to_string()
                            form="restore-chosen"
                            autocomplete="off"
                            aria-label=format!("Choose #{}", entry.id)
                        />
                    }
                })}
            <a class="row-picture" href=address.clone() tabindex="-1" aria-hidden="true" data-format=entry.format()>
                {photo.map(ghost)} <img src=drawn(entry) alt="" width="72" height="72" />
            </a>
            <h3 class="row-title">
                <a href=address>
                    <span class="row-number">{format!("#{}", entry.id)}</span>
                    " "
                    <bdi class="row-name">{title.unwrap_or_else(|| entry.shown_name().to_owned())}</bdi>
                </a>
            </h3>
            <div class="job-progress">
                <span>{who}</span>
                {advice.map(|words| view! { <span>{words}</span> })}
                {restore}
            </div>
            <p class="row-facts">{when}</p>
        </li>
    }
}

/// The plain code of an entry: its file is not served any more.
fn drawn(entry: &EntryRow) -> Option<String> {
    let (value, style) = (entry.value.as_deref()?, entry.style.as_ref()?);
    let code = CodeText::parse(value, style.level).ok()?;
    Some(qr::data_uri("image/svg+xml", qr::svg(code.symbol()).as_bytes()))
}

fn pages(page: PageState, model: &TrashPage) -> impl IntoView + use<> {
    let link = |number: u32, words: &'static str| {
        let href = format!("{}?page={number}", page.addresses().trash());
        view! {
            <a class="action" href=href>
                {words}
            </a>
        }
    };
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
