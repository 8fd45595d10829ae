//! Notices: a person who left a number gets one message when their photo is done, from whichever notifier is configured.
//!
//! Before anything is sent, a claim is written into the records (`claim`), one for each entry and recipe. Whatever is
//! tried again, a claim leads to one message or none; one whose outcome nobody wrote down is said to have failed, since
//! the message may have been sent. `counts`: how many may be sent a day, in all and to one number; `number`: the number
//! that waits, which is deleted when the notice is out or has failed for good; `text`: what it says. Not here: sending
//! (`notifier`), and when a photo is done (the worker).

mod claim;
mod counts;
pub(crate) mod number;
mod text;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::{EntryId, PhoneNumber, Recipe, RequestId, Space, Timestamp};

use self::claim::{Claims, StoredClaim, key};
pub use self::claim::{Notice, NoticeState};
use self::counts::{Counted, Counts};
pub use self::counts::{DEFAULT_PER_NUMBER, NoticeLimits};
use self::text::failure_text;
pub use self::text::{NoticeText, PublicAddress, PublicAddressError, text};
use crate::clock::{Clock, after, back_off, before};
use crate::notifier::{Message, MessageId, Notifier, NotifyError, Outbox, Reason, Receipt};
use crate::records::{RecordKey, Records, RecordsError};

/// Attempts at a message before it has failed for a reason that might pass.
const ATTEMPTS_MAX: u32 = 8;
const RETRY_FIRST: Duration = Duration::from_secs(10);
const RETRY_MOST: Duration = Duration::from_secs(15 * 60);
/// A claim that is older than this belongs to nobody any more: no notifier takes longer than a minute.
const CLAIM_AGE: Duration = Duration::from_secs(3 * 60);
/// How often to look again because others changed the claim meanwhile: each of them has got further.
const LOOKS: u32 = 10;
/// Said of a claim without an outcome.
const UNKNOWN_OUTCOME: &str =
    "Nobody knows whether the message was sent: the program stopped at that moment. It is not sent again.";

/// What became of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The person has been told, now or before.
    Sent,
    /// They are not told, and it is not tried again.
    Failed(Reason),
    /// It is to be tried again after this.
    Later {
        /// The pause.
        after: Duration,
        /// Why.
        reason: Reason,
    },
    /// Somebody else is at it; to be looked at again after this.
    Elsewhere {
        /// The pause.
        after: Duration,
    },
    /// No number waits.
    Nobody,
}

/// Whether messages leave this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// Nobody is chosen who sends them.
    NoSender,
    /// No daily total is set.
    NoTotal,
    /// They do.
    On {
        /// How many one number may get in a day.
        per_number: u64,
    },
}

/// How people are told.
#[derive(Clone, Default)]
pub struct NoticeOptions {
    /// What sends messages; without it, or without a daily total, they go into the outbox.
    pub sender: Option<Arc<dyn Notifier>>,
    /// How many may be sent.
    pub limits: NoticeLimits,
    /// Where people reach the pages, for links.
    pub public_address: Option<PublicAddress>,
}

impl fmt::Debug for NoticeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sender, limits, public_address } = self;
        let sender = sender.is_some();
        f.debug_struct("NoticeOptions")
            .field("has_sender", &sender)
            .field("limits", limits)
            .field("public_address", public_address)
            .finish()
    }
}

/// Tells people.
pub struct Notices {
    records: Arc<dyn Records>,
    claims: Claims,
    counts: Counts,
    outbox: Outbox,
    options: NoticeOptions,
    is_alone: bool,
    clock: Clock,
}

impl Notices {
    /// With claims and counts in these records. `is_alone`: whether no other program has them open; then a claim of an
    /// earlier run is nobody's.
    pub fn new(records: &Arc<dyn Records>, clock: Clock, options: NoticeOptions, is_alone: bool) -> Self {
        Self {
            claims: Claims::new(Arc::clone(records), clock.clone()),
            counts: Counts::new(Arc::clone(records), clock.clone()),
            outbox: Outbox::new(Arc::clone(records), clock.clone()),
            records: Arc::clone(records),
            options,
            is_alone,
            clock,
        }
    }

    /// What would have been sent.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Whether messages leave this program, and if not, why.
    pub fn sending(&self) -> Sending {
        let NoticeOptions { sender, limits, .. } = &self.options;
        match (sender, limits.per_day) {
            (None, _) => Sending::NoSender,
            (Some(_), None) => Sending::NoTotal,
            (Some(_), Some(_)) => Sending::On { per_number: limits.per_number },
        }
    }

