//! Every page in every state, as the server sends it. What is in the composer: `composer`, `looks`.

mod composer;
mod descriptions;
mod looks;
mod photos;

use crate::model::{
    AssetUrls, DraftFields, Drawn, EntryPage, ErrorPage, Failure, Field, JobsPage, LabelsPage, Notice, Page,
    PhotoFields, Shell, SpacePage, StudioUrls, WakeUrls,
};
use domain::payload::PayloadKind;
use domain::wire::OpenJobs;
use domain::{Entry, EntryRow, ListingPage, Space};
use serde_json::{Value, json};

use crate::preferences::{Preferences, Theme};

fn render(shell: &Shell, page: Page) -> String {
    super::render(shell, page, Preferences::default())
}

const HOSTILE: &str = "</script><script>alert(1)</script>\"'<!-- &amp; \u{202e}";

fn shell() -> Shell {
    Shell {
        base: "/qrate/".to_owned(),
        build: "b1".to_owned(),
        assets: AssetUrls {
            style: "assets/style.1.css".to_owned(),
            other_style: "assets/other_pages.1.css".to_owned(),
            font: "assets/figtree.1.woff2".to_owned(),
            icon: "assets/icon.1.svg".to_owned(),
            wake: Some(WakeUrls {
                script: "assets/wake.1.js".to_owned(),
                glue: "assets/frontend.1.js".to_owned(),
                wasm: "assets/frontend.1.wasm".to_owned(),
                on_demand: "assets/on_demand.1.js".to_owned(),
                many: "assets/many.1.js".to_owned(),
                uploads: ("assets/uploads.1.js".to_owned(), "assets/uploads.1.wasm".to_owned()),
                contents: ("assets/contents.1.js".to_owned(), "assets/contents.1.wasm".to_owned()),
                studio: StudioUrls {
                    script: "assets/studio.1.js".to_owned(),
                    worker: "assets/studio_worker.1.js".to_owned(),
                    wasm: "assets/studio.1.wasm".to_owned(),
                },
            }),
            presets: qr::PRESETS.map(|preset| format!("assets/preset-{}.1.svg", preset.name)).into(),
        },
    }
}

fn entry(id: u64, name: &str, value: Option<&str>, state: &Value) -> EntryRow {
    let entry = json!({
        "id": id, "revision": id, "state": state, "key": "main/menu.png", "name": name, "value": value,
        "kind": if value.is_some() { "code" } else { "file" },
        "style": value.map(|_| json!({ "level": "Q" })),
        "symbol": value.map(|_| json!({ "version": 4, "mask": 3 })),
        "size_bytes": 342, "sha256": null, "etag": "x", "created_at": "2026-11-21T03:14:55.120Z", "labels": [],
    });
    EntryRow::from(&serde_json::from_value::<Entry>(entry).unwrap())
}

fn live(id: u64, name: &str, value: &str) -> EntryRow {
    entry(id, name, Some(value), &json!("live"))
}

fn window(page: u32, total: u64, entries: Vec<EntryRow>) -> ListingPage {
    ListingPage {
        seq: 40,
        total,
        page,
        pages: u32::try_from(total.div_ceil(2)).unwrap().max(1),
        per_page: 2,
        behind_seconds: None,
        entries,
    }
}

fn space_page(listing: Option<ListingPage>) -> SpacePage {
    SpacePage {
        space: Space::main(),
        listing,
        query: crate::model::ListingQuery::default(),
        unnamed_files: 0,
        fault: None,
        draft: DraftFields { request: "r1".to_owned(), ..DraftFields::default() },
        drawn: None,
        known: None,
        look_kept: false,
        photos: PhotoFields::default(),
        sending: crate::messages::Sending::default(),
        open_jobs: OpenJobs::default(),
        failure: None,
        notice: None,
    }
}

