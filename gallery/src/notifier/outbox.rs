//! Messages that stay here: in the records, for the page of jobs and the log, with the number masked. Nobody is told
//! anything, and no account is needed. Not here: the page.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Space, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Message, MessageId, Notifier, NotifyError, Reason, Receipt};
use crate::causes::causes;
use crate::clock::{Clock, after};
use crate::records::{Expected, RecordKey, RecordPrefix, RecordValue, Records, RecordsError};

/// Messages that are kept for each space; older ones are dropped.
pub const OUTBOX_MAX_MESSAGES: usize = 100;
/// How long a message is kept, if not so many come.
const MESSAGE_AGE: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);
/// Keeps messages instead of sending them. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    records: Arc<dyn Records>,
    clock: Clock,
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessage {
    /// Its id.
    pub id: MessageId,
    /// When it was put there.
    pub at: Timestamp,
    /// The masked number.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Outbox {
    /// In these records.
    pub fn new(records: Arc<dyn Records>, clock: Clock) -> Self {
        Self { records, clock }
    }

    /// The messages about a space, the newest first.
    pub async fn messages(&self, space: &Space) -> Result<Vec<KeptMessage>, RecordsError> {
        // Several instances may have put one each before one of them dropped the oldest.
        let records = self.records.list(&prefix(space), None, 2 * OUTBOX_MAX_MESSAGES).await?;
        let newest_first = records.iter().rev().take(OUTBOX_MAX_MESSAGES);
        Ok(newest_first.filter_map(|record| serde_json::from_str(record.value.as_str()).ok()).collect())
    }

    async fn drop_oldest(&self, space: &Space) -> Result<(), RecordsError> {
        let records = self.records.list(&prefix(space), None, 2 * OUTBOX_MAX_MESSAGES).await?;
        let surplus = records.len().saturating_sub(OUTBOX_MAX_MESSAGES);
        for record in &records[..surplus] {
            self.records.delete(&record.key).await?;
        }
        Ok(())
    }
}

fn prefix(space: &Space) -> RecordPrefix {
    format!("outbox/{space}/").parse().expect("a kind, a space and slashes")
}

fn key(space: &Space, id: &MessageId) -> RecordKey {
    format!("outbox/{space}/{id}").parse().expect("a space and an id are short words")
}

#[async_trait]
impl Notifier for Outbox {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        let now = self.clock.now();
        let Message { id, space, to, text, link } = message;
        let kept =
            KeptMessage { id: id.clone(), at: now, to: to.masked(), text: text.clone(), link: link.clone() };
        let json = serde_json::to_string(&kept).expect("texts are JSON");
        let value =
            RecordValue::new(json).map_err(|error| NotifyError::Refused(Reason::new(&error.to_string())))?;
        match self.records.put(&key(space, id), value, Some(after(now, MESSAGE_AGE)), Expected::Absent).await
        {
            Ok(_) => tracing::info!(id = id.as_str(), to = kept.to, text, "a notice is in the outbox"),
            // An earlier attempt had put it there after all.
            Err(RecordsError::OtherVersion) => {}
            // The same id again does no harm.
            Err(error) => return Err(NotifyError::Unavailable(Reason::new(&causes(&error)))),
        }
        if let Err(error) = self.drop_oldest(space).await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "old messages stay in the outbox for now"
            );
        }
        Ok(Receipt::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::MemoryRecords;
    use crate::testing::test_clock::TestClock;

    fn message(clock: &Clock, text: &str) -> Message {
        Message {
            id: MessageId::new(clock),
            space: Space::main(),
            to: "+491701234567".parse().unwrap(),
            text: text.to_owned(),
            link: None,
        }
    }

    #[tokio::test]
    async fn only_the_newest_messages_are_kept() {
        let clock = TestClock::default();
        let outbox = Outbox::new(Arc::new(MemoryRecords::new(clock.clock())), clock.clock());
        for number in 0..OUTBOX_MAX_MESSAGES + 3 {
            clock.pass(std::time::Duration::from_millis(1));
            outbox.notify(&message(&clock.clock(), &number.to_string())).await.unwrap();
        }
        let texts: Vec<_> =
            outbox.messages(&Space::main()).await.unwrap().into_iter().map(|message| message.text).collect();
        let newest_first = (3..OUTBOX_MAX_MESSAGES + 3).rev().map(|number| number.to_string());
        assert!(texts.iter().cloned().eq(newest_first), "{texts:?}");
        clock.pass(MESSAGE_AGE);
        assert_eq!(outbox.messages(&Space::main()).await.unwrap(), []);
    }

    #[tokio::test]
    async fn message_without_end_is_refused() {
        let clock = TestClock::default();
        let outbox = Outbox::new(Arc::new(MemoryRecords::new(clock.clock())), clock.clock());
        let refused = outbox.notify(&message(&clock.clock(), &"x".repeat(100_000))).await;
        assert!(matches!(refused, Err(NotifyError::Refused(_))), "{refused:?}");
    }
}
