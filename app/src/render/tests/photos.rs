//! Photos: in rows, on their pages, on the page of jobs, and the form for them.

use domain::{Media, Photo, Recipe, StageError, Step, Timestamp};

use super::*;
use crate::messages::{KeptRow, MessageState, Messages, Sending, TestForm};

const AT: Timestamp = Timestamp::from_unix_ms(1_795_230_895_120);

/// A photo after some steps.
fn photo(id: u64, name: &str, change: impl Fn(&mut Photo)) -> EntryRow {
    let mut photo = Photo::new(Media::Jpeg, Recipe::Flip, AT);
    (photo.width, photo.height) = (Some(4032), Some(3024));
    change(&mut photo);
    EntryRow {
        key: "main/a.jpg".parse().unwrap(),
        kind: domain::Kind::Photo,
        sha256: "0123abcd".repeat(8).parse().ok(),
        photo: Some(Box::new((&photo).into())),
        ..entry(id, name, None, &json!("live"))
    }
}

fn done(photo: &mut Photo) {
    photo.camera = Some(HOSTILE.to_owned());
    photo.taken_at = "2026-11-21T14:03:00".parse().ok();
    for step in [Step::Thumbnail, Step::View, Step::Result] {
        photo.finish(step, Media::Jpeg, AT);
    }
    photo.finish_labels("test/1", Vec::new(), &[], AT);
}

fn failed(photo: &mut Photo) {
    photo.begin(AT);
    photo.fail(StageError::Corrupt, AT);
}

fn crashed(photo: &mut Photo) {
    photo.begin(AT);
    photo.fail(StageError::Crashed, AT);
}

fn photo_page(entry: EntryRow) -> EntryPage {
    let Page::Entry(page) = entry_page(entry) else { panic!("an entry's page") };
    EntryPage { similar: vec![photo(3, "", done)], message: Some(waiting()), ..page }
}

fn waiting() -> MessageState {
    MessageState::Waiting { to: Some("+49 … 67".to_owned()), reason: None }
}

fn jobs_page(unfinished: Vec<EntryRow>, failed: Vec<EntryRow>) -> Page {
    Page::Jobs(JobsPage {
        space: Space::main(),
        seq: 40,
        unfinished_total: unfinished.len() as u64,
        failed_total: failed.len() as u64,
        unfinished,
        failed,
        messages: Messages::default(),
        behind_seconds: None,
        fault: None,
        failure: None,
    })
}

pub(super) fn every_page() -> Vec<Page> {
    vec![
        Page::Space(space_page(Some(window(1, 3, vec![photo(3, HOSTILE, done), photo(2, "", failed)])))),
        Page::Space(space_page(Some(window(2, 3, vec![photo(1, "", |_| {})])))),
        Page::Entry(photo_page(photo(1, HOSTILE, done))),
        Page::Entry(photo_page(photo(1, "", failed))),
        jobs_page(Vec::new(), Vec::new()),
        jobs_page(vec![photo(1, HOSTILE, |_| {})], vec![photo(2, HOSTILE, failed)]),
        Page::Entry(EntryPage { label_words: vec![HOSTILE.to_owned()], ..photo_page(labelled(1)) }),
        labels_page(&[], Vec::new()),
        labels_page(&["cat", "sofa"], vec![labelled(1), photo(2, HOSTILE, done)]),
    ]
}

/// A photo with a label of each source.
fn labelled(id: u64) -> EntryRow {
    let found = domain::Label::of_labeller("cat".parse().unwrap(), 0.94, "test/1");
    let given = domain::Label::parse_list("<b>sofa").unwrap();
    EntryRow { labels: given.into_iter().chain([found]).collect(), ..photo(id, "", done) }
}

fn labels_page(labels: &[&str], entries: Vec<EntryRow>) -> Page {
    let name = |text: &&str| text.parse().unwrap();
    Page::Labels(LabelsPage {
        space: Space::main(),
        seq: 40,
        labels: labels.iter().map(name).collect(),
        total: entries.len() as u64,
        page: 1,
        pages: 2,
        entries,
        known: vec![(name(&"dog & co"), 1200)],
        has_photos: true,
        again: None,
        looks_for_labels: true,
        behind_seconds: None,
        fault: None,
        failure: None,
    })
}

