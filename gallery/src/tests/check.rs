//! `check` accepts an intact gallery, and finds every kind of damage.

use std::sync::Arc;

use bytes::Bytes;
use domain::{Change, ChangeKind, Entry, Key, Space, State};

use crate::bucket::{Bucket as _, Metadata};
use crate::catalog::{Catalog, Counters, MemoryCatalog, Mutation, SpaceDump};
use crate::check::{Finding, Report, TAKEN_IN_AGE, check};
use crate::testing::{ScriptedCatalog, Stage, content, granted, operator};

async fn report(stage: &Stage) -> Report {
    check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap()
}

/// Three codes, one of them removed, and a foreign file.
async fn stage() -> Stage {
    let stage = Stage::open().await;
    for n in 1..=3 {
        stage.publish(&format!("text {n}"), &n.to_string()).await.unwrap();
    }
    stage.gallery.remove(&granted(&Space::main()), 2).await.unwrap();
    stage.bucket.overwrite(&"file.txt".parse().unwrap(), Bytes::from_static(b"text"));
    stage.gallery.wait_for(&granted(&Space::main()), 5).await.unwrap();
    stage.gallery.shutdown().await;
    stage
}

async fn key(stage: &Stage, id: u64) -> Key {
    stage.entry(id).await.content.key.clone()
}

#[tokio::test]
async fn check_accepts_an_intact_gallery() {
    let stage = stage().await;
    let report = report(&stage).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.spaces, report.entries, report.objects), (1, 4, 4));
}

#[tokio::test]
async fn check_finds_missing_and_changed_objects() {
    let stage = stage().await;
    let (one, three, main) = (key(&stage, 1).await, key(&stage, 3).await, Space::main());
    stage.bucket.delete(&one).await.unwrap();
    let mut bytes = crate::testing::object(&stage.bucket, &three).await;
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    stage.bucket.overwrite(&three, bytes.into());
    stage.bucket.overwrite(&"file.txt".parse().unwrap(), Bytes::from_static(b"longer"));
    let found = report(&stage).await.findings;
    assert_eq!(
        found,
        [
            Finding::MissingObject { space: main.clone(), id: 1, key: one },
            Finding::OtherBytes { space: main.clone(), id: 3, key: three },
            Finding::OtherSize {
                space: main,
                id: 4,
                key: "file.txt".parse().unwrap(),
                expected_bytes: 4,
                found_bytes: 6
            },
        ]
    );
}

#[tokio::test]
async fn check_finds_orphaned_objects() {
    let stage = stage().await;
    let own = Key::own(&Space::main(), "x", stage.clock().ulid());
    let foreign: Key = "stray".parse().unwrap();
    stage.bucket.put(&own, "".into(), &Metadata::new()).await.unwrap();
    stage.bucket.overwrite(&foreign, Bytes::new());
    let fresh = report(&stage).await;
    assert_eq!(
        (fresh.findings, fresh.just_put),
        (vec![Finding::ObjectWithoutEntry { key: foreign.clone() }], 1)
    );
    stage.pass(TAKEN_IN_AGE * 2);
    let keys = [own, foreign].map(|key| Finding::ObjectWithoutEntry { key });
    assert_eq!(report(&stage).await.findings, keys);
}

#[tokio::test]
async fn check_finds_a_picture_with_another_text() {
    let stage = Stage::open().await;
    let mut other = content("a.png", "one text");
    let picture = qr::png(domain::CodeText::parse("another", domain::Level::M).unwrap().symbol());
    other.size_bytes = picture.len() as u64;
    stage.gallery.shutdown().await;
    stage.bucket.overwrite(&other.key, picture.into());
    let add = Mutation::Add { request: None, content: other.clone() };
    stage.catalog.commit(&Space::main(), vec![add]).await.unwrap().remove(0).unwrap();
    let expected = Finding::OtherText { space: Space::main(), id: 1, key: other.key };
    assert_eq!(report(&stage).await.findings, [expected]);
}

