//! What the host writes, the browser reads: every type, via text and another parser's values.

use serde_json::Value;

use super::*;
use crate::{
    Appearance, Body, Change, ChangeKind, Content, DifferenceHash, Entry, Kind, Label, Level, Media, Name,
    Photo, Placeholder, Recipe, Score, Sha256, StageError, State, Step, SymbolFacts, Timestamp,
};

impl JsonValue for Value {
    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<u64> {
        self.as_u64()
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null()).cloned()
    }
}

/// What the reader makes of the JSON that serde writes.
fn read_back<T: FromJson + serde::Serialize>(written: &T) -> T {
    let value: Value = serde_json::from_str(&serde_json::to_string(written).unwrap()).unwrap();
    T::from_json(&value).unwrap_or_else(|| panic!("unreadable: {value}"))
}

fn code(style: Appearance) -> Body {
    let value = "WIFI:S:Café;T:WPA;P:</script>;;".to_owned();
    Body::Code { value, style, symbol: Some(SymbolFacts { version: 40, mask: 7 }) }
}

fn entry() -> Entry {
    let score = Score { points: 88, reasons: vec!["Turn.".to_owned()] };
    let look = "shape=dots".parse().unwrap();
    Entry {
        id: 12,
        revision: (1 << 53) - 1,
        state: State::Live,
        content: Content {
            key: "main/ä b.png".parse().unwrap(),
            name: "A \"name\"".parse().unwrap(),
            body: code(Appearance { look, score: Some(Box::new(score)), ..Level::Q.into() }),
            size_bytes: 200,
            sha256: Some(Sha256([0xab; 32])),
            etag: "x".to_owned(),
            created_at: Timestamp::from_unix_ms(1_000_120),
            labels: Label::parse_list("menu, ä").unwrap(),
        },
    }
}

fn rows() -> Vec<EntryRow> {
    let at = Timestamp::from_unix_ms(1);
    let with = |state, body| {
        let content =
            Content { name: Name::default(), body, sha256: None, labels: Vec::new(), ..entry().content };
        Entry { state, content, ..entry() }
    };
    let values = ["b", "a"].map(str::to_owned).to_vec();
    let new = Photo::new(Media::Gif, Recipe::FlipVertical, at);
    let mut worked_on = Photo {
        width: Some(3),
        height: Some(4),
        taken_at: "2026-11-21T14:03:00".parse().ok(),
        camera: Some("A".to_owned()),
        placeholder: Placeholder::new(&[1, 2]),
        hash: Some(DifferenceHash(1)),
        ..new.clone()
    };
    worked_on.begin(at);
    worked_on.finish(Step::Thumbnail, Media::Jpeg, at);
    worked_on.fail(StageError::Crashed, at);
    let others = [
        with(State::Removed { at }, code(Level::L.into())),
        with(State::Gone { at }, Body::plain_file()),
        with(State::Live, Body::File { values }),
        with(State::Live, Body::photo_with(None, new)),
        with(State::Live, Body::photo_with(["a".to_owned()], worked_on)),
    ];
    [entry()].iter().chain(&others).map(EntryRow::from).collect()
}

#[test]
fn entries_and_changes_round_trip() {
    for row in rows() {
        assert_eq!(read_back(&row), row);
    }
    assert_eq!(rows()[0].words.as_deref(), Some("Wi-Fi network Café"));
    for kind in [ChangeKind::Added, ChangeKind::Updated, ChangeKind::Removed, ChangeKind::Restored] {
        let change = ChangeWire::from(&Change { seq: 14, kind, entry: entry() });
        assert_eq!(read_back(&change), change);
    }
}

#[test]
fn rows_say_what_happens_to_photos() {
    let rows = rows();
    let progress = |at: usize| rows[at].photo.as_ref().and_then(|photo| photo.progress.as_deref());
    assert_eq!((progress(3), progress(4)), (None, Some("Waiting")));
    assert_eq!(progress(5), Some(StageError::Crashed.sentence()));
    let photo = rows[5].photo.as_ref().unwrap();
    assert!(photo.has(Step::Thumbnail) && !photo.has(Step::View) && photo.has_failed());
    let row = EntryRow { sha256: Some(Sha256([0xab; 32])), ..rows[5].clone() };
    let versions = [Step::Thumbnail, Step::Result].map(|step| row.derived_version(step));
    assert_eq!(versions, [Some("abababab".to_owned()), None]);
    assert!(!photo.is_unfinished() && rows[4].photo.as_ref().unwrap().is_unfinished());
}