fn entry_page(entry: EntryRow) -> Page {
    Page::Entry(EntryPage {
        space: Space::main(),
        entry,
        seq: 40,
        behind_seconds: None,
        similar: Vec::new(),
        label_words: Vec::new(),
        removed_labels: Vec::new(),
        looks_for_labels: true,
        message: None,
        notice: None,
        fault: None,
        typed: None,
        typed_labels: None,
        failure: None,
    })
}

fn error_page() -> Page {
    Page::Error(ErrorPage {
        status: 404,
        title: "Not found".to_owned(),
        sentence: HOSTILE.to_owned(),
        request_id: Some("01JD".to_owned()),
        space: Some("team-7".parse().unwrap()),
        id: None,
    })
}

fn every_page() -> Vec<Page> {
    let refused = SpacePage {
        draft: DraftFields { text: HOSTILE.to_owned(), name: HOSTILE.to_owned(), ..DraftFields::default() },
        failure: Some(Failure { field: Some(Field::Text), ..Failure::new(HOSTILE) }),
        notice: Some(Notice::Removed { id: 7 }),
        ..space_page(Some(window(2, 5, vec![live(2, HOSTILE, HOSTILE), entry(1, "", None, &json!("live"))])))
    };
    let dead = |why: &str| json!({ why: { "at": "2026-11-21T03:14:55.120Z" } });
    vec![
        Page::Space(space_page(None)),
        Page::Space(space_page(Some(window(1, 0, vec![])))),
        Page::Space(space_page(Some(window(1, 1, vec![live(1, "One", "https://example.com/")])))),
        Page::Space(refused),
        entry_page(live(1, HOSTILE, HOSTILE)),
        entry_page(entry(1, "", None, &json!("live"))),
        entry_page(entry(1, "", Some("a"), &dead("removed"))),
        entry_page(entry(1, "", Some("a"), &dead("gone"))),
        error_page(),
    ]
    .into_iter()
    .chain(photos::every_page())
    .collect()
}

/// What stands between the tags of the data script.
fn data(html: &str) -> Value {
    let (_, rest) = html.split_once(r#"<script type="application/json" id="page-data">"#).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

/// The opening tag that begins so.
fn tag<'a>(html: &'a str, begin: &str) -> &'a str {
    let at = html.find(begin).unwrap_or_else(|| panic!("{begin} in {html}"));
    &html[at..=at + html[at..].find('>').unwrap()]
}

#[test]
fn pages_are_complete_documents_without_inline_code() {
    for page in every_page() {
        let html = render(&shell(), page);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"system\">"), "{html}");
        assert!(html.ends_with("</html>"), "{html}");
        assert_eq!(count(&html, "<h1"), 1, "{html}");
        assert_eq!(count(&html, "<main"), 1, "{html}");
        for inline in [" style=", "<style", " onclick", " onload", " onerror=\"", "javascript:", "__RESOLVED"]
        {
            assert_eq!(count(&html, inline), 0, "{inline} in {html}");
        }
    }
}

#[test]
fn hostile_text_is_escaped() {
    for page in every_page() {
        let html = render(&shell(), page);
        assert_eq!(count(&html, "alert(1)</script>"), 0, "{html}");
        // The wake script, and the data where there are islands: nothing more.
        let scripts = if html.contains("page-data") { 2 } else { 0 };
        assert_eq!((count(&html, "<script"), count(&html, "</script>")), (scripts, scripts), "{html}");
    }
    let html = render(&shell(), entry_page(live(1, HOSTILE, HOSTILE)));
    assert_eq!(data(&html)["entry"]["value"], HOSTILE);
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
}

#[test]
fn space_page_carries_its_data() {
    let html = render(&shell(), Page::Space(space_page(Some(window(1, 1, vec![live(1, "One", "a")])))));
    let data = data(&html);
    assert_eq!(
        (&data["base"], &data["space"], &data["build"]),
        (&json!("/qrate/"), &json!("main"), &json!("b1"))
    );
    let listing = &data["listing"];
    assert_eq!(
        (&listing["seq"], &listing["total"], &listing["page"], &listing["pages"], &listing["per_page"]),
        (&json!(40), &json!(1), &json!(1), &json!(1), &json!(2))
    );
    assert_eq!(listing["entries"][0]["value"], "a");
    assert_eq!((&data["entry"], &data["entry_seq"]), (&Value::Null, &Value::Null));
    assert_eq!(data["draft"], json!({ "text": "", "level": "M", "name": "" }));
}