#[test]
fn photo_page_shows_labels_and_how_sure_they_are() {
    let page = EntryPage { label_words: vec!["bird".to_owned()], ..photo_page(labelled(1)) };
    let html = render(&shell(), Page::Entry(page));
    for part in [
        "very sure (94 %)",
        r#"<meter min="0" max="100" value="94""#,
        "added by hand",
        r#"href="/qrate/s/main/labels?label=cat""#,
        r#"name="remove" autocomplete="off" value="cat""#,
        r#"action="/qrate/s/main/e/1/labels""#,
        r#"<option value="bird">"#,
        "Look again",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let page = |change: fn(&mut Photo)| render(&shell(), Page::Entry(photo_page(photo(1, "", change))));
    assert!(page(done).contains("Nothing found."));
    assert!(page(|_| {}).contains("Not looked at yet."));
    let never = page(|photo| {
        for step in [Step::Thumbnail, Step::View, Step::Result] {
            photo.finish(step, Media::Jpeg, AT);
        }
        photo.skip_labels();
    });
    assert!(never.contains("Not looked at yet.") && never.contains("Look for labels"), "{never}");
}

#[test]
fn page_of_labels_narrows_and_widens() {
    let html = render(&shell(), labels_page(&["cat", "sofa"], vec![labelled(1)]));
    for part in [
        r#"href="/qrate/s/main/labels?label=sofa" aria-label="Without cat""#,
        r#"href="/qrate/s/main/labels?label=cat&amp;label=sofa&amp;label=dog%20%26%20co""#,
        r#"href="/qrate/s/main/labels?label=cat&amp;label=sofa&amp;page=2""#,
        r#"data-live="labelled""#,
        "1 entry",
        r#"action="/qrate/s/main/labels/again""#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(render(&shell(), labels_page(&[], Vec::new())).contains("All labels"));
    let unknown = render(&shell(), labels_page(&["zebra"], Vec::new()));
    assert!(unknown.contains("No entry has the label zebra.") && !unknown.contains("/again"), "{unknown}");
}

#[test]
fn page_of_labels_says_how_far_the_labeller_is() {
    for (again, words) in [
        ((25, 25), "Looking at 25 photos … "),
        ((25, 1), "Looking at 1 photo … "),
        ((25, 0), "Done: the labeller has looked at 25 photos."),
        ((0, 0), "There is no photo to look at."),
    ] {
        let Page::Labels(page) = labels_page(&[], Vec::new()) else { panic!("it is one") };
        let html = render(&shell(), Page::Labels(LabelsPage { again: Some(again), ..page }));
        assert!(html.contains(words), "{words} in {html}");
        assert_eq!(html.contains(r#"href="/qrate/s/main/jobs""#), again.1 > 0, "{html}");
    }
    let Page::Labels(page) = labels_page(&[], Vec::new()) else { panic!("it is one") };
    let html = render(&shell(), Page::Labels(LabelsPage { has_photos: false, ..page }));
    assert!(!html.contains("/again"), "there is nothing to look at: {html}");
}

#[test]
fn field_for_a_number_says_whether_messages_are_sent() {
    for (sending, words) in [
        (Sending::NoSender, "No messages are sent yet: they are kept in the outbox, on the "),
        (Sending::NoTotal, "No messages are sent yet"),
        (Sending::On { per_number: 20 }, "A number gets at most 20 messages a day."),
        (Sending::On { per_number: 1 }, "A number gets at most 1 message a day."),
    ] {
        let page = SpacePage { sending, ..space_page(Some(window(1, 0, vec![]))) };
        let html = render(&shell(), Page::Space(page));
        assert!(html.contains(words), "{words} in {html}");
    }
}

#[test]
fn rows_show_what_still_happens() {
    let row = |photo: EntryRow| render(&shell(), Page::Space(space_page(Some(window(1, 1, vec![photo])))));
    let waiting = row(photo(1, "", |_| {}));
    assert!(
        waiting.contains(r#"data-progress="unfinished""#) && !waiting.contains("/thumbnail"),
        "{waiting}"
    );
    let failed = row(photo(1, "", failed));
    assert!(failed.contains("damaged") && !failed.contains("/retry"), "{failed}");
    let crashed = row(photo(1, "", crashed));
    assert!(crashed.contains(r#"action="/qrate/s/main/e/1/retry""#), "{crashed}");
    let done = row(photo(1, "", done));
    assert!(done.contains(r#"src="/qrate/s/main/files/1/thumbnail?v=0123abcd""#), "{done}");
    assert!(done.contains(r#"data-source="/qrate/s/main/files/1/view?v=0123abcd""#), "{done}");
    assert!(!done.contains("data-progress"), "{done}");
}

#[test]
fn photo_page_shows_original_and_result() {
    let html = render(&shell(), Page::Entry(photo_page(photo(1, "Beach", done))));
    for part in [
        r#"src="/qrate/s/main/files/1/view?v=0123abcd""#,
        r#"src="/qrate/s/main/files/1/result?v=0123abcd-flip""#,
        r#"<dt>Taken</dt><dd>2026-11-21 14:03</dd>"#,
        "4,032 × 3,024 pixels",
        r#"action="/qrate/s/main/e/1/reprocess""#,
        r#"<option value="flip" selected>"#,
        "+49 … 67",
        r#"href="/qrate/s/main/e/3""#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("photo-stages"), "all is done");
    let crashed = render(&shell(), Page::Entry(photo_page(photo(1, "", crashed))));
    assert!(crashed.contains(r#"action="/qrate/s/main/e/1/retry""#), "{crashed}");
}

#[test]
fn page_of_a_damaged_photo_says_it_once_and_offers_nothing_in_vain() {
    let Page::Entry(page) = Page::Entry(photo_page(photo(1, "", failed))) else { panic!("it is one") };
    let html = render(&shell(), Page::Entry(EntryPage { looks_for_labels: true, ..page }));
    let body = &html[html.find("<main").unwrap()..];
    assert_eq!(count(body, "damaged"), 1, "{html}");
    for part in ["/retry", "/relabel", "/reprocess", "photo-frame", "Nothing found", "Not looked at"] {
        assert!(!html.contains(part), "{part} in {html}");
    }
    assert!(html.contains("Download JPG: original of #1") || html.contains("original of #1"), "{html}");
}

#[test]
fn removed_labels_can_be_added_back() {
    let removed_labels = vec!["coffee".parse().unwrap()];
    let page = EntryPage { removed_labels, ..photo_page(photo(1, "", done)) };
    let html = render(&shell(), Page::Entry(page));
    assert!(html.contains("You removed:") && !html.contains("Nothing found."), "{html}");
    assert!(html.contains(r#"name="add" autocomplete="off" value="coffee""#), "{html}");
}

#[test]
fn refused_labels_are_explained_at_their_field() {
    let failure = Some(Failure { field: Some(Field::Labels), ..Failure::new("Type a label first.") });
    let page = EntryPage { typed_labels: Some(",".to_owned()), failure, ..photo_page(photo(1, "", done)) };
    let html = render(&shell(), Page::Entry(page));
    assert_eq!(count(&html, "Type a label first."), 1, "{html}");
    let field = tag(&html, r#"<input type="text" id="add-label""#);
    assert!(field.contains(r#"aria-invalid="true""#) && field.contains(r#"value=",""#), "{field}");
}

#[test]
fn form_for_photos_keeps_what_was_typed() {
    let photos = PhotoFields { recipe: Recipe::Rotate180, phone: HOSTILE.to_owned() };
    let failure = Some(Failure { field: Some(Field::PhotoPhone), ..Failure::new("With its country code.") });
    let page = SpacePage { photos, failure, ..space_page(Some(window(1, 0, vec![]))) };
    let html = render(&shell(), Page::Space(page));
    assert_eq!(count(&html, "With its country code."), 1, "{html}");
    assert!(html.contains(r#"<option value="rotate-180" selected>"#), "{html}");
    assert!(tag(&html, r#"<input id="photo-phone""#).contains(r#"aria-invalid="true""#));
}

#[test]
fn page_of_jobs_says_what_failed_and_what_runs() {
    let html = render(&shell(), jobs_page(vec![photo(1, "", |_| {})], vec![photo(2, "", crashed)]));
    for part in ["In progress", "stopped twice", r#"action="/qrate/s/main/jobs/retry""#] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let html = render(&shell(), jobs_page(Vec::new(), vec![photo(2, "", failed)]));
    assert!(html.contains("damaged") && !html.contains("/retry"), "{html}");
    let open_jobs = OpenJobs { unfinished: vec![1, 2], failed: vec![3] };
    let page = SpacePage { open_jobs, ..space_page(Some(window(1, 0, vec![]))) };
    let html = render(&shell(), Page::Space(page));
    assert!(
        html.contains("2 in progress · 1 failed") && html.contains(r#"href="/qrate/s/main/jobs""#),
        "{html}"
    );
}

/// A failed message about a photo that is done.
fn not_told(photo: &mut Photo) {
    photo.await_notice(AT);
    done(photo);
    photo.end_notice(domain::NoticeOutcome::NotTold, AT);
}

#[test]
fn page_of_jobs_shows_messages_and_why_they_failed() {
    let kept = KeptRow {
        to: "+49 … 67".to_owned(),
        text: "Your photo is ready: https://qrate.example.org/s/main/e/1".to_owned(),
        link: Some("https://qrate.example.org/s/main/e/1".to_owned()),
        at: AT,
    };
    let Page::Jobs(page) = jobs_page(Vec::new(), vec![photo(2, "", not_told)]) else { panic!("jobs") };
    let test = TestForm { typed: HOSTILE.to_owned(), is_sent: false, is_refused: true };
    let failure = Some(Failure { field: Some(Field::PhotoPhone), ..Failure::new("No.") });
    let reasons = vec![(2, "the number is blocked".to_owned())];
    let messages =
        Messages { sending: Sending::NoTotal, kept: vec![kept], reasons, test, dismissed: Some(4) };
    let html = render(&shell(), Page::Jobs(JobsPage { messages, failure, ..page }));
    for part in [
        r#"href="https://qrate.example.org/s/main/e/1""#,
        "+49 … 67",
        "No messages are sent yet: they are kept here for a week. The option --notices-per-day",
        "The number is blocked.",
        "The failed message about #4 is dismissed.",
        r#"action="/qrate/s/main/e/2/notice/aside""#,
        r#"action="/qrate/s/main/notices/test""#,
        "No.",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!((count(&html, "No."), count(&html, "could not be sent")), (1, 0), "{html}");
    assert!(!html.contains("Try again") && !html.contains("Try all again"), "neither can help: {html}");
}

#[test]
fn photo_page_says_how_far_its_message_is() {
    let said =
        |message| render(&shell(), Page::Entry(EntryPage { message, ..photo_page(photo(1, "", not_told)) }));
    let reason = || "no connection".to_owned();
    let sent = said(Some(MessageState::Sent { at: AT, is_kept: false }));
    assert!(sent.contains(r#"data-message="sent""#), "{sent}");
    for (message, words) in [
        (waiting(), " will be told when it is done."),
        (
            MessageState::Waiting { to: None, reason: Some(reason()) },
            r#"data-message="delayed" class="message-state">No connection. Another attempt follows.<"#,
        ),
        (MessageState::Sent { at: AT, is_kept: false }, "The message was sent at "),
        (MessageState::Sent { at: AT, is_kept: true }, "outbox"),
        (
            MessageState::Failed { reason: reason() },
            r#"data-message="failed" class="message-state">No connection.<"#,
        ),
    ] {
        let html = said(Some(message));
        assert!(html.contains(words) && !html.contains("photo-stages"), "{words} in {html}");
    }
}
