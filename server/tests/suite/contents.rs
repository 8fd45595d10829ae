//! Kinds of content: their forms, the texts composed from them, and how those are shown.

use axum::body::Body;
use axum::http::StatusCode;
use domain::payload::PayloadKind;
use serde_json::{Value, json};

use crate::support::{Answer, Server, get, post_json};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";
const ENTRIES: &str = "/api/v1/spaces/main/entries";

const WIFI: [(&str, &str); 6] = [
    ("kind", "wifi"),
    ("text", ""),
    ("network", "Café; \"bar\""),
    ("security", "wpa"),
    ("password", "come on in"),
    ("request", "r1"),
];

async fn page(server: &Server, path: &str) -> Answer {
    server.ask(get(path).header("accept", HTML).body(Body::empty()).unwrap()).await
}

async fn value(server: &Server, id: u64) -> Value {
    server.get(&format!("{ENTRIES}/{id}")).await.json()["value"].clone()
}

#[tokio::test]
async fn link_of_each_kind_opens_its_form() {
    let server = Server::new().await;
    for kind in PayloadKind::ALL {
        let shown = page(&server, &format!("/?kind={kind}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{kind}");
        for field in kind.fields() {
            assert!(
                shown.text().contains(&format!("<label for=\"{0}\"", field.name)),
                "{kind} {}",
                field.name
            );
            assert!(
                shown.text().contains(&format!("aria-describedby=\"{0}-note\"", field.name)),
                "{}",
                field.name
            );
        }
        assert_eq!(shown.text().contains("<textarea id=\"text\""), kind == PayloadKind::Text, "{kind}");
        assert_eq!(shown.text().contains("data-verb=\"save\""), kind == PayloadKind::Text, "{kind}");
        assert!(shown.text().contains(&format!("aria-current=\"page\">{}</a>", kind.title())), "{kind}");
    }
    assert_eq!(page(&server, "/s/team?kind=payment").await.text().matches("disabled").count(), 3);
    let unknown = page(&server, "/?kind=wlan").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.text().contains("A kind is text, link, email"));
}

