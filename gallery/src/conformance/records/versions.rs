//! Versions: who may write, and what of many writers at once.

use futures::future::join_all;

use super::*;
use crate::records::{RECORD_KEY_MAX_BYTES, RECORD_VALUE_MAX_BYTES};

const WRITERS: usize = 20;

pub(super) async fn a_record_is_as_it_was_put(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    assert_eq!(get(&*records, "phone/main/1").await, None);
    let expires_at = Timestamp::from_unix_ms(clock.now().unix_ms() + 90_001);
    for text in ["", "+49 151 23456789", "\u{0}\n\u{1f4a9} 'x' --", r#"{"a":"ü"}"#] {
        records.delete(&key("phone/main/1")).await.unwrap();
        let version = put(&*records, "phone/main/1", text, Some(expires_at), Expected::Absent).await.unwrap();
        let expected =
            Record { key: key("phone/main/1"), value: value(text), version, expires_at: Some(expires_at) };
        assert_eq!(get(&*records, "phone/main/1").await, Some(expected));
    }
    let version = add(&*records, "phone/main/2", "x").await;
    let there = get(&*records, "phone/main/2").await.unwrap();
    assert_eq!((there.version, there.expires_at), (version, None));
}

pub(super) async fn only_the_expected_version_is_replaced(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let first = add(&*records, "role/a", "1").await;
    assert!(is_refused(&put(&*records, "role/a", "2", None, Expected::Absent).await));
    let second = put(&*records, "role/a", "2", None, Expected::Version(first)).await.unwrap();
    assert_ne!(first, second);
    assert!(is_refused(&put(&*records, "role/a", "3", None, Expected::Version(first)).await));
    assert!(is_refused(&put(&*records, "role/b", "3", None, Expected::Version(second)).await), "not there");
    let there = get(&*records, "role/a").await.unwrap();
    assert_eq!((there.value.as_str(), there.version), ("2", second));
    assert_eq!(get(&*records, "role/b").await, None);
}

pub(super) async fn a_deleted_record_leaves_no_version(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let before = add(&*records, "role/a", "1").await;
    for _ in 0..2 {
        records.delete(&key("role/a")).await.unwrap();
        assert_eq!(get(&*records, "role/a").await, None);
    }
    assert!(is_refused(&put(&*records, "role/a", "2", None, Expected::Version(before)).await));
    let again = add(&*records, "role/a", "3").await;
    assert_ne!(again, before);
    assert!(is_refused(&put(&*records, "role/a", "2", None, Expected::Version(before)).await));
}

pub(super) async fn one_of_many_writers_wins(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let mut expected = Expected::Absent;
    for round in 0..3 {
        let writers = (0..WRITERS).map(|writer| {
            let records = Arc::clone(&records);
            let text = format!("{round} {writer}");
            tokio::spawn(async move { (put(&*records, "role/a", &text, None, expected).await, text) })
        });
        let outcomes: Vec<_> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|(outcome, _)| is_refused(outcome)).count(), WRITERS - 1);
        let (won, text) = outcomes.into_iter().find(|(outcome, _)| outcome.is_ok()).unwrap();
        let there = get(&*records, "role/a").await.unwrap();
        assert_eq!((there.value.as_str(), there.version), (&*text, won.unwrap()));
        expected = Expected::Version(there.version);
    }
}

/// Everybody reads, adds one, and tries again if somebody else was faster.
pub(super) async fn concurrent_increments_all_count(subject: &mut impl Subject) {
    const EACH: usize = 3;
    let records = subject.open(&TestClock::default()).await;
    add(&*records, "count/a", "0").await;
    let writers = (0..WRITERS).map(|_| {
        let records = Arc::clone(&records);
        tokio::spawn(async move {
            let mut done = 0;
            while done < EACH {
                let there = get(&*records, "count/a").await.unwrap();
                let next = there.value.as_str().parse::<usize>().unwrap() + 1;
                match put(&*records, "count/a", &next.to_string(), None, Expected::Version(there.version))
                    .await
                {
                    Ok(_) => done += 1,
                    Err(RecordsError::OtherVersion) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    join_all(writers).await.into_iter().for_each(Result::unwrap);
    assert_eq!(get(&*records, "count/a").await.unwrap().value.as_str(), (WRITERS * EACH).to_string());
}

pub(super) async fn the_largest_record_fits(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let largest = format!("phone/{}", "ü".repeat((RECORD_KEY_MAX_BYTES - "phone/".len()) / 2));
    assert_eq!(largest.len(), RECORD_KEY_MAX_BYTES);
    let text = "x".repeat(RECORD_VALUE_MAX_BYTES);
    add(&*records, &largest, &text).await;
    assert_eq!(get(&*records, &largest).await.unwrap().value.as_str(), text);
    let too_large = RecordValue::new("x".repeat(RECORD_VALUE_MAX_BYTES + 1)).unwrap_err();
    assert_eq!(too_large.0, RECORD_VALUE_MAX_BYTES + 1);
}

pub(super) async fn a_restart_keeps_everything(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    let expires_at = Some(Timestamp::from_unix_ms(clock.now().unix_ms() + 60_000));
    let version = put(&*records, "phone/main/1", "a", expires_at, Expected::Absent).await.unwrap();
    let records = subject.open(&clock).await;
    let there = get(&*records, "phone/main/1").await.unwrap();
    assert_eq!((there.value.as_str(), there.version, there.expires_at), ("a", version, expires_at));
    put(&*records, "phone/main/1", "b", None, Expected::Version(version)).await.unwrap();
}
