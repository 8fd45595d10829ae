//! What is promised when the other side fails.

use super::*;
use crate::notifier::{NotifyError, Receipt};
use crate::testing::log::Log;

async fn notify<S: Failing>(subject: &mut S, fault: Fault) -> (PhoneNumber, Result<Receipt, NotifyError>) {
    let (notifier, phone) = (subject.open().await, fresh_number());
    subject.fail_next(fault);
    let outcome = notifier.notify(&message(&phone, &said().text)).await;
    (phone, outcome)
}

pub(super) async fn a_refusal_is_final_and_hides_the_number<S: Failing>(subject: &mut S) {
    let log = Log::of_all();
    let (phone, outcome) = notify(subject, Fault::Refuses).await;
    let Err(error @ NotifyError::Refused(_)) = &outcome else { panic!("{outcome:?}") };
    assert!(!error.reason().as_str().is_empty());
    let digits = &phone.reveal()[4..];
    let shown = format!("{error} {error:?} {error:#?} {:?} {:?}", message(&phone, "x"), log.lines());
    assert!(!shown.contains(digits), "{shown}");
    assert_eq!(subject.arrived(&phone).await, []);
}

pub(super) async fn a_busy_service_takes_it_later<S: Failing>(subject: &mut S) {
    let (phone, outcome) = notify(subject, Fault::IsBusy).await;
    assert!(matches!(outcome, Err(NotifyError::Busy { .. })), "{outcome:?}");
    assert_eq!(subject.arrived(&phone).await, []);
    subject.open().await.notify(&message(&phone, "again")).await.unwrap();
    assert_eq!(subject.arrived(&phone).await.len(), 1);
}

pub(super) async fn denied_access_is_told_from_a_refusal<S: Failing>(subject: &mut S) {
    let (phone, outcome) = notify(subject, Fault::Denies).await;
    assert!(matches!(outcome, Err(NotifyError::Denied(_))), "{outcome:?}");
    assert_eq!(subject.arrived(&phone).await, []);
}

pub(super) async fn nobody_knows_after_a_lost_answer<S: Failing>(subject: &mut S) {
    let (phone, outcome) = notify(subject, Fault::LosesAnswer).await;
    assert!(matches!(outcome, Err(NotifyError::Unknown(_))), "{outcome:?}");
    assert_eq!(subject.arrived(&phone).await.len(), 1, "and not tried again by itself");
}

pub(super) async fn nobody_knows_after_silence<S: Failing>(subject: &mut S) {
    let (phone, outcome) = notify(subject, Fault::IsSilent).await;
    assert!(matches!(outcome, Err(NotifyError::Unknown(_))), "{outcome:?}");
    assert_eq!(subject.arrived(&phone).await.len(), 1, "and not tried again by itself");
}

pub(super) async fn an_absent_service_got_nothing<S: Failing>(subject: &mut S) {
    let notifier = subject.open().await;
    subject.go_away().await;
    let outcome = notifier.notify(&message(&fresh_number(), "x")).await;
    assert!(matches!(outcome, Err(NotifyError::Unavailable(_))), "{outcome:?}");
}