#[test]
fn every_island_is_rendered() {
    let of = |page| {
        let html = render(&shell(), page);
        let mut names: Vec<String> = html
            .split("data-component=\"")
            .skip(1)
            .map(|rest| rest.split(['_', '"']).next().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    let space = Page::Space(space_page(Some(window(1, 0, vec![]))));
    assert_eq!(
        of(space),
        ["FormNote", "LiveEntries", "LiveStatus", "NameNote", "NoticeBoard", "Preview", "TextNote"]
    );
    assert_eq!(
        of(entry_page(live(1, "", "a"))),
        [
            "EntryLabels",
            "EntryStanding",
            "EntryTitle",
            "FormNote",
            "LabelsNote",
            "LiveStatus",
            "NameNote",
            "NoticeBoard"
        ]
    );
    assert_eq!(of(error_page()), [""; 0]);
}

#[test]
fn page_comes_in_the_colours_that_are_preferred() {
    for theme in Theme::ALL {
        let preferences = Preferences { theme, ..Preferences::default() };
        let html = super::render(&shell(), error_page(), preferences);
        assert!(html.contains(&format!(r#"<html lang="en" data-theme="{}">"#, theme.as_str())));
        let pressed = format!(r#"value="{}" aria-pressed="true""#, theme.as_str());
        assert!(html.contains(&pressed) && count(&html, r#"aria-pressed="true""#) == 1, "{html}");
    }
}

#[test]
fn page_renders_without_the_browser_side() {
    let shell = Shell { assets: AssetUrls { wake: None, ..shell().assets }, ..shell() };
    let html = render(
        &shell,
        Page::Space(space_page(Some(window(2, 5, vec![live(2, "Two", "tel:1"), live(1, "", "b")])))),
    );
    assert_eq!(count(&html, "<script"), 1, "only the data");
    for part in [
        r#"<form method="post" action="/qrate/s/main/save""#,
        r#"<textarea id="text" name="text""#,
        r#"name="level" value="Q""#,
        r#"<input type="hidden" form="composer" name="request" autocomplete="off" value="r1">"#,
        r#"<input type="hidden" form="photo-form" name="request" autocomplete="off" value="r1">"#,
        r#"enctype="multipart/form-data""#,
        r#"href="/qrate/s/main/files/2/menu.png?download""#,
        r#"src="/qrate/s/main/files/2.svg""#,
        r#"aria-label="Enlarge #2" data-extra="enlarge""#,
        r#"href="/qrate/s/main/e/2""#,
        r#"href="tel:1""#,
        r#"<a href="/qrate/#listing" class="button">Newer</a>"#,
        r#"<a href="/qrate/?page=3#listing" class="button">Older</a>"#,
        "Page 2 of 3",
        r#"aria-hidden="true" data-relative="">2026-11-21</time><span class="visually-hidden">2026-11-21 03:14:55 UTC"#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn menu_of_an_entry_offers_everything() {
    let entry = live(7, HOSTILE, "https://example.com");
    let Page::Entry(page) = entry_page(entry) else { panic!("an entry has a page") };
    let html = super::render_panel(&shell(), page);
    assert_eq!(count(&html, "<script"), 0, "{html}");
    for part in [
        r#"action="/qrate/s/main/e/7/describe" data-verb="act""#,
        r#"id="name-7""#,
        r#"name="labels-at-first""#,
        r#"href="/qrate/s/main/files/7.svg""#,
        r#"href="/qrate/s/main/files/7.uri""#,
        r#"href="https://example.com" rel="noopener noreferrer nofollow""#,
        r#"href="/qrate/?from=7""#,
        r#"action="/qrate/s/main/e/7/duplicate""#,
        r#"action="/qrate/s/main/e/7/remove""#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn symbol_facts_appear_only_for_our_own_drawing() {
    let facts = |version| {
        let mut entry = live(1, "", "a");
        entry.symbol = Some(domain::SymbolFacts { version, mask: 0 });
        let html = render(&shell(), entry_page(entry));
        (
            html.contains("<dt>Smallest print</dt><dd>12 mm</dd>"),
            html.contains("<dt>Filled</dt><dd>4 of 1,666 bytes</dd>"),
        )
    };
    assert_eq!(facts(1), (true, true));
    assert_eq!(facts(2), (false, false));
}

#[test]
fn removal_notice_offers_undo() {
    let page =
        SpacePage { notice: Some(Notice::Removed { id: 7 }), ..space_page(Some(window(1, 0, vec![]))) };
    let html = render(&shell(), Page::Space(page));
    assert!(html.contains("Removed #7"), "{html}");
    assert!(html.contains(r#"action="/qrate/s/main/e/7/restore""#), "{html}");
    assert_eq!(data(&html)["notice"], json!({ "removed": { "id": 7 } }));

    let tombstone = json!({ "removed": { "at": "2026-11-21T03:14:55.120Z" } });
    let html = render(&shell(), entry_page(entry(7, "", Some("a"), &tombstone)));
    assert!(html.contains(r#"data-standing="removed""#), "{html}");
    assert!(html.contains(">Restore<"), "{html}");
}

#[test]
fn error_page_says_how_to_continue() {
    let html = render(&shell(), error_page());
    for part in
        ["<h1>Not found</h1>", "01JD", r#"href="/qrate/s/team-7""#, "<title>Not found · Qrate</title>"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn pages_are_rendered_independently() {
    let html = || render(&shell(), Page::Space(space_page(Some(window(1, 1, vec![live(1, "One", "a")])))));
    let first = html();
    let again: Vec<String> =
        std::thread::scope(|scope| (0..8).map(|_| scope.spawn(html)).map(|t| t.join().unwrap()).collect());
    assert!(again.iter().all(|html| *html == first));
}

#[test]
fn outdated_page_says_so_without_hydration() {
    let behind = ListingPage { behind_seconds: Some(150), ..window(1, 1, vec![live(1, "", "a")]) };
    let drawn = render(&shell(), Page::Space(space_page(Some(behind))));
    assert!(drawn.contains("Storage unavailable: as of 2 min ago"), "{drawn}");
    assert!(drawn.contains(r#"data-connection="behind""#));
    let current = Page::Space(space_page(Some(window(1, 0, vec![]))));
    assert!(!render(&shell(), current).contains("Storage unavailable"));
}

#[test]
fn page_says_that_nothing_can_be_saved() {
    let fault = Some("The catalog is damaged.".to_owned());
    let page = SpacePage { fault, ..space_page(Some(window(1, 0, vec![]))) };
    let drawn = render(&shell(), Page::Space(page.clone()));
    assert!(drawn.contains(r#"<p class="fault">The catalog is damaged."#), "{drawn}");
    let sound = render(&shell(), Page::Space(SpacePage { fault: None, ..page }));
    assert!(sound.contains(r#"<p hidden class="fault">"#), "{sound}");
}

#[test]
fn page_counts_left_out_files() {
    for (unnamed_files, said) in
        [(1, "1 file in the bucket is left out"), (1200, "1,200 files in the bucket are left out")]
    {
        let page = SpacePage { unnamed_files, ..space_page(Some(window(1, 1, vec![live(1, "", "a")]))) };
        let drawn = render(&shell(), Page::Space(page));
        assert!(drawn.contains(said), "{drawn}");
        assert!(drawn.contains(&format!(r#""unnamed_files":{unnamed_files}"#)));
    }
    let none = Page::Space(space_page(Some(window(1, 0, vec![]))));
    assert!(!render(&shell(), none).contains("left out"));
}
