//! Messages to people who left a number: on the page of a photo, how far its message is; on the page of jobs, what is
//! in the outbox, and the form that sends a test. Server only: a browser fetches the pages again (`browser::refresh`).

use domain::{EntryId, Timestamp};
use leptos::prelude::*;

use crate::addresses::MESSAGES;
use crate::messages::{KeptRow, MessageState, Messages, Sending, TestForm};
use crate::model::{Failure, Field, JobsPage};
use crate::page_state::PageState;
use crate::words::{grouped, utc_time};

/// How far the message about a photo is.
pub(super) fn message_state(page: PageState, state: &MessageState) -> AnyView {
    let to_messages = page.addresses().messages();
    match state.clone() {
        MessageState::Waiting { reason: Some(reason), .. } => {
            view! {
                <p class="message-state" data-message="delayed">
                    {delayed(&reason)}
                </p>
            }
        }
        .into_any(),
        MessageState::Waiting { to, reason: None } => view! {
            <p class="message-state" data-message="waiting">
                {match to {
                    Some(to) => view! { <bdi>{to}</bdi> }.into_any(),
                    None => "The person who left a number".into_any(),
                }}
                " will be told when it is done."
            </p>
        }
        .into_any(),
        MessageState::Sent { at, is_kept } => view! {
            <p class="message-state" data-message="sent">
                {if is_kept { "The message was put into the " } else { "The message was sent at " }}
                {is_kept
                    .then(|| {
                        view! {
                            <a href=to_messages>"outbox"</a>
                            " at "
                        }
                    })} {time(at)} "."
            </p>
        }
        .into_any(),
        MessageState::Failed { reason } => view! {
            <p class="message-state" data-message="failed">
                {sentence(&reason)}
            </p>
        }
        .into_any(),
    }
}

/// Why a message waits for another attempt.
pub(super) fn delayed(reason: &str) -> String {
    format!("{} Another attempt follows.", sentence(reason))
}

/// The outbox and the form that sends a test.
pub(super) fn messages(page: PageState, jobs: &JobsPage) -> impl IntoView + use<> {
    let model = &jobs.messages;
    let refused = jobs.failure.as_ref().filter(|_| model.test.is_refused);
    let about = about(model.sending);
    let kept = model.kept.iter().map(kept).collect_view();
    let has_kept = !model.kept.is_empty();
    view! {
        <section class="messages" aria-labelledby=MESSAGES>
            <h2 id=MESSAGES tabindex="-1">
                "Messages"
            </h2>
            <p class="messages-about">{about}</p>
            {test_form(page, model, refused)}
            <div data-live="outbox" tabindex="-1">
                {has_kept
                    .then(|| {
                        view! {
                            <ol class="outbox" aria-label="Outbox">
                                {kept}
                            </ol>
                        }
                    })}
            </div>
        </section>
    }
}

/// A message in the outbox: when it went to whom, and what it says.
fn kept(row: &KeptRow) -> impl IntoView + use<> {
    let KeptRow { to, text, link, at } = row.clone();
    let text_before = link.as_deref().and_then(|link| text.strip_suffix(link)).map(str::to_owned);
    let (text, link) = match text_before {
        Some(before) => (before, link),
        None => (text, None),
    };
    let link = link.map(|link| {
        let shown = link.clone();
        view! { <a href=link>{shown}</a> }
    });
    view! {
        <li class="kept">
            <p class="kept-facts">
                <bdi>{to}</bdi>
                {time(at)}
            </p>
            <p class="kept-text">
                {text}{link}
            </p>
        </li>
    }
}

/// Whether messages are sent, and what to do if not.
fn about(sending: Sending) -> String {
    match sending {
        Sending::NoSender => {
            "No messages are sent yet: they are kept here for a week. The option --notifier says who sends them."
                .to_owned()
        }
        Sending::NoTotal => {
            "No messages are sent yet: they are kept here for a week. The option --notices-per-day sets how many may \
             be sent in a day."
                .to_owned()
        }
        Sending::On { per_number } => format!(
            "Whoever leaves a number with a photo gets a message when it is done. {}",
            at_most(per_number)
        ),
    }
}

fn at_most(per_number: u64) -> String {
    let messages = if per_number == 1 { "message" } else { "messages" };
    format!("A number gets at most {} {messages} a day.", grouped(per_number))
}

/// What is said where a number can be left.
pub(super) fn phone_hint(page: PageState, sending: Sending) -> impl IntoView + use<> {
    match sending {
        Sending::On { per_number } => at_most(per_number).into_any(),
        Sending::NoSender | Sending::NoTotal => view! {
            "No messages are sent yet: they are kept in the outbox, on the "
            <a href=page.addresses().messages()>"page of jobs"</a>
            "."
        }
        .into_any(),
    }
}

fn test_form(page: PageState, model: &Messages, refused: Option<&Failure>) -> impl IntoView + use<> {
    let TestForm { typed, is_sent, .. } = model.test.clone();
    let is_refused = refused.is_some();
    let is_wrong = refused.is_some_and(|failure| failure.field == Some(Field::PhotoPhone));
    let refused = refused.map(|failure| failure.error.clone());
    let sent = if matches!(model.sending, Sending::On { .. }) {
        "The test message was handed over."
    } else {
        "The test message is in the outbox."
    };
    view! {
        <form class="message-test" method="post" action=page.addresses().test_notice() novalidate="">
            <label class="input-label" for="test-number">
                "Send a test to"
            </label>
            <div class="input-line">
                <input
                    id="test-number"
                    name="phone-number"
                    type="tel"
                    autocomplete="tel"
                    placeholder="with country code"
                    aria-describedby="test-note"
                    aria-invalid=is_wrong.then_some("true")
                    autofocus=is_refused
                    value=typed
                />
                <button class="button" type="submit">
                    "Send a test"
                </button>
            </div>
            <p class="note-error" id="test-note">
                {refused}
            </p>
            {is_sent.then(|| done(sent))}
        </form>
    }
}

/// What was just done: it gets the focus, which would otherwise be lost with the page before.
pub(super) fn done(words: impl Into<String>) -> impl IntoView {
    view! {
        <p class="message-sent" role="status" tabindex="-1" autofocus="">
            {words.into()}
        </p>
    }
}

/// A form that puts a failed message aside: another attempt cannot help, since its number is gone.
pub(super) fn put_aside_form(page: PageState, id: EntryId) -> impl IntoView {
    view! {
        <form class="retry" method="post" action=page.addresses().put_notice_aside(id)>
            <button class="action" type="submit" aria-label=format!("Dismiss: #{id}")>
                "Dismiss"
            </button>
        </form>
    }
}

fn time(at: Timestamp) -> impl IntoView {
    let moment = at.to_string();
    let (when, in_full) = utc_time(&moment);
    view! {
        <time datetime=moment title=in_full>
            {when}
        </time>
    }
}

/// Begins with a capital letter, and ends with a full stop.
pub(super) fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if reason.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