#[test]
fn kept_files_come_with_advice() {
    let advice = |key: &str, kind| EntryRow { key: key.parse().unwrap(), kind, ..rows().remove(1) }.advice();
    assert!(advice("a/IMG_1.HEIC", Kind::File).unwrap().starts_with("HEIC pictures are kept as files"));
    assert!(advice("a.dng", Kind::File).unwrap().contains("Export it as JPEG"));
    assert_eq!(advice("a.txt", Kind::File), None);
    assert_eq!(advice("a.heic", Kind::Photo), None);
    assert_eq!(advice("heic", Kind::File), None);
}

#[test]
fn listings_round_trip() {
    let listing = ListingPage {
        seq: 40,
        total: 5_000_000_000,
        page: 2,
        pages: u32::MAX,
        per_page: 24,
        behind_seconds: None,
        entries: rows(),
    };
    assert_eq!(read_back(&listing), listing);
    let behind = ListingPage { behind_seconds: Some(3), entries: Vec::new(), ..listing };
    assert_eq!(read_back(&behind), behind);
}

#[test]
fn events_round_trip() {
    for (behind_seconds, unnamed_files, fault) in
        [(None, None, None), (Some(0), Some(7), Some("No.".to_owned()))]
    {
        let hello =
            Hello { seq: 0, build: "b1".to_owned(), behind_seconds, unnamed_files, fault: fault.clone() };
        assert_eq!(read_back(&hello), hello);
        let beat = Beat { behind_seconds, unnamed_files, fault };
        assert_eq!(read_back(&beat), beat);
    }
}

#[test]
fn answers_round_trip() {
    for look in ["", "shape=dots"] {
        let kept = KeptLook { look: look.parse().unwrap() };
        assert_eq!(read_back(&kept), kept);
    }
    for id in [None, Some(7)] {
        assert_eq!(read_back(&KnownEntry { id }), KnownEntry { id });
        let answer = UploadAnswer { id: 1, seq: 2, same: id };
        assert_eq!(read_back(&answer), answer);
    }
}

#[test]
fn failures_and_notices_round_trip() {
    for name in ["text", "name", "look", "photos", "photo-phone", "ssid"] {
        let failure =
            Failure { field: name.parse().ok(), request_id: Some("r".to_owned()), ..Failure::new("No.") };
        assert_eq!(read_back(&failure), failure);
        assert_eq!(failure.field.unwrap().to_string(), name);
    }
    assert_eq!(read_back(&Failure::new("No.")), Failure::new("No."));
    for notice in [
        Notice::Saved { id: 1, known: None },
        Notice::Saved { id: 2, known: Some(1) },
        Notice::Uploaded { count: 7 },
        Notice::Removed { id: 2 },
        Notice::Restored { id: 3 },
        Notice::Described,
        Notice::RemovedSince { id: 4 },
        Notice::GoneSince { id: 5 },
        Notice::Failed { error: "No.".to_owned() },
    ] {
        assert_eq!(read_back(&notice), notice);
    }
}

#[test]
fn page_data_round_trips() {
    let draft = Draft { text: "a".to_owned(), level: Level::H, name: "b".to_owned() };
    let data = PageData {
        query: vec!["q".to_owned(), "wi-fi".to_owned()],
        base: "/qrate/".to_owned(),
        space: "team-7".parse().unwrap(),
        build: "b1".to_owned(),
        listing: None,
        entry: rows().pop(),
        entry_seq: Some(9),
        open_jobs: OpenJobs { unfinished: vec![4, 7], failed: vec![] },
        jobs_seq: Some(9),
        behind_seconds: None,
        unnamed_files: 3,
        fault: Some("No.".to_owned()),
        draft: draft.clone(),
        known: Some(3),
        notice: Some(Notice::Saved { id: 1, known: None }),
        failure: None,
    };
    let read = read_back(&data);
    assert_eq!((read.base, read.space, read.build), (data.base, data.space, data.build));
    assert_eq!((read.entry, read.entry_seq, read.unnamed_files), (data.entry, data.entry_seq, 3));
    assert_eq!((read.open_jobs, read.jobs_seq), (data.open_jobs, data.jobs_seq));
    assert_eq!(read.fault, data.fault);
    assert_eq!((read.draft, read.notice, read.failure), (draft, data.notice, None));
}

#[test]
fn malformed_json_is_not_read() {
    let read = |json: &str| Failure::from_json(&serde_json::from_str::<Value>(json).unwrap());
    for bad in
        ["null", "[]", "\"error\"", "{}", r#"{"error":7}"#, r#"{"error":null}"#, r#"{"error":"a","field":7}"#]
    {
        assert_eq!(read(bad), None, "{bad}");
    }
    assert_eq!(read(r#"{"error":"a","more":[]}"#), Some(Failure::new("a")));
    let bad_state: Value = serde_json::from_str(r#"{"removed":{"at":"yesterday"}}"#).unwrap();
    assert_eq!(State::from_json(&bad_state), None);
}
