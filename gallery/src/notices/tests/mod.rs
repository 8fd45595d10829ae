//! Notices by a notifier that does as a test says. `crashes`: the program is killed at random. The suite of the port
//! (`conformance::notifier`) tells people by the real ones.

mod crashes;
mod limits;

use std::collections::VecDeque;

use async_trait::async_trait;
use parking_lot::Mutex;

use super::*;
use crate::records::{Expected, MemoryRecords, RecordPrefix, RecordValue};
use crate::testing::log::Log;
use crate::testing::test_clock::TestClock;

const NUMBER: &str = "+491701234567";

/// Sends nothing, and answers as it was told to; without that, it agrees.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<NotifyError>>,
    messages: Mutex<Vec<Message>>,
}

impl Scripted {
    fn will_say(&self, error: NotifyError) {
        self.answers.lock().push_back(error);
    }

    /// The messages that it agreed to, or that nobody knows about.
    fn sent(&self) -> Vec<Message> {
        self.messages.lock().clone()
    }
}

#[async_trait]
impl Notifier for Scripted {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        tokio::task::yield_now().await;
        let answer = self.answers.lock().pop_front();
        if !matches!(answer, Some(ref error) if !matches!(error, NotifyError::Unknown(_))) {
            self.messages.lock().push(message.clone());
        }
        tokio::task::yield_now().await;
        answer.map_or_else(|| Ok(Receipt { provider_id: Some("p-1".to_owned()) }), Err)
    }
}

/// Records, a clock, and a notifier.
struct Stage {
    records: Arc<dyn Records>,
    clock: TestClock,
    scripted: Arc<Scripted>,
}

impl Stage {
    async fn with_number() -> Self {
        let stage = Self::new();
        stage.put_number(17, NUMBER).await;
        stage
    }

    fn new() -> Self {
        let clock = TestClock::default();
        let records = Arc::new(MemoryRecords::new(clock.clock()));
        Self { records, clock, scripted: Arc::default() }
    }

    async fn put_number(&self, id: EntryId, phone: &str) {
        let (phone, clock) = (phone.parse().unwrap(), self.clock.clock());
        number::keep(&*self.records, &clock, &Space::main(), id, &phone).await.unwrap();
    }

    /// One run of the program.
    fn run(&self, limits: NoticeLimits, is_alone: bool) -> Notices {
        let sender: Option<Arc<dyn Notifier>> = Some(Arc::clone(&self.scripted) as _);
        let public_address = Some("https://qrate.example.org/".parse().unwrap());
        let options = NoticeOptions { sender, limits, public_address };
        Notices::new(&self.records, self.clock.clock(), options, is_alone)
    }

    fn usual_run(&self) -> Notices {
        self.run(enough(), false)
    }

    async fn is_number_there(&self) -> bool {
        number::waiting(&*self.records, &Space::main(), 17).await.unwrap().is_some()
    }
}

fn enough() -> NoticeLimits {
    NoticeLimits { per_day: Some(1000), per_number: 3 }
}

fn reason(words: &str) -> Reason {
    Reason::new(words)
}

async fn tell(notices: &Notices) -> Told {
    tell_of(notices, 17).await
}

async fn tell_of(notices: &Notices, id: EntryId) -> Told {
    let text = notices.text(&Space::main(), id, Recipe::Flip);
    notices.tell(&Space::main(), id, Recipe::Flip, &text).await.unwrap()
}

async fn state(notices: &Notices) -> NoticeState {
    notices.notice(&Space::main(), 17, Recipe::Flip).await.unwrap().unwrap().state
}

#[tokio::test]
async fn notice_is_told_with_its_text_and_written_down() {
    let stage = Stage::with_number().await;
    let notices = stage.usual_run();
    assert_eq!(notices.notice(&Space::main(), 17, Recipe::Flip).await.unwrap(), None);
    assert_eq!(tell(&notices).await, Told::Sent);
    let sent = stage.scripted.sent();
    assert_eq!(
        sent[0].text,
        "Your photo is ready, flipped left to right: https://qrate.example.org/s/main/e/17"
    );
    assert_eq!(sent[0].to.reveal(), NUMBER);
    assert!(matches!(state(&notices).await, NoticeState::Sent { provider_id: Some(id), .. } if id == "p-1"));
    assert!(!stage.is_number_there().await);
}

#[tokio::test]
async fn nobody_is_told_without_a_number() {
    let stage = Stage::new();
    assert_eq!(tell(&stage.usual_run()).await, Told::Nobody);
    assert_eq!(stage.scripted.sent().len(), 0);
    let nothing = stage.usual_run().notice(&Space::main(), 17, Recipe::Flip).await.unwrap();
    assert_eq!(nothing, None, "and nothing is written down");
}

#[tokio::test]
async fn another_recipe_is_another_notice() {
    let stage = Stage::with_number().await;
    let notices = stage.usual_run();
    assert_eq!(tell(&notices).await, Told::Sent);
    stage.put_number(17, NUMBER).await;
    let text = notices.text(&Space::main(), 17, Recipe::Rotate90);
    assert_eq!(notices.tell(&Space::main(), 17, Recipe::Rotate90, &text).await.unwrap(), Told::Sent);
    assert_eq!(stage.scripted.sent().len(), 2);
}

