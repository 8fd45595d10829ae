//! Each person gets one message, whichever notifier sends it.

use super::*;

/// Whether the number still waits.
async fn is_waiting(records: &dyn Records) -> bool {
    crate::notices::number::waiting(records, &Space::main(), 17).await.unwrap().is_some()
}

pub(super) async fn a_person_is_told_once<S: Subject>(subject: &mut S) {
    let (records, phone) = (records(), fresh_number());
    wait_for_notice(&*records, &phone).await;
    let notices = notices(&records, subject.open().await);
    let told = futures::future::join_all((0..16).map(|_| tell(&notices))).await;
    assert!(told.contains(&Told::Sent), "{told:?}");
    assert!(told.iter().all(|told| !matches!(told, Told::Failed(_))), "{told:?}");
    assert_eq!(subject.arrived(&phone).await.len(), 1);
    assert!(!is_waiting(&*records).await, "the number is deleted");
    assert_eq!(tell(&notices).await, Told::Sent);
    // The same number again, from a repeated upload.
    wait_for_notice(&*records, &phone).await;
    assert_eq!(tell(&notices).await, Told::Sent);
    assert_eq!(subject.arrived(&phone).await.len(), 1);
    assert!(!is_waiting(&*records).await, "and deleted again");
}

pub(super) async fn a_restart_tells_nobody_again<S: Subject>(subject: &mut S) {
    let (records, phone) = (records(), fresh_number());
    wait_for_notice(&*records, &phone).await;
    assert_eq!(tell(&notices(&records, subject.open().await)).await, Told::Sent);
    wait_for_notice(&*records, &phone).await;
    assert_eq!(tell(&notices(&records, subject.open().await)).await, Told::Sent);
    assert_eq!(subject.arrived(&phone).await.len(), 1);
}

pub(super) async fn a_refused_notice_has_failed<S: Failing>(subject: &mut S) {
    let (records, phone) = (records(), fresh_number());
    wait_for_notice(&*records, &phone).await;
    let notices = notices(&records, subject.open().await);
    subject.fail_next(Fault::Refuses);
    let failed = tell(&notices).await;
    assert!(matches!(failed, Told::Failed(_)), "{failed:?}");
    assert_eq!(tell(&notices).await, failed, "and stays so");
    assert_eq!(subject.arrived(&phone).await, []);
    assert!(!is_waiting(&*records).await, "the number is deleted");
}

pub(super) async fn a_postponed_notice_is_sent_once<S: Failing>(subject: &mut S) {
    let (records, phone) = (records(), fresh_number());
    wait_for_notice(&*records, &phone).await;
    let notices = notices(&records, subject.open().await);
    for fault in [Fault::IsBusy, Fault::Denies] {
        subject.fail_next(fault);
        let later = tell(&notices).await;
        assert!(matches!(later, Told::Later { .. }), "{later:?}");
        assert!(is_waiting(&*records).await, "the number still waits");
    }
    assert_eq!(tell(&notices).await, Told::Sent);
    assert_eq!(subject.arrived(&phone).await.len(), 1);
}

pub(super) async fn a_lost_answer_sends_nothing_twice<S: Failing>(subject: &mut S) {
    let (records, phone) = (records(), fresh_number());
    wait_for_notice(&*records, &phone).await;
    let notices = notices(&records, subject.open().await);
    subject.fail_next(Fault::LosesAnswer);
    for _ in 0..3 {
        let told = tell(&notices).await;
        assert!(matches!(told, Told::Failed(_)), "{told:?}");
    }
    assert_eq!(subject.arrived(&phone).await.len(), 1);
}