#[tokio::test]
async fn check_finds_an_invented_symbol_or_look() {
    let stage = Stage::open().await;
    stage.gallery.shutdown().await;
    let picture = qr::png(domain::CodeText::parse("text", domain::Level::M).unwrap().symbol());
    let made_up = |key: &str, look: &str, symbol| {
        let style =
            domain::Appearance { look: domain::StyleText::stored(look), ..domain::Appearance::default() };
        let body = domain::Body::Code { value: "text".to_owned(), style, symbol };
        domain::Content { body, size_bytes: picture.len() as u64, ..content(key, "text") }
    };
    let symbol = made_up("a.png", "", Some(domain::SymbolFacts { version: 7, mask: 0 }));
    let look = made_up("b.png", "shape=stars", None);
    let mut add = Vec::new();
    for content in [&symbol, &look] {
        stage.bucket.overwrite(&content.key, picture.clone().into());
        add.push(Mutation::Add { request: None, content: content.clone() });
    }
    for added in stage.catalog.commit(&Space::main(), add).await.unwrap() {
        added.unwrap();
    }
    let found = report(&stage).await.findings;
    let other = Finding::OtherSymbol { space: Space::main(), id: 1, key: symbol.key };
    assert!(found.contains(&other) && found.len() == 2, "{found:?}");
    assert!(found.iter().any(|finding| finding.to_string().contains("its look cannot be read")), "{found:?}");
}

#[tokio::test]
async fn check_reports_unreadable_objects() {
    let stage = stage().await;
    let key = key(&stage, 1).await;
    stage.bucket.fail_when(|moment, key| match moment {
        crate::bucket::FaultPoint::BeforeRead if key.as_str().contains("text-1") => {
            Err(crate::bucket::BucketError::Denied("not yours".into()))
        }
        _ => Ok(()),
    });
    let why = "access to the bucket is denied".to_owned();
    let expected = Finding::UnreadableObject { space: Space::main(), id: 1, key, why };
    assert_eq!(report(&stage).await.findings, [expected]);
}

/// A space of removed entries, so that no objects are needed: #1 and #2, seqs 1 to 4.
fn dump() -> SpaceDump {
    let at = domain::Timestamp::from_unix_ms(0);
    let entry = |id: u64, revision: u64, state: State| Entry {
        id,
        revision,
        state,
        content: content(&format!("file-{id}"), ""),
    };
    let removed = State::Removed { at };
    let change = |seq, kind, id, state| Change { seq, kind, entry: entry(id, seq, state) };
    SpaceDump {
        counters: Counters { last_id: 2, last_seq: 4, floor: 0 },
        entries: vec![entry(1, 3, removed), entry(2, 4, removed)],
        log: vec![
            change(1, ChangeKind::Added, 1, State::Live),
            change(2, ChangeKind::Added, 2, State::Live),
            change(3, ChangeKind::Removed, 1, removed),
            change(4, ChangeKind::Removed, 2, removed),
        ],
    }
}

/// The findings in a catalog with this content.
async fn found(dump: SpaceDump) -> Vec<Finding> {
    found_in(Space::main(), dump).await
}

async fn found_in(space: Space, dump: SpaceDump) -> Vec<Finding> {
    let stage = Stage::open().await;
    stage.gallery.shutdown().await;
    let catalog: Arc<dyn Catalog> = Arc::new(ScriptedCatalog(space, dump, MemoryCatalog::new()));
    check(&operator(), &*stage.bucket, &*catalog, stage.clock().now()).await.unwrap().findings
}

#[tokio::test]
async fn check_accepts_a_consistent_log() {
    assert_eq!(found(dump()).await, []);
    let mut truncated = dump();
    truncated.counters.floor = 2;
    truncated.log.drain(..2);
    assert_eq!(found(truncated).await, []);
    let mut purged = dump();
    purged.entries.remove(0);
    assert_eq!(found(purged).await, []);
}

#[tokio::test]
async fn check_finds_gaps_in_the_log() {
    let space = Space::main();
    let mut gap = dump();
    gap.log.remove(1);
    assert_eq!(found(gap).await, [Finding::LogGap { space: space.clone(), seq: 2 }]);
    let mut short = dump();
    short.log.pop();
    assert_eq!(found(short).await, [Finding::LogGap { space, seq: 4 }]);
}