#[tokio::test]
async fn repeated_attempts_keep_the_id_and_end() {
    let stage = Stage::with_number().await;
    let notices = stage.usual_run();
    for _ in 1..ATTEMPTS_MAX {
        stage.scripted.will_say(NotifyError::Unavailable(reason("no connection")));
        let told = tell(&notices).await;
        let Told::Later { after, reason } = told else { panic!("{told:?}") };
        assert!(after <= RETRY_MOST && reason.as_str().contains("no connection"), "{after:?} {reason}");
        assert!(stage.is_number_there().await);
    }
    let first = notices.notice(&Space::main(), 17, Recipe::Flip).await.unwrap().unwrap();
    assert_eq!(first.attempts, ATTEMPTS_MAX - 1);
    stage.scripted.will_say(NotifyError::Unavailable(reason("no connection")));
    assert!(
        matches!(tell(&notices).await, Told::Failed(reason) if reason.as_str().contains("no connection"))
    );
    assert_eq!(stage.scripted.sent().len(), 0);
    assert!(!stage.is_number_there().await);
    let last = notices.notice(&Space::main(), 17, Recipe::Flip).await.unwrap().unwrap();
    assert_eq!(last.message, first.message);
}

#[tokio::test]
async fn pause_that_a_service_asks_for_is_kept() {
    let stage = Stage::with_number().await;
    let hour = Duration::from_secs(3600);
    stage.scripted.will_say(NotifyError::Busy { reason: reason("slowly"), retry_after: Some(hour) });
    let told = tell(&stage.usual_run()).await;
    assert!(matches!(told, Told::Later { after, .. } if after == hour), "{told:?}");
}

#[tokio::test]
async fn claim_without_an_outcome_has_failed() {
    let stage = Stage::with_number().await;
    let dead = stage.usual_run();
    let claim_key = key(&Space::main(), 17, Recipe::Flip);
    dead.claims.claim(&claim_key, None).await.unwrap().unwrap();
    let notices = stage.usual_run();
    assert!(matches!(tell(&notices).await, Told::Elsewhere { .. }), "somebody may be at it");
    stage.clock.pass(CLAIM_AGE - Duration::from_millis(1));
    assert!(matches!(tell(&notices).await, Told::Elsewhere { .. }));
    stage.clock.pass(Duration::from_millis(1));
    assert!(matches!(tell(&notices).await, Told::Failed(reason) if reason.as_str().contains("Nobody knows")));
    assert!(!stage.is_number_there().await);
    assert_eq!(stage.scripted.sent().len(), 0);
}

#[tokio::test]
async fn claim_of_an_earlier_run_is_nobodys_if_nobody_else_is_there() {
    let stage = Stage::with_number().await;
    let claim_key = key(&Space::main(), 17, Recipe::Flip);
    let dead = stage.run(enough(), true);
    dead.claims.claim(&claim_key, None).await.unwrap().unwrap();
    assert!(matches!(tell(&dead).await, Told::Elsewhere { .. }), "its own may be somebody's");
    assert!(matches!(tell(&stage.run(enough(), true)).await, Told::Failed(_)));
    assert_eq!(stage.scripted.sent().len(), 0);
}

#[tokio::test]
async fn late_sender_does_not_overwrite_a_given_up_claim() {
    let stage = Stage::with_number().await;
    let (slow, other) = (stage.usual_run(), stage.usual_run());
    let claim_key = key(&Space::main(), 17, Recipe::Flip);
    let claim = slow.claims.claim(&claim_key, None).await.unwrap().unwrap();
    stage.clock.pass(CLAIM_AGE);
    assert!(matches!(tell(&other).await, Told::Failed(_)));
    let waiting = NoticeState::Waiting { until: stage.clock.now(), reason: reason("late") };
    let told = slow.told(&claim_key, claim, waiting).await.unwrap();
    assert!(matches!(told, Told::Failed(_)), "{told:?}");
    stage.put_number(17, NUMBER).await;
    assert!(matches!(tell(&slow).await, Told::Failed(_)));
    assert_eq!(stage.scripted.sent().len(), 0);
}

#[tokio::test]
async fn unreadable_claim_sends_nothing() {
    let stage = Stage::with_number().await;
    let claim_key = key(&Space::main(), 17, Recipe::Flip);
    let value = RecordValue::new("{}").unwrap();
    stage.records.put(&claim_key, value, None, Expected::Absent).await.unwrap();
    let notices = stage.usual_run();
    let text = notices.text(&Space::main(), 17, Recipe::Flip);
    notices.tell(&Space::main(), 17, Recipe::Flip, &text).await.unwrap_err();
    assert_eq!(stage.scripted.sent().len(), 0);
}

#[tokio::test]
async fn number_is_in_no_record_and_no_line_of_the_log() {
    let log = Log::of_all();
    let stage = Stage::with_number().await;
    let notices = stage.usual_run();
    for error in [
        NotifyError::Denied(reason(&format!("not for {NUMBER}"))),
        NotifyError::Busy { reason: reason(NUMBER), retry_after: None },
        NotifyError::Refused(reason("491701234567 is blocked")),
    ] {
        stage.scripted.will_say(error);
        tell(&notices).await;
    }
    let without = Notices::new(&stage.records, stage.clock.clock(), NoticeOptions::default(), true);
    stage.put_number(18, NUMBER).await;
    assert_eq!(tell_of(&without, 18).await, Told::Sent);
    for kind in ["notice/", "notice-counts/", "outbox/"] {
        let prefix: RecordPrefix = kind.parse().unwrap();
        let records = stage.records.list(&prefix, None, 100).await.unwrap();
        assert!(!records.is_empty(), "{kind}");
        for record in records {
            let shown = format!("{} {}", record.key, record.value.as_str());
            assert!(!shown.contains("1701234567"), "{shown}");
        }
    }
    let lines = log.lines();
    assert!(lines.len() >= 4 && lines.iter().all(|line| !line.contains("1701234567")), "{lines:?}");
}
