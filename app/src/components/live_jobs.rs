//! The list of the page of jobs: what failed, then what runs, kept current.

use domain::EntryRow;
use domain::wire::JobList;
use leptos::prelude::*;

use super::photo_parts::{ghost, progress, thumbnail};
use crate::browser;
use crate::page_state::{PageState, page_state};
use crate::words::{self, grouped};

/// Both lists.
#[island]
pub fn LiveJobs() -> impl IntoView {
    let page = page_state();
    let rows = move |choose: fn(&JobList) -> &Vec<EntryRow>| {
        page.jobs.with(|jobs| jobs.as_ref().map(choose).cloned().unwrap_or_default())
    };
    view! {
        {move || page.jobs.with(|jobs| jobs.as_ref().map(|jobs| head(page, jobs)))}
        <ol class="jobs" aria-label="Failed">
            <For
                each=move || rows(|jobs| &jobs.failed)
                key=|entry| (entry.id, entry.revision)
                children=move |entry| row(page, &entry)
            />
        </ol>
        {move || page.jobs.with(|jobs| jobs.as_ref().map(unfinished_head))}
        <ol class="jobs" aria-label="In progress">
            <For
                each=move || rows(|jobs| &jobs.unfinished)
                key=|entry| (entry.id, entry.revision)
                children=move |entry| row(page, &entry)
            />
        </ol>
    }
}

/// How many failed, and trying all of them again.
fn head(page: PageState, jobs: &JobList) -> impl IntoView + use<> {
    let (failed, unfinished) = (jobs.failed_total, jobs.unfinished_total);
    let address = page.addresses().retry_all();
    view! {
        <p class="jobs-none" hidden=failed + unfinished != 0>
            "Nothing is in progress, and nothing has failed."
        </p>
        <div class="jobs-head" hidden=failed == 0>
            <h2 tabindex="-1">"Failed"</h2>
            <span class="jobs-total">{grouped(failed)}</span>
            <form method="post" action=address data-verb="retry-all">
                <button class="button" type="submit">
                    "Try all again"
                </button>
            </form>
        </div>
    }
}

fn unfinished_head(jobs: &JobList) -> impl IntoView + use<> {
    let unfinished = jobs.unfinished_total;
    view! {
        <div class="jobs-head" hidden=unfinished == 0>
            <h2>"In progress"</h2>
            <span class="jobs-total">{grouped(unfinished)}</span>
        </div>
    }
}

/// A photo: what happens to it, or what failed, why and when.
fn row(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let address = page.addresses().entry(entry.id);
    let is_awake = page.untracked.with_value(|untracked| untracked.is_awake);
    let name = entry.shown_name().to_owned();
    let photo = entry.photo.as_deref();
    let source = thumbnail(page, entry);
    let since = photo.and_then(|photo| photo.stages.iter().map(|stage| stage.at).max());
    let when = since.map(|since| {
        let moment = since.to_string();
        let (when, in_full) = if is_awake { browser::local_time(&moment) } else { words::utc_time(&moment) };
        view! {
            <time datetime=moment title=in_full>
                {when}
            </time>
        }
    });
    let attempts = photo.and_then(|photo| photo.stages.iter().map(|stage| stage.attempts).max()).unwrap_or(0);
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
            <div class="job-progress">{progress(page, entry)}</div>
            <p class="row-facts">{attempts.map(|words| view! { <span>{words}</span> })} {when}</p>
        </li>
    }
}