#[tokio::test]
async fn check_finds_contradictions_in_the_log() {
    let (space, contradicts) =
        (Space::main(), |seq, id| vec![Finding::LogContradicts { space: Space::main(), seq, id }]);
    let mut other_content = dump();
    other_content.entries[1].content.size_bytes = 7;
    assert_eq!(found(other_content).await, contradicts(4, 2));
    let mut impossible_step = dump();
    impossible_step.log[2].kind = ChangeKind::Restored;
    assert_eq!(found(impossible_step).await, contradicts(3, 1));
    let mut newer_than_the_entry = dump();
    newer_than_the_entry.entries[0].revision = 1;
    newer_than_the_entry.entries[0].state = State::Removed { at: domain::Timestamp::from_unix_ms(9) };
    assert_eq!(found(newer_than_the_entry).await.first(), contradicts(1, 1).first());
    let mut left_live = dump();
    left_live.entries.remove(0);
    left_live.log[2].entry.id = 2;
    left_live.log[3].kind = ChangeKind::Restored;
    left_live.log[3].entry.state = State::Live;
    left_live.entries[0].state = State::Removed { at: domain::Timestamp::from_unix_ms(0) };
    assert!(found(left_live).await.contains(&Finding::LogContradicts { space, seq: 4, id: 1 }));
}

#[tokio::test]
async fn check_finds_a_revision_missing_from_the_log() {
    let mut other = dump();
    other.entries[0].revision = 2;
    let missing = Finding::RevisionNotInLog { space: Space::main(), id: 1, revision: 2 };
    assert!(found(other).await.contains(&missing));
}

#[tokio::test]
async fn check_finds_impossible_numbers_and_keys() {
    let space = Space::main();
    let mut low = dump();
    low.counters.last_id = 1;
    let wrong =
        Finding::WrongCounters { space: space.clone(), counters: low.counters, last_id: 2, last_seq: 4 };
    assert_eq!(found(low).await, [wrong]);
    let mut twice = dump();
    let key = twice.entries[0].content.key.clone();
    twice.entries[1].content.key = key.clone();
    twice.log[3].entry.content.key = key.clone();
    assert_eq!(found(twice).await, [Finding::KeyTwice { space: space.clone(), id: 2, key }]);
    let (team, mut strange) = ("team".parse::<Space>().unwrap(), dump());
    let own = |space: &Space| Key::own(space, "x", ulid::Ulid::from_parts(1, 1));
    let keys = [own(&team), own(&"guests".parse().unwrap())];
    for (entry, key) in strange.entries.iter_mut().zip(&keys) {
        entry.content.key = key.clone();
    }
    for change in &mut strange.log {
        change.entry.content.key = keys[if change.entry.id == 1 { 0 } else { 1 }].clone();
    }
    // In `main` they are copies of our files in folders that others made.
    assert_eq!(found(strange.clone()).await, []);
    let of_other = Finding::KeyOfOtherSpace { space: team.clone(), id: 2, key: keys[1].clone() };
    assert_eq!(found_in(team, strange).await, [of_other]);
    let mut endless = dump();
    endless.counters.last_id = (1 << 53) - 1;
    let impossible = Finding::ImpossibleCounters { space: space.clone(), counters: endless.counters };
    assert_eq!(found(endless).await, [impossible]);
    let mut unlogged = dump();
    unlogged.counters.last_id = 3;
    let impossible = Finding::ImpossibleCounters { space: space.clone(), counters: unlogged.counters };
    assert_eq!(found(unlogged).await, [impossible]);
    let mut huge = dump();
    for content in huge.log.iter_mut().map(|change| &mut change.entry).chain(&mut huge.entries) {
        content.content.etag = "x".repeat(5000);
    }
    let said: Vec<_> = found(huge).await.iter().map(ToString::to_string).collect();
    assert!(
        said.len() == 4 && said[0].contains("main #1: the catalog has impossible content for it"),
        "{said:?}"
    );
    let mut disorder = dump();
    disorder.entries.swap(0, 1);
    assert!(found(disorder).await.contains(&Finding::IdsOutOfOrder { space, id: 1 }));
}
