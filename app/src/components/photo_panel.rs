//! The page of a photo: original and result side by side, what still happens to them, and what the camera says. Server
//! only: while a worker is busy with it, a browser fetches it again (`browser::refresh`).

use domain::wire::{PhotoRow, StageRow};
use domain::{EntryRow, StageState, Step, TakenAt, Work};
use leptos::prelude::*;

use super::photo_parts::{ghost, retry_form};
use crate::page_state::PageState;
use crate::words::{grouped, utc_time};

/// Width and height of a photo whose size is not known yet.
const USUAL_SIZE: (u32, u32) = (3, 2);

/// Everything about the photo of the page that may still change.
pub(super) fn photo_panel(page: PageState, entry: &EntryRow, photo: &PhotoRow) -> impl IntoView + use<> {
    // That has a line of its own.
    let photo = &photo.without_notice();
    let has_result = photo.stages.iter().any(|stage| stage.step == Step::Result) && !photo.is_unusable();
    view! {
        <div class="photo" data-live="photo" data-photo-state=state_of(photo) tabindex="-1">
            {stages(page, entry, photo)}
            <div class="photo-pictures">
                {picture(page, entry, photo, Step::View, "Original")}
                {has_result.then(|| picture(page, entry, photo, Step::Result, "Result"))}
            </div>
            {facts(photo)}
        </div>
    }
}

fn state_of(photo: &PhotoRow) -> &'static str {
    if photo.is_unfinished() {
        "unfinished"
    } else if photo.has_failed() {
        "failed"
    } else {
        "done"
    }
}

/// A picture with its name and its download.
fn picture(
    page: PageState,
    entry: &EntryRow,
    photo: &PhotoRow,
    step: Step,
    name: &'static str,
) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let is_there = photo.has(step);
    let source = is_there.then(|| addresses.derived(entry, step));
    let is_turned = step == Step::Result && photo.recipe.is_turned();
    let (width, height) = photo.width.zip(photo.height).unwrap_or(USUAL_SIZE);
    let (width, height) = if is_turned { (height, width) } else { (width, height) };
    // The original is there from the beginning.
    let download = match step {
        Step::Result => is_there.then(|| addresses.derived_download(entry, step)),
        Step::Thumbnail | Step::View | Step::Labels | Step::Notice => Some(addresses.download(entry)),
    };
    let format = entry.format().unwrap_or_default();
    let words = if step == Step::Result { "Download".to_owned() } else { format!("Download {format}") };
    let label = format!("{words}: {} of #{}", name.to_lowercase(), entry.id);
    view! {
        <figure class="photo-picture">
            {(!photo.is_unusable())
                .then(|| {
                    view! {
                        <div class="photo-frame">
                            <svg class="photo-shape" viewBox=format!("0 0 {width} {height}") aria-hidden="true"></svg>
                            {ghost(photo)}
                            {source
                                .map(|source| {
                                    view! { <img src=source alt=format!("{name} of #{}", entry.id) decoding="async" /> }
                                })}
                        </div>
                    }
                })}
            <figcaption>
                <span class="photo-name">{name}</span>
                {download
                    .map(|href| {
                        view! {
                            <a class="action" href=href download="" aria-label=label>
                                {words}
                            </a>
                        }
                    })}
            </figcaption>
        </figure>
    }
}

/// The steps, unless all is done.
fn stages(page: PageState, entry: &EntryRow, photo: &PhotoRow) -> impl IntoView + use<> {
    let (id, can_be_tried_again) = (entry.id, photo.can_be_tried_again());
    let is_done = !photo.has_failed() && !photo.is_unfinished();
    let is_same = |one: &StageRow, next: &StageRow| {
        (one.state, &one.words, one.step.work()) == (next.state, &next.words, next.step.work())
    };
    let pictures = photo.stages.iter().filter(|stage| stage.step.work() == Some(Work::Pictures)).count();
    // Without pictures there are no labels, which goes without saying.
    let told = if photo.is_unusable() { &photo.stages[..pictures] } else { &photo.stages[..] };
    let rows = told.chunk_by(is_same).map(|same| row(same, same.len() == pictures)).collect_view();
    (!is_done).then(|| {
        view! {
            <section class="photo-stages" aria-label="What still happens">
                <ul>{rows}</ul>
                {can_be_tried_again.then(|| retry_form(page, id))}
            </section>
        }
    })
}

/// Steps of which the same is to be said, in words; failed ones with the time and the number of attempts.
fn row(same: &[StageRow], are_all: bool) -> impl IntoView + use<> {
    let stage = &same[0];
    let name = |stage: &StageRow| match stage.step {
        Step::Thumbnail => "Thumbnail",
        Step::View => "Large view",
        Step::Result => "Result",
        Step::Labels => "Labels",
        Step::Notice => "Message",
    };
    let name = if are_all && stage.step.work() == Some(Work::Pictures) {
        "All pictures".to_owned()
    } else {
        same.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let state = match stage.state {
        StageState::Waiting => "waiting",
        StageState::Working => "working",
        StageState::Done => "done",
        StageState::Failed => "failed",
    };
    let moment = stage.at.to_string();
    let (when, in_full) = utc_time(&moment);
    let attempts = match stage.attempts {
        0 | 1 => String::new(),
        many => format!("{} attempts, the last ", grouped(many.into())),
    };
    let failed = (stage.state == StageState::Failed).then(|| {
        view! {
            <span class="stage-when">
                {attempts} <time datetime=moment title=in_full>
                    {when}
                </time>
            </span>
        }
    });
    view! {
        <li class="stage" data-state=state>
            <span class="stage-name">{name}</span>
            <span class="stage-words">{stage.words.clone()}</span>
            {failed}
        </li>
    }
}

/// What the file says about itself.
fn facts(photo: &PhotoRow) -> impl IntoView + use<> {
    let fact = |name: &'static str, words: Option<String>| {
        words.map(|words| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{words}</dd>
                </div>
            }
        })
    };
    let size = photo.width.zip(photo.height);
    let size =
        size.map(|(width, height)| format!("{} × {} pixels", grouped(width.into()), grouped(height.into())));
    let taken = photo.taken_at.as_ref().map(TakenAt::to_minute);
    view! {
        <dl class="entry-facts photo-facts">
            {fact("Taken", taken)} {fact("Camera", photo.camera.clone())} {fact("Pixels", size)}
        </dl>
    }
}
