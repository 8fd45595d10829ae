//! Listing by prefix, and keys that mean something elsewhere.

use super::*;

async fn listed(records: &dyn Records, prefix: &str, after: Option<&str>, limit: usize) -> Vec<String> {
    let after = after.map(key);
    let found = records.list(&prefix.parse().unwrap(), after.as_ref(), limit).await.unwrap();
    found.into_iter().map(|record| record.key.to_string()).collect()
}

pub(super) async fn a_prefix_lists_its_records_in_order(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let in_order =
        ["phone/main/", "phone/main/!", "phone/main/1", "phone/main/10", "phone/main/9", "phone/main/ü"];
    for at in
        in_order.iter().skip(1).rev().chain(&["phone/main0/1", "phone/main", "phone/ma/1", "phones/main/1"])
    {
        add(&*records, at, at).await;
    }
    assert_eq!(listed(&*records, "phone/main/", None, 100).await, in_order[1..]);
    assert_eq!(listed(&*records, "phone/", None, 100).await.len(), 8);
    assert_eq!(listed(&*records, "phones/", None, 100).await, ["phones/main/1"]);
    assert_eq!(listed(&*records, "phone/other/", None, 100).await, [""; 0]);
    assert_eq!(listed(&*records, "role/", None, 100).await, [""; 0]);
    let first = &records.list(&"phone/main/".parse().unwrap(), None, 1).await.unwrap()[0];
    assert_eq!(Some(first), get(&*records, "phone/main/!").await.as_ref());
}

pub(super) async fn pages_follow_each_other(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let all: Vec<_> = (0..25).map(|number| format!("phone/main/{number:02}")).collect();
    for at in &all {
        add(&*records, at, "x").await;
    }
    add(&*records, "phone/other/1", "x").await;
    let mut told: Vec<String> = Vec::new();
    loop {
        let page = listed(&*records, "phone/main/", told.last().map(String::as_str), 10).await;
        assert!(page.len() == 10 || told.len() + page.len() == all.len(), "a short page is the last");
        told.extend(page.iter().cloned());
        if page.len() < 10 {
            break;
        }
    }
    assert_eq!(told, all);
    assert_eq!(listed(&*records, "phone/main/", Some("phone/main/115"), 1).await, ["phone/main/12"]);
    assert_eq!(listed(&*records, "phone/main/", Some("phone/aaa/1"), 1).await, ["phone/main/00"]);
    assert_eq!(listed(&*records, "phone/main/", Some("phone/other/0"), 9).await, [""; 0]);
    assert_eq!(listed(&*records, "phone/main/", Some("zoo/1"), 9).await, [""; 0]);
    assert_eq!(listed(&*records, "phone/main/", None, 0).await, [""; 0]);
}

pub(super) async fn expired_records_do_not_shorten_a_page(subject: &mut impl Subject) {
    let clock = TestClock::default();
    let records = subject.open(&clock).await;
    let soon = Some(Timestamp::from_unix_ms(clock.now().unix_ms() + 1000));
    for number in 0..12 {
        let expires_at = soon.filter(|_| number % 4 != 3);
        put(&*records, &format!("phone/{number:02}"), "x", expires_at, Expected::Absent).await.unwrap();
    }
    clock.pass(Duration::from_secs(1));
    assert_eq!(listed(&*records, "phone/", None, 2).await, ["phone/03", "phone/07"]);
    assert_eq!(listed(&*records, "phone/", Some("phone/07"), 2).await, ["phone/11"]);
}

pub(super) async fn hostile_keys_do_not_meet(subject: &mut impl Subject) {
    let records = subject.open(&TestClock::default()).await;
    let hostile = [
        "a/%",
        "a/_",
        "a/*",
        "a/?",
        "a/[a]",
        "a/'; DROP TABLE records; --",
        "a/\"",
        "a/\\",
        "a/#",
        "a/ ",
        "a/  ",
        "a//b",
        "a///b",
        "a/.",
        "a/..",
        "a/../b",
        "a/A",
        "a/a",
        "a/é",
        "a/e\u{301}",
        "a/\u{10ffff}",
        "a/\u{feff}",
        "a/\u{202e}",
        "a/${x}",
        "a/:pk",
        "a/null",
        "a/0",
        "a/00",
        "a/a/b",
        "a/a0",
    ];
    for at in hostile {
        add(&*records, at, at).await;
    }
    for at in hostile {
        assert_eq!(get(&*records, at).await.unwrap().value.as_str(), at);
    }
    let mut sorted = hostile.map(str::to_owned);
    sorted.sort();
    assert_eq!(listed(&*records, "a/", None, 100).await, sorted);
    assert_eq!(listed(&*records, "a//", None, 100).await, ["a///b", "a//b"], "an empty segment is one, too");
    for (number, at) in hostile.iter().enumerate() {
        records.delete(&key(at)).await.unwrap();
        assert_eq!(listed(&*records, "a/", None, 100).await.len(), hostile.len() - number - 1, "{at}");
    }
}
