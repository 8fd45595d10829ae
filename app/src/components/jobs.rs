//! The lists of the page of jobs: what failed, then what runs. Server only: when something changes, a browser fetches
//! them again (`browser::refresh`).

use domain::wire::PhotoRow;
use domain::{EntryRow, StageState, Step};
use leptos::prelude::*;

use super::messages::{delayed, done, messages, put_aside_form, sentence};
use super::photo_parts::{ghost, progress, thumbnail};
use crate::model::JobsPage;
use crate::page_state::PageState;
use crate::words::{grouped, utc_time};

/// Both lists, and the messages.
pub(crate) fn jobs(page: PageState, model: &JobsPage) -> impl IntoView + use<> {
    view! {
        {lists(page, model)}
        {messages(page, model)}
    }
}

fn lists(page: PageState, model: &JobsPage) -> impl IntoView + use<> {
    let reason = |entry: &EntryRow| model.messages.reason(entry.id).map(str::to_owned);
    let rows =
        |entries: &[EntryRow]| entries.iter().map(|entry| row(page, entry, reason(entry))).collect_view();
    let dismissed = model.messages.dismissed;
    let retry_all = page.addresses().retry_all();
    let (failed, unfinished) = (model.failed_total, model.unfinished_total);
    let can_be_tried =
        model.failed.iter().filter_map(|entry| entry.photo.as_deref()).any(PhotoRow::can_be_tried_again);
    view! {
        {dismissed.map(|id| done(format!("The failed message about #{id} is dismissed.")))}
        <div class="jobs-lists" data-live="jobs" tabindex="-1">
            {(failed + unfinished == 0)
                .then(|| view! { <p class="jobs-none">"Nothing is in progress, and nothing has failed."</p> })}
            {(failed > 0)
                .then(|| {
                    view! {
                        <div class="jobs-head">
                            <h2 tabindex="-1">"Failed"</h2>
                            <span class="jobs-total">{grouped(failed)}</span>
                            {can_be_tried
                                .then(|| {
                                    view! {
                                        <form method="post" action=retry_all data-verb="act" data-said="Trying all again">
                                            <button class="button" type="submit">
                                                "Try all again"
                                            </button>
                                        </form>
                                    }
                                })}
                        </div>
                        <ol class="jobs" aria-label="Failed">
                            {rows(&model.failed)}
                        </ol>
                    }
                })}
            {(unfinished > 0)
                .then(|| {
                    view! {
                        <div class="jobs-head">
                            <h2 tabindex="-1">"In progress"</h2>
                            <span class="jobs-total">{grouped(unfinished)}</span>
                        </div>
                        <ol class="jobs" aria-label="In progress">
                            {rows(&model.unfinished)}
                        </ol>
                    }
                })}
        </div>
    }
}

/// A photo: what happens to it, or what failed, why and when. `reason`: why the message about it failed, or waits.
fn row(page: PageState, entry: &EntryRow, reason: Option<String>) -> impl IntoView + use<> {
    let address = page.addresses().entry(entry.id);
    let name = entry.shown_name().to_owned();
    let photo = entry.photo.as_deref();
    let source = thumbnail(page, entry);
    let since = photo.and_then(|photo| photo.stages.iter().map(|stage| stage.at).max());
    let when = since.map(|since| {
        let moment = since.to_string();
        let (when, in_full) = utc_time(&moment);
        view! {
            <time datetime=moment title=in_full>
                {when}
            </time>
        }
    });
    let attempts = photo.and_then(|photo| photo.stages.iter().map(|stage| stage.attempts).max()).unwrap_or(0);
    let notice = photo
        .and_then(|photo| photo.stages.iter().find(|stage| stage.step == Step::Notice))
        .map(|it| it.state);
    let (id, has_failed_notice) = (entry.id, notice == Some(StageState::Failed));
    let reason = reason.map(|reason| if has_failed_notice { sentence(&reason) } else { delayed(&reason) });
    // What is said in general is said of the message, unless something else is the matter.
    let is_about_message = reason.is_some()
        && photo.is_some_and(|photo| {
            photo.stages.iter().all(|stage| stage.step == Step::Notice || stage.state == StageState::Done)
        });
    let attempts = (attempts > 1).then(|| format!("{} attempts", grouped(attempts.into())));
    view! {
        <li class="job" data-id=entry.id.to_string()>
            <a class="row-picture" href=address.clone() tabindex="-1" aria-hidden="true" data-format=entry.format()>
                {photo.map(ghost)} <img src=source alt="" width="72" height="72" loading="lazy" decoding="async" />
            </a>
            <h3 class="row-title">
                <a href=address>
                    <span class="row-number">{format!("#{}", entry.id)}</span>
                    " "
                    <bdi class="row-name">{name}</bdi>
                </a>
            </h3>
            <div class="job-progress">
                {(!is_about_message).then(|| progress(page, entry))}
                {reason.map(|reason| view! { <span class="job-reason">{reason}</span> })}
                {has_failed_notice.then(|| put_aside_form(page, id))}
            </div>
            <p class="row-facts">{attempts.map(|words| view! { <span>{words}</span> })} {when}</p>
        </li>
    }
}
