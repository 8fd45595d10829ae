//! What pages show of messages to people who left a number. Not here: drawing it (`app`), the forms that are about messages
//! (`notice_forms`), telling people (the gallery).

use app::messages::{KeptRow, MessageState, Messages, Sending, TestForm};
use domain::{Entry, StageState};
use gallery::notices::{self, NoticeState};
use gallery::notifier::KeptMessage;
use gallery::{Gallery, Grant, Jobs, MayRead};

/// Said of a message whose record is gone.
const NO_REASON: &str = "The message could not be sent. The reason is not known any more";

/// Whether messages are sent.
pub(crate) fn sending(gallery: &Gallery) -> Sending {
    match gallery.sends_notices() {
        notices::Sending::NoSender => Sending::NoSender,
        notices::Sending::NoTotal => Sending::NoTotal,
        notices::Sending::On { per_number } => Sending::On { per_number },
    }
}

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
        StageState::Done => {
            let is_kept = !matches!(sending(gallery), Sending::On { .. });
            MessageState::Sent { at: notice.at, is_kept }
        }
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
        sending: sending(gallery),
        kept: kept.into_iter().map(row).collect(),
        reasons,
        test: TestForm::default(),
        dismissed: None,
    }
}

/// Why the message about an entry failed, or waits.
async fn reason(gallery: &Gallery, grant: &Grant<impl MayRead>, entry: &Entry) -> Option<String> {
    match gallery.notice(grant, entry).await.ok()??.state {
        NoticeState::Failed { reason, .. } | NoticeState::Waiting { reason, .. } => Some(reason.to_string()),
        NoticeState::Claimed { .. } | NoticeState::Sent { .. } => None,
    }
}
