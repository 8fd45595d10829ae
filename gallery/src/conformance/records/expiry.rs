//! The time to live.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// Puts a record that expires in a minute.
async fn put_for_a_minute(records: &dyn Records, clock: &TestClock, at: &str) -> Version {
    let expires_at = Timestamp::from_unix_ms(clock.now().unix_ms() + 60_000);
    put(records, at, "short", Some(expires_at), Expected::Absent).await.unwrap()
}

pub(super) async fn an_expired_record_is_gone(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    let version = put_for_a_minute(&*records, &clock, "phone/a").await;
    clock.pass(MINUTE - Duration::from_millis(1));
    assert_eq!(get(&*records, "phone/a").await.unwrap().version, version);
    clock.pass(Duration::from_millis(1));
    assert_eq!(get(&*records, "phone/a").await, None);
    assert!(is_refused(&put(&*records, "phone/a", "x", None, Expected::Version(version)).await));
    assert_eq!(get(&*records, "phone/a").await, None);
    assert_eq!(records.list(&"phone/".parse().unwrap(), None, 10).await.unwrap(), []);
}

pub(super) async fn an_expired_record_can_be_put_anew(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    let before = put_for_a_minute(&*records, &clock, "phone/a").await;
    assert!(is_refused(&put(&*records, "phone/a", "x", None, Expected::Absent).await));
    clock.pass(MINUTE);
    let version = add(&*records, "phone/a", "long").await;
    assert_ne!(version, before);
    clock.pass(MINUTE * 60 * 24);
    assert_eq!(get(&*records, "phone/a").await.unwrap().value.as_str(), "long", "it has no expiry any more");
}

pub(super) async fn only_expired_bytes_are_deleted(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    put_for_a_minute(&*records, &clock, "phone/a").await;
    clock.pass(MINUTE / 2);
    put_for_a_minute(&*records, &clock, "phone/b").await;
    add(&*records, "phone/c", "long").await;
    clock.pass(MINUTE / 2);
    records.delete_expired().await.unwrap();
    for (at, is_there) in [("phone/a", false), ("phone/b", true), ("phone/c", true)] {
        assert_eq!(get(&*records, at).await.is_some(), is_there, "{at}");
    }
}
