//! Tars that `export` did not write, or that were changed afterwards: nothing invalid is imported.

use std::pin::Pin;
use std::task::{Context, Poll};

use domain::{Key, Space};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};
use tokio_tar::{Builder, EntryType, Header};

use crate::bucket::MemoryBucket;
use crate::catalog::{Catalog as _, MemoryCatalog, Since};
use crate::testing::object;
use crate::testing::operator;
use crate::transfer::{ImportError, import};

/// Name, type and bytes.
type TarFile<'a> = (&'a str, EntryType, &'a [u8]);

/// A tar of these files.
async fn tar_of(files: &[TarFile<'_>]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (name, kind, bytes) in files {
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, *bytes).await.unwrap();
    }
    tar.into_inner().await.unwrap()
}

const ONE_ENTRY: &str = r#"{"format":1,"spaces":[{"space":"main","counters":{"last_id":1,"last_seq":1,"floor":1},"entries":1,"changes":0}]}"#;

fn entry_line(key: &str, size_bytes: u64, sha256: &str) -> String {
    format!(
        r#"{{"id":1,"revision":1,"state":"live","key":"{key}","kind":"file","name":"","value":null,"style":null,"symbol":null,"size_bytes":{size_bytes},"sha256":{sha256},"etag":"1","created_at":"2026-11-21T03:14:55.120Z","labels":[]}}"#
    )
}

