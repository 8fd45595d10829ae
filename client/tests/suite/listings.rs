//! `ls`.

use serde_json::{Value, json};

use crate::support::{Reply, StandIn, command, entry, listing, run, run_with};

#[test]
fn table_shows_what_people_look_for() {
    let photo = json!({ "id": 3, "kind": "photo", "name": "", "value": null, "key": "main/IMG_1.jpg",
        "size_bytes": 2_400_000, "created_at": "2026-11-20T08:00:00.000Z", "labels": [], "later": [1] });
    let server = StandIn::script([Reply::json(200, &listing(9, 2, None, &[entry(12), photo]))]);
    let table = "ID  KIND   NAME       CONTENT                 LABELS        SIZE  SAVED (UTC)
12  code   Menu       https://example.org/12  lunch, cat  1.2 KB  2026-11-21 14:03
 3  photo  IMG_1.jpg                                      2.4 MB  2026-11-20 08:00
";
    assert_eq!(run(&server.url, &["ls"]).fine(), table);
    assert_eq!(server.lines(), ["GET /api/v1/spaces/main/entries?limit=50"]);
}

#[test]
fn filters_space_and_base_path_are_sent() {
    let server = StandIn::start(|_, _| Reply::json(200, &listing(9, 0, None, &[])));
    let base = format!("{}/qrate/", server.url);
    run(
        &base,
        &["ls", "--space", "team-7", "--kind", "photo", "--label", "a b", "--label", "c&d", "-n", "3"],
    )
    .fine();
    run(&server.url, &["ls", "--value", "ä"]).fine();
    assert_eq!(
        server.lines(),
        [
            "GET /qrate/api/v1/spaces/team-7/entries?limit=3&kind=photo&label=a+b&label=c%26d",
            "GET /api/v1/spaces/main/entries?limit=50&value=%C3%A4",
        ]
    );
}

/// A listing of 450 entries in pages.
fn many() -> StandIn {
    StandIn::start(|request, _| {
        let (_, query) = request.path.split_once('?').unwrap();
        let number = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.map(|value| value.parse::<u64>().unwrap())
        };
        let (newest, limit) = (number("cursor").unwrap_or(450), number("limit").unwrap());
        let oldest = newest.saturating_sub(limit);
        let entries: Vec<Value> = (oldest + 1..=newest).rev().map(entry).collect();
        let next = (oldest > 0).then(|| oldest.to_string());
        Reply::json(200, &listing(900, 450, next.as_deref(), &entries))
    })
}

#[test]
fn all_pages_are_followed() {
    let server = many();
    let lines = run(&server.url, &["ls", "--all", "--json"]).fine();
    let ids: Vec<u64> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, (1..=450).rev().collect::<Vec<_>>());
    assert_eq!(server.requests().len(), 3);
    let table = run(&server.url, &["ls", "--limit", "250"]).fine();
    assert_eq!((table.lines().count(), table.matches("KIND").count()), (251, 1));
    assert!(
        table.ends_with("2026-11-21 14:03\n")
            && server.lines().last().unwrap().contains("limit=50&cursor=250")
    );
}

#[test]
fn server_that_names_pages_for_ever_is_left() {
    let server = StandIn::start(|_, _| Reply::json(200, &listing(9, 9, Some("again"), &[])));
    run(&server.url, &["ls", "--all"]).fine();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn hostile_text_is_escaped() {
    let mut hostile = entry(1);
    hostile["name"] = "a\u{1b}]0;owned\u{7}\u{202e}b".into();
    hostile["value"] = "c\r\nd\u{9b}2J".into();
    hostile["kind"] = "\u{1b}c".into();
    hostile["labels"] = json!([{ "name": "\u{2067}x" }]);
    let server = StandIn::start(move |_, _| Reply::json(200, &listing(9, 1, None, &[hostile.clone()])));
    for arguments in [&["ls"][..], &["ls", "--json"]] {
        let said = run(&server.url, arguments).fine();
        let is_invisible = |c: char| c != '\n' && c.escape_debug().len() > 2;
        assert!(!said.contains(is_invisible), "{said:?}");
    }
    assert!(run(&server.url, &["ls"]).fine().contains(r"a\u{1b}]0;owned\u{7}\u{202e}b"));
    let json = run(&server.url, &["ls", "--json"]).fine();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["value"], "c\r\nd\u{9b}2J");
}

#[test]
fn token_is_sent_from_a_file_or_a_variable() {
    let server = StandIn::start(|_, _| Reply::json(200, &listing(9, 0, None, &[])));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "from-file\n").unwrap();
    let file = file.to_str().unwrap();
    let mut both = command(&server.url, &["ls", "--token-file", file]);
    both.env("QRATE_TOKEN", "from-variable");
    let mut variable = command(&server.url, &["ls"]);
    variable.env("QRATE_TOKEN", "from-variable");
    for command in [both, variable, command(&server.url, &["ls"])] {
        run_with(command, b"").fine();
    }
    let sent: Vec<_> =
        server.requests().iter().map(|request| request.header("authorization").to_owned()).collect();
    assert_eq!(sent, ["Bearer from-file", "Bearer from-variable", ""]);
    let mut help = command(&server.url, &["ls", "--help"]);
    help.env("QRATE_TOKEN", "from-variable");
    assert!(!run_with(help, b"").fine().contains("from-variable"));
}