#[tokio::test]
async fn content_form_works_without_javascript() {
    let server = Server::new().await;
    let saved = server.form("/s/main/save", &WIFI, HTML).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/?at=1&saved=1"));
    assert_eq!(value(&server, 1).await, "WIFI:T:WPA;S:Café\\; \\\"bar\\\";P:come on in;;");
    // The same form again is the same save: the composed text depends on neither clock nor chance.
    server.form("/s/main/save", &WIFI, HTML).await;
    let event = [("kind", "event"), ("title", "Fair"), ("start_day", "2026-11-21"), ("request", "r2")];
    for _ in 0..2 {
        let saved = server.form("/s/main/save", &event, HTML).await;
        assert_eq!(saved.header("location"), "/?at=2&saved=2");
    }
    let value = value(&server, 2).await;
    assert!(value.as_str().unwrap().ends_with("SUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), "{value}");
}

#[tokio::test]
async fn hydrated_page_keeps_line_ends() {
    let server = Server::new().await;
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nEND:VCARD\r\n";
    server.form("/s/main/save", &[("text", card)], JSON).await;
    assert_eq!(value(&server, 1).await, card);
}

#[tokio::test]
async fn invalid_field_is_marked_and_input_kept() {
    let server = Server::new().await;
    let fields = [
        ("kind", "wifi"),
        ("network", "\"><script>alert(1)</script>"),
        ("security", "wep"),
        ("password", "shorter"),
        ("hidden", "on"),
        ("level", "Q"),
        ("name", "My name"),
    ];
    let shown = server.form("/s/main/save", &fields, HTML).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = shown.text();
    let (_, note) = text.split_once("id=\"password-note\"").unwrap();
    assert!(note.split_once("</p>").unwrap().0.contains("A WEP key has"));
    assert!(text.contains("value=\"shorter\"") && text.contains("value=\"My name\""));
    assert!(text.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
    assert!(text.contains("<option value=\"wep\" selected>"));
    assert!(text.contains("aria-invalid=\"true\""));
    assert_eq!(text.matches("A WEP key has").count(), 1, "and nowhere else");
    // The API's error names the field.
    let response = server.form("/s/main/save", &fields, JSON).await;
    assert_eq!(
        (response.status, &response.json()["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("password"))
    );
    // A content that is too long for a code is an error of the field `text`.
    let much = "x".repeat(3000);
    let shown =
        server.form("/s/main/save", &[("kind", "sms"), ("number", "112"), ("body", &much)], HTML).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("too long for level M") && shown.text().contains(&much));
    assert_eq!(server.get(ENTRIES).await.json()["total"], 0);
    let unknown = server.form("/s/main/save", &[("kind", "wlan")], HTML).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn content_is_shown_in_words_and_as_text() {
    let server = Server::new().await;
    server.save("WIFI:T:WPA;S:Caf\u{e9}\u{202e};P:a\\;b;;").await;
    server.save("Back in ten minutes.").await;
    let entry = server.get(&format!("{ENTRIES}/1")).await.json();
    assert_eq!(entry["words"], "Wi-Fi network Café\\u{202e}");
    assert_eq!(server.get(&format!("{ENTRIES}/2")).await.json().get("words"), None);
    let listed = server.get(ENTRIES).await.json();
    assert_eq!(listed["entries"][1]["words"], entry["words"]);

    let row = page(&server, "/").await;
    assert!(row.text().contains("<bdi class=\"row-name\">Wi-Fi network Café\\u{202e}</bdi>"));
    let shown = page(&server, "/s/main/e/1").await;
    assert!(shown.text().contains("<title>#1 Wi-Fi network Café"));
    for (name, fact) in
        [("Security", "WPA"), ("Password", "a;b"), ("Value", "WIFI:T:WPA;S:Café\u{202e};P:a\\;b;;")]
    {
        assert!(shown.text().contains(&format!("<dt>{name}</dt><dd><bdi>{fact}</bdi></dd>")), "{name}");
    }
}

#[tokio::test]
async fn api_accepts_content_fields() {
    let server = Server::new().await;
    let send = |wish: Value| server.ask(post_json(ENTRIES, wish.to_string()));
    let place = json!({"kind": "place", "latitude": "52.516275", "longitude": "13.377704"});
    let saved = send(json!({ "content": place, "name": "Gate" })).await;
    assert_eq!(saved.status, StatusCode::CREATED);
    let entry = &saved.json()["entry"];
    assert_eq!(
        (&entry["value"], &entry["words"]),
        (&json!("geo:52.516275,13.377704"), &json!("Place 52.516275,13.377704"))
    );
    let payment = json!({"kind": "payment", "payee": "Red Cross", "iban": "DE02 1203 0000 0000 2020 51"});
    for (wish, status, sentence) in [
        (json!({"content": place, "text": "a"}), 400, "Send either `text` or `content`."),
        (json!({}), 400, "Send either `text` or `content`."),
        (json!({"content": {}}), 400, "The `kind` of a content is link,"),
        (json!({"content": {"kind": "text"}}), 400, "The `kind` of a content is link,"),
        (
            json!({"content": {"kind": "link", "href": "x"}}),
            400,
            "`link` has no field href. Its fields are link.",
        ),
        (json!({"content": payment, "level": "H"}), 422, "A payment code must have level M."),
        (json!({"content": {"kind": "phone", "number": "12"}}), 422, "A phone number has at least 3 digits."),
    ] {
        let refused = send(wish).await;
        assert_eq!(refused.status.as_u16(), status, "{sentence}");
        assert!(refused.error().starts_with(sentence), "{}", refused.error());
    }
}

#[tokio::test]
async fn event_times_become_utc() {
    let server = Server::new().await;
    let begins = async |day: &str, time: &str, zone: Option<&str>| {
        let mut event = json!({"kind": "event", "title": "Fair", "start_day": day, "start_time": time});
        if let Some(zone) = zone {
            event["zone"] = json!(zone);
        }
        let answer = server.ask(post_json(ENTRIES, json!({ "content": event }).to_string())).await;
        match answer.status {
            StatusCode::CREATED => {
                let value = answer.json()["entry"]["value"].as_str().unwrap().to_owned();
                value.split_once("DTSTART:").unwrap().1.split_once("\r\n").unwrap().0.to_owned()
            }
            _ => answer.error(),
        }
    };
    for (day, time, zone, start) in [
        ("2026-01-15", "18:30", None, "20260115T183000Z"),
        ("2026-01-15", "18:30", Some("Europe/Berlin"), "20260115T173000Z"),
        ("2026-07-15", "18:30", Some("Europe/Berlin"), "20260715T163000Z"),
        ("2026-07-15", "18:30", Some("Asia/Kathmandu"), "20260715T124500Z"),
        ("2026-12-31", "20:00", Some("America/New_York"), "20270101T010000Z"),
        // Clocks skip the first time, and show the second one twice.
        ("2026-03-29", "02:30", Some("Europe/Berlin"), "20260329T013000Z"),
        ("2026-10-25", "02:30", Some("Europe/Berlin"), "20261025T003000Z"),
        ("2026-01-15", "18:30", Some("Europe/Atlantis"), "Write the time zone like Europe/Berlin, or UTC."),
    ] {
        assert_eq!(begins(day, time, zone).await, start, "{day} {time} {zone:?}");
    }
    let form = page(&server, "/?kind=event").await;
    let (_, zone) = form.text().split_once("id=\"zone\"").unwrap();
    assert!(zone.split_once('>').unwrap().0.contains("value=\"UTC\""), "shown without JavaScript");
}

#[tokio::test]
async fn codes_decode_to_the_expected_content() {
    let server = Server::new().await;
    let composed = async |content: Value| {
        let answer = server.ask(post_json(ENTRIES, json!({ "content": content }).to_string())).await;
        match answer.status {
            StatusCode::CREATED => answer.json()["entry"]["value"].as_str().unwrap().to_owned(),
            _ => answer.error(),
        }
    };
    for (content, text) in [
        (
            json!({"kind": "contact", "format": "mecard", "given": "Ada", "note": "one\ntwo"}),
            "MECARD:N:,Ada;NOTE:one two;;",
        ),
        (
            json!({"kind": "payment", "payee": "Ada", "iban": "BR1800360305000010009795493C1"}),
            "This account is outside SEPA, where these codes do not work: use an IBAN of a SEPA country.",
        ),
        (json!({"kind": "phone", "number": "+49 30 123456 ext. 12"}), "tel:+4930123456;ext=12"),
        (
            json!({"kind": "contact", "given": "Ada", "phone": "112", "phone_type": "work"}),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nN:;Ada;;;\r\nFN:Ada\r\nTEL;TYPE=work:112\r\nEND:VCARD\r\n",
        ),
        (
            json!({"kind": "wifi", "network": "Guests", "security": "sae", "password": "sesame"}),
            "WIFI:T:SAE;S:Guests;P:sesame;;",
        ),
        (
            json!({"kind": "wifi", "network": "Guests", "security": "enterprise", "identity": "ada"}),
            "WIFI:T:WPA2-EAP;S:Guests;E:PEAP;PH2:MSCHAPV2;I:ada;;",
        ),
        (json!({"kind": "place", "latitude": "52.5, 13.4"}), "geo:52.5,13.4"),
        (json!({"kind": "place", "latitude": "N51.02", "longitude": "\u{2212}13.7"}), "geo:51.02,-13.7"),
        (json!({"kind": "place", "latitude": "51°2'N 13°42'E"}), "geo:51.033333,13.7"),
        (json!({"kind": "email", "to": "ada@example"}), "Write the e-mail address like name@example.com."),
    ] {
        assert_eq!(composed(content.clone()).await, text, "{content}");
    }
}

/// Nobody can guess the fields of a kind.
#[test]
fn each_field_of_each_kind_is_documented() {
    let document = include_str!("../../../docs/looks-and-contents.md");
    let (_, table) = document.split_once("### Fields of each kind").unwrap();
    for kind in domain::payload::PayloadKind::ALL.iter().filter(|kind| !kind.fields().is_empty()) {
        let row = table.lines().find(|line| line.starts_with(&format!("| `{kind}` |"))).unwrap();
        let mut rest = row;
        for field in kind.fields() {
            let found = rest.split_once(&format!("`{}`", field.name));
            rest = found.unwrap_or_else(|| panic!("{kind} {}: {rest}", field.name)).1;
            let domain::payload::Input::Choice(choices) = field.input else { continue };
            if !field.name.ends_with("_type") {
                assert!(
                    choices.iter().all(|(value, _)| row.contains(&format!("`{value}`"))),
                    "{kind} {}",
                    field.name
                );
            }
        }
    }
}