#[tokio::test]
async fn hostile_tars_are_refused() {
    let file = EntryType::Regular;
    let good = entry_line("a.txt", 4, "null");
    let wrong_hash = entry_line("a.txt", 4, &format!("\"{}\"", "00".repeat(32)));
    let reserved = entry_line("_qrate/x", 4, "null");
    let of_the_team = entry_line("team/a.txt", 4, "null");
    let (of_another_space, team_manifest) =
        (entry_line("guests/01JD6Q00000000000000000000.png", 4, "null"), ONE_ENTRY.replace("main", "team"));
    let (manifest, name) = (("qrate.json", file, ONE_ENTRY.as_bytes()), "main/entries/1.jsonl");
    let object = ("main/objects/1", file, &b"text"[..]);
    let newer = br#"{"format":3,"spaces":[]}"#;
    let cases: Vec<(&str, Vec<TarFile<'_>>)> = vec![
        ("empty", vec![]),
        ("begins with", vec![object]),
        ("does not belong", vec![manifest, ("/etc/passwd", file, b"x")]),
        ("does not belong", vec![manifest, ("main/objects/../../x", file, b"x")]),
        ("does not belong", vec![manifest, ("qrate.json", file, b"{}")]),
        ("not a regular file", vec![manifest, ("main/objects/1", EntryType::Symlink, b"")]),
        ("not a regular file", vec![manifest, ("x", EntryType::GNULongName, b"long")]),
        ("does not name", vec![manifest, ("team/entries/1.jsonl", file, of_the_team.as_bytes())]),
        ("cannot be parsed", vec![manifest, (name, file, b"{")]),
        ("cannot be parsed", vec![manifest, (name, file, reserved.as_bytes())]),
        (
            "another space",
            vec![
                ("qrate.json", file, team_manifest.as_bytes()),
                ("team/entries/1.jsonl", file, of_another_space.as_bytes()),
            ],
        ),
        ("of another entry", vec![manifest, (name, file, good.as_bytes()), (name, file, good.as_bytes())]),
        ("does not have the bytes", vec![manifest, (name, file, wrong_hash.as_bytes()), object]),
        ("another size", vec![manifest, (name, file, good.as_bytes()), ("main/objects/1", file, b"longer")]),
        ("does not belong", vec![manifest, (name, file, good.as_bytes()), object, object]),
        ("does not belong", vec![manifest, object]),
        ("is missing", vec![manifest, (name, file, good.as_bytes())]),
        ("but has 0 and 0", vec![manifest]),
        ("its end is missing", vec![manifest, (name, file, good.as_bytes()), object]),
        (
            "its end is missing",
            vec![manifest, (name, file, good.as_bytes()), object, ("end.json", file, br#"{"objects":2}"#)],
        ),
        ("has format 3", vec![("qrate.json", file, newer)]),
    ];
    for (expected, files) in cases {
        let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
        let refused =
            import(&operator(), &bucket, &catalog, &tar_of(&files).await[..]).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{expected}: {refused}");
        assert_eq!(catalog.spaces().await.unwrap(), []);
    }
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    let tar =
        tar_of(&[manifest, (name, file, good.as_bytes()), object, ("end.json", file, br#"{"objects":1}"#)])
            .await;
    import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
    assert_eq!(object_text(&bucket, "a.txt").await, "text");
    assert_eq!(catalog.since(&Space::main(), 0, 1).await.unwrap(), Since::Truncated);
}

#[tokio::test]
async fn claimed_size_allocates_nothing() {
    let mut header = Header::new_ustar();
    header.set_path("qrate.json").unwrap();
    header.set_entry_type(EntryType::Regular);
    for claimed in [u64::from(u32::MAX), 1 << 40] {
        header.set_size(claimed);
        header.set_cksum();
        let refused =
            import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &header.as_bytes()[..]).await;
        assert!(matches!(refused, Err(ImportError::Damaged(why)) if why.contains("more than")));
    }
}

async fn object_text(bucket: &MemoryBucket, key: &str) -> String {
    let key: Key = key.parse().unwrap();
    String::from_utf8(object(bucket, &key).await).unwrap()
}

/// A space of one removed entry: seqs 1 and 2, as JSON.
fn history() -> [Value; 3] {
    let removed = json!({"removed": {"at": "2026-11-21T03:14:55.120Z"}});
    let mut entry: Value = serde_json::from_str(&entry_line("a.txt", 4, "null")).unwrap();
    let added = json!({"seq": 1, "kind": "added", "entry": entry.clone()});
    entry["revision"] = 2.into();
    entry["state"] = removed;
    let change = json!({"seq": 2, "kind": "removed", "entry": entry.clone()});
    [entry, added, change]
}

async fn import_of(history: &[Value; 3]) -> Result<(), ImportError> {
    import_with(history, &json!({"last_id": 1, "last_seq": 2, "floor": 0})).await
}

async fn import_with(history: &[Value; 3], counters: &Value) -> Result<(), ImportError> {
    let manifest = json!({"format": 1, "spaces": [
        {"space": "main", "counters": counters, "entries": 1, "changes": 2}
    ]});
    let [entry, added, removed] = history;
    let (manifest, entry, log) = (manifest.to_string(), entry.to_string(), format!("{added}\n{removed}\n"));
    let file = EntryType::Regular;
    let tar = tar_of(&[
        ("qrate.json", file, manifest.as_bytes()),
        ("main/entries/1.jsonl", file, entry.as_bytes()),
        ("main/log/1.jsonl", file, log.as_bytes()),
        ("end.json", file, br#"{"objects":0}"#),
    ])
    .await;
    import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &tar[..]).await.map(drop)
}

#[tokio::test]
async fn import_refuses_a_contradictory_log() {
    import_of(&history()).await.unwrap();
    type Spoil = fn(&mut [Value; 3]);
    let cases: [(&str, Spoil); 5] = [
        ("change 2 of main contradicts its entry", |[entry, ..]| entry["name"] = "other".into()),
        ("change 2 of main contradicts its entry", |[.., removed]| removed["kind"] = "restored".into()),
        ("change 1 of main contradicts its entry", |[entry, ..]| entry["revision"] = 1.into()),
        ("change 1 of main contradicts its entry", |[_, added, _]| added["entry"]["revision"] = 2.into()),
        ("does not end in the state of #1", |[.., removed]| removed["entry"]["id"] = 7.into()),
    ];
    for (expected, spoil) in cases {
        let mut history = history();
        spoil(&mut history);
        let refused = import_of(&history).await.unwrap_err();
        assert!(matches!(refused, ImportError::Damaged(_)), "{refused:?}");
        assert!(refused.to_string().contains(expected), "{expected}: {refused}");
    }
}

/// A tar with a manifest of `main`, one entry of four bytes, and no log.
async fn import_one(counters: Value, entry: &Value) -> Result<(), ImportError> {
    let manifest = json!({"format": 2, "spaces": [
        {"space": "main", "counters": counters, "entries": 1, "changes": 0}
    ]});
    let file = EntryType::Regular;
    let tar = tar_of(&[
        ("qrate.json", file, manifest.to_string().as_bytes()),
        ("main/entries/1.jsonl", file, entry.to_string().as_bytes()),
        ("main/objects/1", file, b"text"),
        ("end.json", file, br#"{"objects":1}"#),
    ])
    .await;
    import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &tar[..]).await.map(drop)
}

#[tokio::test]
async fn import_refuses_what_no_export_contains() {
    let entry: Value = serde_json::from_str(&entry_line("a.txt", 4, "null")).unwrap();
    let counters = |last_id: u64, last_seq: u64, floor: u64| json!({"last_id": last_id, "last_seq": last_seq, "floor": floor});
    import_one(counters(1, 1, 1), &entry).await.unwrap();
    import_one(counters(3, 9, 9), &entry).await.unwrap();
    let last = (1 << 53) - 1;
    for impossible in [
        counters(last, 1, 1),
        counters(last, last, last),
        counters(1, last, last),
        counters(1, u64::MAX, u64::MAX),
        counters(2, 1, 1),
        counters(1, 1, 2),
        counters(0, 1, 1),
    ] {
        let refused = import_one(impossible.clone(), &entry).await.unwrap_err();
        assert!(refused.to_string().contains("what cannot be"), "{impossible}: {refused}");
    }
    type Spoil = fn(&mut Value);
    let cases: [(&str, Spoil); 12] = [
        ("its look cannot be read", |entry| as_code(entry, "shape=stars")),
        ("its look cannot be read", |entry| as_code(entry, "shape=dots&glow=1")),
        ("its look cannot be read", |entry| as_code(entry, "ink=eeeeee")),
        ("a line of more than", |entry| {
            entry["kind"] = "code".into();
            entry["value"] = "x".repeat(30_000_000).into();
        }),
        ("longer than any code", |entry| {
            entry["kind"] = "code".into();
            entry["value"] = "x".repeat(9000).into();
        }),
        ("exactly one value", |entry| entry["kind"] = "code".into()),
        ("only a code has a style", |entry| entry["style"] = json!({"level": "M"})),
        ("too many labels", |entry| {
            entry["labels"] = vec![json!({"name": "x", "source": "person"}); 1000].into();
        }),
        ("etag is too long", |entry| entry["etag"] = "x".repeat(2000).into()),
        ("cannot be parsed", |entry| entry["name"] = "x".repeat(129).into()),
        ("cannot be parsed", |entry| entry["created_at"] = "10000-01-01T00:00:00.000Z".into()),
        ("does not end in the state of #1", |entry| entry["revision"] = 2.into()),
    ];
    for (expected, spoil) in cases {
        let mut entry = entry.clone();
        spoil(&mut entry);
        let refused = import_one(counters(1, 1, 1), &entry).await.unwrap_err();
        let said = format!("{refused} {:?}", std::error::Error::source(&refused).map(ToString::to_string));
        assert!(said.contains(expected), "{expected}: {said:.300}");
    }
    // `last_id` must be the last id in the log.
    let short = history();
    import_of(&short).await.unwrap();
    let refused = import_with(&short, &counters(2, 2, 0)).await.unwrap_err();
    assert!(refused.to_string().contains("does not end with the id 2"), "{refused}");
}

/// Turns it into a code with this look.
fn as_code(entry: &mut Value, look: &str) {
    entry["kind"] = "code".into();
    entry["value"] = "a".into();
    entry["style"] = json!({"level": "M", "look": look});
}

/// Imports a tar with one code whose picture holds `text`, and whose entry was changed.
async fn import_code(spoil: impl Fn(&mut Value)) -> Result<(), ImportError> {
    let picture = qr::png(domain::CodeText::parse("text", domain::Level::M).unwrap().symbol());
    let read = qr::detect(&picture).unwrap();
    let key = "main/01JD6Q00000000000000000000.png";
    let mut entry: Value = serde_json::from_str(&entry_line(key, picture.len() as u64, "null")).unwrap();
    as_code(&mut entry, "");
    entry["value"] = "text".into();
    entry["symbol"] = json!({"version": read.version, "mask": read.mask});
    spoil(&mut entry);
    let file = EntryType::Regular;
    let tar = tar_of(&[
        ("qrate.json", file, ONE_ENTRY.as_bytes()),
        ("main/entries/1.jsonl", file, entry.to_string().as_bytes()),
        ("main/objects/1", file, &picture),
        ("end.json", file, br#"{"objects":1}"#),
    ])
    .await;
    import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &tar[..]).await.map(drop)
}

#[tokio::test]
async fn import_refuses_a_code_that_differs_from_its_picture() {
    import_code(|_| {}).await.unwrap();
    type Spoil = fn(&mut Value);
    let cases: [(&str, Spoil); 3] = [
        ("another version or mask", |entry| entry["symbol"]["version"] = 7.into()),
        ("another version or mask", |entry| {
            entry["symbol"]["mask"] = (7 - entry["symbol"]["mask"].as_u64().unwrap()).into();
        }),
        ("another text", |entry| entry["value"] = "other".into()),
    ];
    for (expected, spoil) in cases {
        let refused = import_code(spoil).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
}

#[tokio::test]
async fn import_refuses_an_unreadable_default_look() {
    let manifest = json!({"format": 2, "spaces": [
        {"space": "main", "counters": {"last_id": 0, "last_seq": 0, "floor": 0}, "entries": 0, "changes": 0,
            "settings": {"look": "shape=stars"}}
    ]});
    let file = EntryType::Regular;
    let manifest = manifest.to_string();
    let tar =
        tar_of(&[("qrate.json", file, manifest.as_bytes()), ("end.json", file, br#"{"objects":0}"#)]).await;
    let refused =
        import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &tar[..]).await.unwrap_err();
    assert!(refused.to_string().contains("gives the space main a look that cannot be read"), "{refused}");
}

/// Fails like a broken disk.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        const EIO: i32 = 5;
        Poll::Ready(Err(std::io::Error::from_raw_os_error(EIO)))
    }
}

#[tokio::test]
async fn invalid_tar_and_unreadable_file_are_distinguished() {
    let tar = tar_of(&[("qrate.json", EntryType::Regular, ONE_ENTRY.as_bytes())]).await;
    for cut in [600, 1024, 1200] {
        let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
        let broken = import(&operator(), &bucket, &catalog, (&tar[..cut]).chain(Broken)).await.unwrap_err();
        assert!(matches!(broken, ImportError::Read(_)), "{broken:?}");
    }
    for (bytes, expected) in [
        (&b"no tar"[..], "This is not a complete export: it is not a tar."),
        (&[b'x'; 2000], "This is not a complete export: it is not a tar."),
        (&tar[..1200], "This is not a complete export: it is cut off or damaged after qrate.json."),
    ] {
        let refused =
            import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), bytes).await.unwrap_err();
        assert_eq!(refused.to_string(), expected);
    }
    let hostile = tar_of(&[("a\u{1b}[2J\u{202e}\n", EntryType::Regular, b"")]).await;
    let refused =
        import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &hostile[..]).await.unwrap_err();
    assert!(refused.to_string().contains(r"a\u{1b}[2J\u{202e}\n,"), "{refused}");
}