    /// What a person is told of a photo that is done.
    pub fn text(&self, space: &Space, id: EntryId, recipe: Recipe) -> NoticeText {
        text(self.options.public_address.as_ref(), space, id, recipe)
    }

    /// What they are told if nothing could be made of it.
    pub fn failure_text(&self, space: &Space, id: EntryId) -> NoticeText {
        failure_text(self.options.public_address.as_ref(), space, id)
    }

    /// Keeps the number of a request for its entry, unless the person has been told already; returns whether there was
    /// one.
    pub(crate) async fn take_over(
        &self,
        space: &Space,
        request: &RequestId,
        id: EntryId,
        recipe: Recipe,
    ) -> Result<bool, RecordsError> {
        let is_taken = number::take_over(&*self.records, &self.clock, space, request, id).await?;
        // Somebody else may have taken it over, and told the person, in between.
        let notice = if is_taken { self.notice(space, id, recipe).await? } else { None };
        if notice.is_some_and(|notice| notice.is_over()) {
            number::forget(&*self.records, space, id).await?;
        }
        Ok(is_taken)
    }

    /// For how long not to try a notice again: what a service asks for, or a growing pause.
    pub async fn pause(
        &self,
        space: &Space,
        id: EntryId,
        recipe: Recipe,
    ) -> Result<Option<Duration>, RecordsError> {
        Ok(match self.notice(space, id, recipe).await?.map(|notice| notice.state) {
            Some(NoticeState::Waiting { until, .. }) => self.until(until),
            _ => None,
        })
    }

    /// How far a notice is; `None` if nobody ever began it.
    pub async fn notice(
        &self,
        space: &Space,
        id: EntryId,
        recipe: Recipe,
    ) -> Result<Option<Notice>, RecordsError> {
        Ok(self.claims.get(&key(space, id, recipe)).await?.map(|stored| stored.notice))
    }

    /// Tells the person whose number waits for an entry that it is done, unless they were told before. To be called
    /// again after an error, after `Later`, and whenever it may not have been called to its end; any number of callers
    /// may do so at once.
    pub async fn tell(
        &self,
        space: &Space,
        id: EntryId,
        recipe: Recipe,
        text: &NoticeText,
    ) -> Result<Told, RecordsError> {
        let key = key(space, id, recipe);
        for _ in 0..LOOKS {
            let known = self.claims.get(&key).await?;
            let told = match known.as_ref().map(|stored| &stored.notice.state) {
                Some(NoticeState::Sent { .. }) => Told::Sent,
                Some(NoticeState::Failed { reason, .. }) => Told::Failed(reason.clone()),
                Some(NoticeState::Claimed { at, run }) => {
                    let is_dead = *at <= before(self.clock.now(), CLAIM_AGE)
                        || (self.is_alone && !self.claims.is_of_this_run(run));
                    if !is_dead {
                        return Ok(Told::Elsewhere { after: CLAIM_AGE });
                    }
                    let stored = known.expect("it was just matched");
                    let state = self.failed(Reason::new(UNKNOWN_OUTCOME));
                    match self.claims.settle(&key, stored, state).await? {
                        Some(state) => told_by(&state),
                        None => continue,
                    }
                }
                Some(NoticeState::Waiting { .. }) | None => {
                    let Some(phone) = number::waiting(&*self.records, space, id).await? else {
                        return Ok(Told::Nobody);
                    };
                    let Some(claim) = self.claims.claim(&key, known).await? else { continue };
                    self.send(space, &key, claim, phone, text).await?
                }
            };
            if matches!(told, Told::Sent | Told::Failed(_)) {
                number::forget(&*self.records, space, id).await?;
            }
            return Ok(told);
        }
        Ok(Told::Elsewhere { after: RETRY_FIRST })
    }

    /// Sends a message that belongs to no entry, to see whether that works. It counts like any other.
    pub async fn send_test(
        &self,
        space: &Space,
        phone: PhoneNumber,
    ) -> Result<Result<Receipt, NotifyError>, RecordsError> {
        if let Some(reason) = self.refusal(&phone).await? {
            return Ok(Err(NotifyError::Limited(reason)));
        }
        let link = self.options.public_address.as_ref().map(ToString::to_string);
        let said = "This is a test message from Qrate.";
        let text = link.as_ref().map_or_else(|| said.to_owned(), |link| format!("{said} {link}"));
        let (id, space) = (MessageId::new(&self.clock), space.clone());
        let message = Message { id, space, to: phone, text, link };
        Ok(self.notifier().notify(&message).await)
    }

