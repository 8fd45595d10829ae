//! What pages show of messages to people who left a number, and the forms that are about them. Not here: drawing them
//! (`app`), opening the notifier (`notices`), telling people (the gallery).

use std::sync::Arc;

use app::messages::{KeptRow, MessageState, Messages, TestForm};
use app::model::Page;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Entry, Field, PhoneNumber, StageState};
use gallery::notices::NoticeState;
use gallery::notifier::{KeptMessage, NotifyError};
use gallery::{Administer, Gallery, Grant, Jobs, MayRead, Write};

use crate::forms::see_other;
use crate::grants::{InSpace, OfEntry};
use crate::inputs::Form;
use crate::page_models;
use crate::problem::Problem;
use crate::site::Site;

/// Said of a message whose record is gone.
const NO_REASON: &str = "the reason is not known any more";

/// How far the message about a photo is; `None` if nobody left a number.
pub(crate) async fn message_state(
    gallery: &Gallery,
    grant: &Grant<impl MayRead>,
    entry: &Entry,
) -> Option<MessageState> {
    let notice = entry.content.photo()?.notice()?;
    // Hints: the page is complete without them.
    let reason = async || reason(gallery, grant, entry).await;
    Some(match notice.state {
        StageState::Waiting | StageState::Working => MessageState::Waiting {
            to: gallery.waiting_phone(grant, entry.id).await.ok().flatten(),
            reason: if notice.attempts > 0 { reason().await } else { None },
        },
        StageState::Done => MessageState::Sent { at: notice.at, is_kept: !gallery.sends_notices() },
        StageState::Failed => {
            MessageState::Failed { reason: reason().await.unwrap_or_else(|| NO_REASON.to_owned()) }
        }
    })
}

/// The messages on the page of jobs.
pub(crate) async fn messages(gallery: &Gallery, grant: &Grant<impl MayRead>, jobs: &Jobs) -> Messages {
    let mut reasons = Vec::new();
    for entry in jobs.failed.iter().chain(&jobs.working) {
        let notice = entry.content.photo().and_then(|photo| photo.notice());
        if notice.is_some_and(|notice| notice.reason.is_some())
            && let Some(reason) = reason(gallery, grant, entry).await
        {
            reasons.push((entry.id, reason));
        }
    }
    // The lists of jobs are complete without it.
    let kept = gallery.outbox(grant).await.unwrap_or_default();
    let row = |KeptMessage { at, to, text, link, .. }: KeptMessage| KeptRow { to, text, link, at };
    Messages {
        are_sent: gallery.sends_notices(),
        kept: kept.into_iter().map(row).collect(),
        reasons,
        test: TestForm::default(),
    }
}

/// Why the message about an entry failed, or waits.
async fn reason(gallery: &Gallery, grant: &Grant<impl MayRead>, entry: &Entry) -> Option<String> {
    match gallery.notice(grant, entry).await.ok()??.state {
        NoticeState::Failed { reason, .. } | NoticeState::Waiting { reason, .. } => Some(reason.to_string()),
        NoticeState::Claimed { .. } | NoticeState::Sent { .. } => None,
    }
}

/// `POST /s/{space}/notices/test`: sends a test message to the number in a form.
pub(crate) async fn test(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Administer>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let typed = form.text("phone-number").unwrap_or_default();
    let Err(problem) = send_test(&site, &grant, typed).await else {
        return Ok(see_other(site.addresses(grant.space()).jobs_after_test()));
    };
    let problem = problem.about(Field::PhotoPhone);
    Err(match page_models::jobs_page(&site.gallery, &grant).await {
        Ok(mut page) => {
            typed.clone_into(&mut page.messages.test.typed);
            problem.on(Page::Jobs(page))
        }
        Err(_) => problem,
    })
}

async fn send_test(site: &Site, grant: &Grant<Administer>, typed: &str) -> Result<(), Problem> {
    let phone: PhoneNumber = typed.trim().parse().map_err(|error: domain::PhoneNumberError| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
    })?;
    site.gallery.send_test_notice(grant, phone).await?.map(drop).map_err(|error| {
        let status = match &error {
            NotifyError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_GATEWAY,
        };
        let error = error.to_string();
        Problem::new(status, format!("The test was not sent: {}.", error.trim_end_matches('.')))
    })
}

/// `POST /s/{space}/e/{id}/notice/aside`: puts a message aside that failed.
pub(crate) async fn put_aside(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
) -> Result<Response, Problem> {
    let change = site.gallery.put_failed_notice_aside(&grant, id).await?;
    Ok(see_other(site.addresses(grant.space()).jobs_at(change.seq)))
}
