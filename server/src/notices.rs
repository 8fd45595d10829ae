//! Opens the notifier as configured. Not here: which options go together
//! (`config::notices`), and when people are told (the gallery).

use std::sync::Arc;

use gallery::Clock;
use gallery::aws::Aws;
use gallery::notices::NoticeOptions;
use gallery::notifier::smtp::{MailServerError, SmtpNotifier};
use gallery::notifier::{Notifier, SnsNotifier, Webhook, WebhookError};

use crate::config::{NoticeArgs, NoticeError, NotifierChoice};
use crate::storage::StorageError;

/// Why nobody can be told; one sentence, which says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifierError {
    #[error(transparent)]
    Options(#[from] NoticeError),
    #[error("--webhook-url (QRATE_WEBHOOK_URL)")]
    Webhook(#[from] WebhookError),
    #[error("--smtp-url (QRATE_SMTP_URL)")]
    MailServer(#[from] MailServerError),
    #[error(transparent)]
    Aws(#[from] StorageError),
}

/// How people are told. Sends nothing yet. `connect`: the connection to AWS, if text messages go through it.
pub(crate) async fn open(
    args: &NoticeArgs,
    connect: impl AsyncFnOnce() -> Result<Aws, StorageError>,
) -> Result<NoticeOptions, NotifierError> {
    let sender: Option<Arc<dyn Notifier>> = match args.notifier()? {
        NotifierChoice::Outbox => None,
        NotifierChoice::Webhook(options) => Some(Arc::new(Webhook::new(*options, Clock::system())?)),
        NotifierChoice::Sns => Some(Arc::new(SnsNotifier::new(&connect().await?))),
        NotifierChoice::Smtp(server, addresses) => Some(Arc::new(SmtpNotifier::new(server, addresses)?)),
    };
    let limits = args.limits();
    if sender.is_some() && limits.per_day.is_none() {
        tracing::warn!(
            "notices stay in the outbox until a daily total is set: --notices-per-day (QRATE_NOTICES_PER_DAY)"
        );
    }
    let public_address = args.public_address().cloned();
    Ok(NoticeOptions { sender, limits, public_address })
}

#[cfg(test)]
mod tests {
    use domain::{Recipe, Space};
    use gallery::notices::{PublicAddress, text};

    /// The gallery does not know the addresses of pages, except this one.
    #[test]
    fn link_in_a_notice_is_the_page_of_the_entry() {
        let public: PublicAddress = "https://qrate.example.org/below/".parse().unwrap();
        let space: Space = "team-a".parse().unwrap();
        let link = text(Some(&public), &space, 17, Recipe::Flip).link.unwrap();
        let page = app::addresses::patterns::ENTRY_PAGE.replace("{space}", "team-a").replace("{id}", "17");
        assert_eq!(link, format!("https://qrate.example.org/below{page}"));
    }
}