    /// Sends the message of a claim of ours, and writes down what became of it.
    async fn send(
        &self,
        space: &Space,
        key: &RecordKey,
        mut claim: StoredClaim,
        phone: PhoneNumber,
        text: &NoticeText,
    ) -> Result<Told, RecordsError> {
        let today = self.counts.today();
        if claim.notice.counted_on != Some(today) {
            if let Some(reason) = self.refusal(&phone).await? {
                let state = self.failed(reason);
                return self.told(key, claim, state).await;
            }
            claim.notice.counted_on = Some(today);
        }
        let NoticeText { text, link } = text.clone();
        let (id, space) = (claim.notice.message.clone(), space.clone());
        let message = Message { id, space, to: phone, text, link };
        let state = match self.notifier().notify(&message).await {
            Ok(Receipt { provider_id }) => {
                tracing::info!(%key, message = message.id.as_str(), provider_id, "a person was told");
                NoticeState::Sent { at: self.clock.now(), provider_id }
            }
            Err(error) => {
                tracing::warn!(%key, message = message.id.as_str(), attempts = claim.notice.attempts,
                    error = &error as &dyn std::error::Error, "a person could not be told");
                self.after_error(&error, claim.notice.attempts)
            }
        };
        let pause = match &state {
            NoticeState::Waiting { until, .. } => self.until(*until),
            _ => None,
        };
        Ok(match self.told(key, claim, state).await? {
            Told::Later { reason, .. } => Told::Later { after: pause.unwrap_or_default(), reason },
            told => told,
        })
    }

    /// The time until then; `None` if that has passed.
    fn until(&self, then: Timestamp) -> Option<Duration> {
        let ms = then.unix_ms().checked_sub(self.clock.now().unix_ms()).filter(|ms| *ms > 0);
        ms.map(Duration::from_millis)
    }

    /// Writes down what became of a claim of ours.
    async fn told(
        &self,
        key: &RecordKey,
        claim: StoredClaim,
        state: NoticeState,
    ) -> Result<Told, RecordsError> {
        let settled = self.claims.settle(key, claim, state.clone()).await?;
        // If others have given the claim up meanwhile, what they have written stays: it says that nobody knows.
        Ok(told_by(&settled.unwrap_or(state)))
    }

    fn after_error(&self, error: &NotifyError, attempts: u32) -> NoticeState {
        let reason = Reason::new(&error.to_string());
        let asked = match error {
            NotifyError::Refused(_) | NotifyError::Limited(_) | NotifyError::Unknown(_) => {
                return self.failed(reason);
            }
            _ if attempts >= ATTEMPTS_MAX => return self.failed(reason),
            NotifyError::Busy { retry_after, .. } => *retry_after,
            NotifyError::Unavailable(_) | NotifyError::Denied(_) => None,
        };
        let pause =
            back_off(RETRY_FIRST, attempts.saturating_sub(1), RETRY_MOST).max(asked.unwrap_or_default());
        NoticeState::Waiting { until: after(self.clock.now(), pause), reason }
    }

    fn failed(&self, reason: Reason) -> NoticeState {
        NoticeState::Failed { at: self.clock.now(), reason }
    }

    /// Why this number gets no message now, if so. Otherwise the message is counted.
    async fn refusal(&self, phone: &PhoneNumber) -> Result<Option<Reason>, RecordsError> {
        if self.sender().is_none() {
            // Nothing leaves, so nothing can be abused.
            return Ok(None);
        }
        let limits = &self.options.limits;
        Ok(match self.counts.count(phone, limits).await? {
            Counted::Within => None,
            Counted::TotalReached => {
                Some(Reason::new("All messages that may be sent in a day have been sent today"))
            }
            Counted::NumberReached => {
                let most = limits.per_number;
                let messages = if most == 1 { "message" } else { "messages" };
                Some(Reason::new(&format!("This number has got {most} {messages} today, and gets no more")))
            }
        })
    }

    fn sender(&self) -> Option<&dyn Notifier> {
        self.options.limits.per_day?;
        self.options.sender.as_deref()
    }

    fn notifier(&self) -> &dyn Notifier {
        self.sender().unwrap_or(&self.outbox)
    }
}

fn told_by(state: &NoticeState) -> Told {
    match state {
        NoticeState::Sent { .. } => Told::Sent,
        NoticeState::Failed { reason, .. } => Told::Failed(reason.clone()),
        NoticeState::Waiting { reason, .. } => Told::Later { after: RETRY_FIRST, reason: reason.clone() },
        NoticeState::Claimed { .. } => Told::Elsewhere { after: CLAIM_AGE },
    }
}

#[cfg(test)]
mod tests;
