//! The promises of the notifier port, as tests that every implementation passes; and what `notices` makes of each.
//!
//! A new one is a `Subject` (how to open it, and what has arrived at the other side) and a line at the end of this
//! file. If the other side can be made to fail, it is `Failing`, too. The real services were reached by none of these
//! tests: SNS is MiniStack and a stub with its documented errors, webhooks and mail servers are stand-ins of ours.

mod delivering;
mod faults;
mod once;
mod outbox;
mod smtp;
mod sns;
#[cfg(feature = "test-servers")]
mod sns_on_ministack;
mod webhook;

use std::future::Future;
use std::sync::Arc;

use domain::{PhoneNumber, Recipe, Space};
use ulid::Ulid;

use crate::Clock;
use crate::notices::{NoticeLimits, NoticeOptions, NoticeText, Notices, Told};
use crate::notifier::{Message, MessageId, Notifier};
use crate::records::{MemoryRecords, Records};

/// An implementation to test, with another side of its own.
trait Subject: Default {
    /// Whether it sends the number to the other side, rather than a masked one.
    const SENDS_NUMBER: bool = true;

    /// Opens it; called again, it behaves as if the program had restarted.
    fn open(&mut self) -> impl Future<Output = Arc<dyn Notifier>>;

    /// What has arrived for this number at the other side, as it shows it: number (masked where that is all it has) and
    /// text.
    fn arrived(&mut self, phone: &PhoneNumber) -> impl Future<Output = Vec<Arrived>>;
}

/// What has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrived {
    to: String,
    text: String,
}

/// What the other side does with the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Refuses it for good, in words that repeat the number.
    Refuses,
    /// Asks to wait.
    IsBusy,
    /// Denies access.
    Denies,
    /// Takes it, and the answer is lost.
    LosesAnswer,
    /// Takes it, and never answers.
    IsSilent,
}

/// One whose other side can be made to fail.
trait Failing: Subject {
    /// The next message meets this.
    fn fail_next(&mut self, fault: Fault);

    /// From now on nobody is at the other side.
    fn go_away(&mut self) -> impl Future<Output = ()>;
}

/// A number that no other test has.
fn fresh_number() -> PhoneNumber {
    format!("+49170{:09}", Ulid::generate().random() % 1_000_000_000).parse().unwrap()
}

fn message(to: &PhoneNumber, text: &str) -> Message {
    let link = Some("https://qrate.example.org/s/main/e/17".to_owned());
    let (id, space) = (MessageId::new(&Clock::system()), Space::main());
    Message { id, space, to: to.clone(), text: text.to_owned(), link }
}

/// Notices by this notifier, in these records.
fn notices(records: &Arc<dyn Records>, notifier: Arc<dyn Notifier>) -> Notices {
    let limits = NoticeLimits { per_day: Some(1000), per_number: 3 };
    let public_address = Some("https://qrate.example.org/".parse().unwrap());
    let options = NoticeOptions { sender: Some(notifier), limits, public_address };
    Notices::new(records, Clock::system(), options, true)
}

fn records() -> Arc<dyn Records> {
    Arc::new(MemoryRecords::new(Clock::system()))
}

/// The number waits for entry 17.
async fn wait_for_notice(records: &dyn Records, phone: &PhoneNumber) {
    crate::notices::number::keep(records, &Clock::system(), &Space::main(), 17, phone).await.unwrap();
}

async fn tell(notices: &Notices) -> Told {
    let text = notices.text(&Space::main(), 17, Recipe::Flip);
    notices.tell(&Space::main(), 17, Recipe::Flip, &text).await.unwrap()
}

fn said() -> NoticeText {
    let public = "https://qrate.example.org/".parse().unwrap();
    crate::notices::text(Some(&public), &Space::main(), 17, Recipe::Flip)
}

macro_rules! promises {
    ($subject:path: $($group:ident::{$($promise:ident),* $(,)?}),* $(,)?) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                super::$group::$promise(&mut <$subject>::default()).await;
            }
        )*)*
    };
}

macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                delivering::{
                    a_message_arrives_as_it_was_sent, hostile_texts_arrive_whole, many_messages_arrive_once_each,
                },
                once::{a_person_is_told_once, a_restart_tells_nobody_again},
            }
        }
    };
}

/// What is promised when the other side fails.
macro_rules! suite_with_faults {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                faults::{
                    a_refusal_is_final_and_hides_the_number, a_busy_service_takes_it_later,
                    denied_access_is_told_from_a_refusal, nobody_knows_after_a_lost_answer,
                    nobody_knows_after_silence, an_absent_service_got_nothing,
                },
                once::{
                    a_refused_notice_has_failed, a_postponed_notice_is_sent_once, a_lost_answer_sends_nothing_twice,
                },
            }
        }
    };
}

suite!(outbox_suite, super::outbox::InOutbox);
suite!(json_webhook, super::webhook::Json);
suite!(twilio_webhook, super::webhook::Twilio);
suite!(ntfy_webhook, super::webhook::Ntfy);
suite!(sns_stub, super::sns::OnStub);
suite!(smtp_server, super::smtp::OnStandIn);
#[cfg(feature = "test-servers")]
suite!(sns_on_ministack_suite, super::sns_on_ministack::OnMiniStack);
suite_with_faults!(json_webhook_with_faults, super::webhook::Json);
suite_with_faults!(twilio_webhook_with_faults, super::webhook::Twilio);
suite_with_faults!(ntfy_webhook_with_faults, super::webhook::Ntfy);
suite_with_faults!(sns_stub_with_faults, super::sns::OnStub);
suite_with_faults!(smtp_server_with_faults, super::smtp::OnStandIn);
