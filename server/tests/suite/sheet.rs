//! Codes on pages of labels: the page, the PDF, and the same over the API.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::support::{Answer, Server, post_json};

const ENTRIES: &str = "/api/v1/spaces/main/entries";
const API: &str = "/api/v1/spaces/main/sheet";
const PAGE: &str = "/s/main/sheet";
const PDF: &str = "/s/main/sheet/pdf";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn save(server: &Server, wish: serde_json::Value) {
    let answer = server.ask(post_json(ENTRIES, wish.to_string())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

/// Three codes and a file.
async fn filled() -> Server {
    let server = Server::new().await;
    for (text, name) in [("https://example.org/1", "One"), ("two", "Menü 日本"), ("drei", "")] {
        save(&server, json!({"text": text, "name": name})).await;
    }
    let file = Request::post("/api/v1/spaces/main/files?name=notes.txt").body(Body::from("notes")).unwrap();
    assert_eq!(server.ask(file).await.status, StatusCode::CREATED);
    server
}

/// How often something is in a file.
fn count(answer: &Answer, what: &str) -> usize {
    answer.body.windows(what.len()).filter(|window| *window == what.as_bytes()).count()
}

/// How many codes a file draws, and on how many pages.
fn drawn(answer: &Answer) -> (usize, usize) {
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(answer.body.starts_with(b"%PDF-1.4\n") && answer.body.ends_with(b"%%EOF\n"));
    (count(answer, "/Subtype/Form"), count(answer, "/Type/Page/"))
}

#[tokio::test]
async fn page_shows_what_is_ticked_and_how_it_will_be() {
    let server = filled().await;
    let ticked = [("id", "3"), ("id", "1"), ("id", "4"), ("id", "3"), ("label", "")];
    let page = server.form(PAGE, &ticked, HTML).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(text.contains("2 codes on 2 labels, 1 page."), "{text}");
    assert!(text.contains("1 photo or file is left out."));
    assert!(text.contains("<svg") && text.contains("viewBox=\"0 0 210 297\""));
    assert!(
        text.contains("Avery L7160: 63.5 × 38.1 mm, 3 × 7") && text.contains("Avery 5160: 2⅝ × 1 in, 3 × 10")
    );
    for id in ["3", "1", "4"] {
        assert!(text.contains(&format!("name=\"id\" value=\"{id}\"")), "the form sends #{id} again");
    }
    assert!(!text.contains("<script"), "it needs no script");
    // The same by its address; without anything chosen there is no page.
    assert!(server.get("/s/main/sheet?id=1&id=2").await.text().contains("2 codes on 2 labels, 1 page."));
    let nothing = server.get(PAGE).await;
    assert_eq!((nothing.status, nothing.header("location")), (StatusCode::SEE_OTHER, "/"));
    let reloaded = server.get(PDF).await;
    assert_eq!((reloaded.status, reloaded.header("location")), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn all_that_match_are_printed_whatever_else_is_ticked() {
    let server = filled().await;
    let page = server.form(PAGE, &[("all", ""), ("id", "1")], HTML).await;
    assert!(page.text().contains("3 codes on 3 labels, 1 page."), "{}", page.text());
    assert!(page.text().contains("1 photo or file is left out."));
    assert!(page.text().contains("name=\"all\" value=\"\"") && !page.text().contains("name=\"id\""));
    let found = server.form(PAGE, &[("all", "q=menü&only=code")], HTML).await;
    assert!(found.text().contains("1 code on 1 label, 1 page."));
    let pdf = server.form(PDF, &[("all", "q=menü"), ("copies", "22")], HTML).await;
    assert_eq!(drawn(&pdf), (1, 2));
    assert!(pdf.header("content-disposition").contains("main-labels.pdf"));
    let files = server.form(PAGE, &[("all", "only=file")], HTML).await;
    assert!(files.text().contains("0 codes on 0 labels, 0 pages."));
    let refused = server.form(PDF, &[("all", "only=file")], HTML).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("none of the entries has a code") && refused.text().contains("Download PDF")
    );
}

#[tokio::test]
async fn api_prints_what_is_named_or_matches() {
    let server = filled().await;
    let all = server.get(API).await;
    assert_eq!(drawn(&all), (3, 1));
    assert_eq!((all.header("qrate-labels"), all.header("qrate-left-out")), ("3", "0"));
    assert_eq!(drawn(&server.get(&format!("{API}?q=drei&format=avery-5160&copies=31")).await), (1, 2));
    let named = server.get(&format!("{API}?id=3&id=4&id=1&words=number")).await;
    assert_eq!(drawn(&named), (2, 1));
    assert_eq!((named.header("qrate-labels"), named.header("qrate-left-out")), ("2", "1"));
    let again = server.get(&format!("{API}?id=3&id=4&id=1&words=number")).await;
    assert!(named.body == again.body, "the same labels are the same bytes");
    let turned = server.get(&format!("{API}?id=1&id=3&words=number")).await;
    assert!(named.body != turned.body, "the order is that of the request");
    for (query, status, sentence) in [
        ("?format=avery-1", 400, "There is no format “avery-1”"),
        ("?size=3", 400, "There is no parameter size"),
        ("?id=1&q=a", 400, "Send either `id`"),
        ("?id=x", 400, "An entry's number"),
        ("?used=21", 422, "at most 20 can be used up"),
        ("?id=4", 422, "none of the entries has a code"),
        ("?q=nothing", 422, "none of the entries has a code"),
        ("?id=99", 422, "none of the entries has a code"),
        ("?format=free&columns=30", 422, "30 columns leave 4.4 mm for each label"),
    ] {
        let refused = server.get(&format!("{API}{query}")).await;
        assert_eq!(refused.status.as_u16(), status, "{query}: {}", refused.text());
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.error().contains(sentence), "{query}: {}", refused.error());
    }
    assert_eq!(server.get("/api/v1/spaces/never/sheet").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn choice_that_is_empty_wrong_or_too_large_is_refused() {
    let server = filled().await;
    for (form, sentence) in [
        (vec![], "Nothing is chosen"),
        (vec![("all", "q=nothing")], "Nothing is chosen"),
        (vec![("all", "sort=x")], "An order is"),
        (vec![("id", "x")], "An entry's number is a whole number"),
    ] {
        for address in [PAGE, PDF] {
            let refused = server.form(address, &form, HTML).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{address} {form:?}");
            assert!(refused.text().contains(sentence), "{form:?}: {}", refused.text());
        }
    }
    let ids: Vec<String> = (1..=11).map(|id| id.to_string()).collect();
    let mut many: Vec<(&str, &str)> = ids.iter().map(|id| ("id", &**id)).collect();
    many.extend([("format", "herma-4272"), ("copies", "1000")]);
    for address in [PAGE, PDF] {
        let refused = server.form(address, &many, HTML).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("That would be 11,000 labels, and a sheet has 10,000 at most"), "{text}");
        assert!(
            text.contains("value=\"1000\"") && text.contains("name=\"id\" value=\"11\""),
            "what was typed stays"
        );
        assert!(text.contains("value=\"herma-4272\" selected"), "{text}");
    }
    let foreign = Request::post(PDF).header("content-type", "application/x-www-form-urlencoded");
    let foreign = foreign.header("origin", "https://elsewhere.example").body(Body::from("id=1")).unwrap();
    assert_eq!(server.ask(foreign).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn removed_entries_are_left_out() {
    let server = filled().await;
    server.form("/s/main/chosen/remove", &[("id", "1"), ("id", "2")], HTML).await;
    let page = server.form(PAGE, &[("id", "1"), ("id", "2"), ("id", "3"), ("id", "99")], HTML).await;
    assert!(page.text().contains("1 code on 1 label, 1 page."));
    assert!(page.text().contains("3 entries are left out: they were removed."));
    let pdf = server.form(PDF, &[("id", "1"), ("id", "3")], HTML).await;
    assert_eq!(drawn(&pdf), (1, 1));
    let gone = server.form(PDF, &[("id", "1")], HTML).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn grid_that_does_not_fit_is_explained_beside_what_was_typed() {
    let server = filled().await;
    let grid = [("id", "1"), ("format", "free"), ("columns", "9"), ("left", "30,5"), ("across", "20")];
    let refused = server.form(PAGE, &grid, HTML).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    let sentence = "9 columns leave 1.055 mm for each label on a page that is 210 mm wide";
    assert!(text.contains(sentence), "{text}");
    assert!(text.contains("value=\"30,5\"") && text.contains("value=\"free\" selected"));
    let wrong = server.form(PAGE, &[("id", "1"), ("format", "free"), ("left", "wide")], HTML).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text().contains("“wide” is no length") && wrong.text().contains("aria-invalid=\"true\""));
    let own = [
        ("format", "free"),
        ("paper", "own"),
        ("width", "62"),
        ("height", "62"),
        ("columns", "1"),
        ("rows", "1"),
    ];
    let margins = ["left", "right", "top", "bottom"].map(|side| (side, "1"));
    let roll: Vec<_> = [("id", "1"), ("id", "2")].into_iter().chain(own).chain(margins).collect();
    assert!(server.form(PAGE, &roll, HTML).await.text().contains("2 codes on 2 labels, 2 pages."));
    let pdf = server.form(PDF, &roll, HTML).await;
    assert_eq!((drawn(&pdf), count(&pdf, "/MediaBox[0 0 175.748 175.748]")), ((2, 2), 2));
}

#[tokio::test]
async fn codes_too_small_to_scan_are_left_out_with_the_size_that_would_do() {
    let server = filled().await;
    save(&server, json!({"text": "a".repeat(300)})).await;
    let small = [("id", "5"), ("id", "1"), ("format", "avery-l7651")];
    let page = server.form(PAGE, &small, HTML).await;
    let text = page.text();
    assert!(text.contains("1 code on 1 label, 1 page."));
    let said = "1 code would be too small to scan on these labels, and left out. Labels of 34 × 34 mm would do, such as \
                Avery L7120.";
    assert!(text.contains(said), "{text}");
    assert_eq!(drawn(&server.form(PDF, &small, HTML).await), (1, 1));
    assert_eq!(drawn(&server.form(PDF, &[("id", "5"), ("format", "avery-l7120")], HTML).await), (1, 1));
    let none = server.form(PDF, &[("id", "5"), ("format", "avery-l7651")], HTML).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Choose larger ones."));
    // Where only the words are in the way, they give way.
    let words = [("id", "5"), ("format", "avery-l7120"), ("words", "number")];
    assert!(server.form(PAGE, &words, HTML).await.text().contains("1 code is printed without words"));
}

#[tokio::test]
async fn hostile_words_are_drawn_harmlessly() {
    let server = filled().await;
    for (text, name) in [
        ("a\u{202e}gnp.exe\u{0}\u{1b}[2J\r\nb", ""),
        ("<script>alert(1)</script> \"&", "<b>bold</b>"),
        ("مرحبا 👩\u{200d}👩\u{200d}👧 \u{2067}", "שלום"),
    ] {
        save(&server, json!({"text": text, "name": name})).await;
    }
    // Four thousand characters of a file, which its picture has not; and of a code as long as it may be.
    save(&server, json!({"text": "9".repeat(4_000), "level": "L"})).await;
    for words in ["none", "name", "number", "text"] {
        let form = [("all", ""), ("format", "avery-l7169"), ("words", words), ("edges", "on")];
        let page = server.form(PAGE, &form, HTML).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("7 codes on 7 labels, 2 pages."), "{words}");
        assert!(!page.text().contains("<script>alert") && !page.text().contains("<b>bold"));
        let unknown = page.text().contains("codes have words with characters that cannot be drawn");
        assert_eq!(unknown, words == "name", "{words}");
        assert_eq!(drawn(&server.form(PDF, &form, HTML).await), (7, 2), "{words}");
    }
    let named = server.form(PAGE, &[("id", "2"), ("words", "name")], HTML).await;
    assert!(
        named.text().contains("1 code has words with characters that cannot be drawn, such as “日”, “本”:")
    );
}

#[tokio::test]
async fn format_is_remembered_and_its_cookie_is_checked() {
    let server = filled().await;
    let chosen = [("id", "1"), ("format", "avery-5163"), ("words", "number"), ("copies", "7"), ("used", "2")];
    let kept = server.form(PAGE, &chosen, HTML).await;
    let cookie = kept.header("set-cookie").to_owned();
    assert!(cookie.starts_with("qrate-sheet=format=avery-5163&words=number; Path=/; Max-Age="), "{cookie}");
    let with = async |cookie: &str| {
        let request =
            Request::get("/s/main/sheet?id=1").header("cookie", cookie).body(Body::empty()).unwrap();
        server.ask(request).await
    };
    let again = with("qrate-sheet=format=avery-5163&words=number").await;
    assert!(
        again.text().contains("value=\"avery-5163\" selected") && again.text().contains("1 code on 1 label")
    );
    for wrong in
        ["qrate-sheet=format=x", "qrate-sheet=%FF", "qrate-sheet=format=free&left=%3Cb%3E", "qrate-sheet="]
    {
        let shown = with(wrong).await;
        assert!(shown.text().contains("value=\"avery-l7160\" selected"), "{wrong}: {}", shown.text());
    }
}

#[tokio::test]
async fn look_is_printed_with_its_logo() {
    let server = filled().await;
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8' fill='#0b3d91'/></svg>";
    let logo = Request::post("/api/v1/spaces/main/logos").body(Body::from(svg)).unwrap();
    let id = server.ask(logo).await.json()["logo"].as_str().unwrap().to_owned();
    let look = format!("shape=rounded&logo={id}");
    save(&server, json!({"text": "with a logo", "look": look})).await;
    save(&server, json!({"text": "another", "look": format!("{look}&frame=badge&caption=Scan")})).await;
    let page = server.form(PAGE, &[("id", "5"), ("id", "6")], HTML).await;
    assert!(page.text().contains(&format!("href=\"/s/main/logos/{id}.png\"")), "{}", page.text());
    let pdf = server.form(PDF, &[("id", "5"), ("id", "6")], HTML).await;
    assert_eq!((drawn(&pdf), count(&pdf, "/SMask")), ((2, 1), 1));
}
