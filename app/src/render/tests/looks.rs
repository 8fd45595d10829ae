//! Looks: their fields, the pictures drawn with them, and their descriptions.

use super::*;

fn in_look(look: &str) -> SpacePage {
    let draft = DraftFields { text: "a".to_owned(), look: look.parse().unwrap(), ..DraftFields::default() };
    SpacePage { draft, ..space_page(Some(window(1, 0, vec![]))) }
}

#[test]
fn look_fields_hold_the_values_of_the_look() {
    let look = "shape=dots&ink=0b3d91&gradient=radial&ink-2=00707f&paper=none&unit=mm&size=25.4&logo=us\
                &frame=badge&caption=%22%3Cb%3E";
    let html = render(&shell(), Page::Space(in_look(look)));
    assert!(tag(&html, "<details").contains(" open"), "{html}");
    for (begin, says) in [
        (r#"<input type="radio" name="shape" value="dots""#, " checked"),
        (r#"<input type="radio" name="finder" value="square""#, " checked"),
        (r#"<input type="radio" name="frame" value="badge""#, " checked"),
        (r#"<input id="ink""#, "value=\"#0b3d91\""),
        (r#"<input id="ink-2""#, "value=\"#00707f\""),
        (r#"<input type="checkbox" name="paper" value="none""#, " checked"),
        (r#"<input type="checkbox" name="finder-ink" value="same""#, " checked"),
        (r#"<option value="radial""#, " selected"),
        (r#"<option value="mm""#, " selected"),
        (r#"<input id="size""#, "value=\"25.4\""),
        (r#"<input id="dpi""#, "value=\"300\""),
        (r#"<input type="hidden" name="logo""#, "value=\"us\""),
        (r#"<input id="caption""#, "value=\"&quot;&lt;b&gt;\""),
    ] {
        assert!(tag(&html, begin).contains(says), "{says} in {}", tag(&html, begin));
    }
    assert!(html.contains(r#"<img src="/qrate/s/main/logos/us.png""#), "{html}");
    assert!(html.contains("/qrate/?shape=dots&amp;ink=0b3d91"), "{html}");
    let plain = render(&shell(), Page::Space(in_look("")));
    let panel = tag(&plain, "<details");
    assert!(!panel.contains(" open") && panel.contains(r#"data-defaults="shape=square&amp;"#), "{panel}");
    assert!(tag(&plain, r#"<option value="px""#).contains(r#"data-size="600""#));
    assert!(
        tag(&plain, r#"<button type="submit" name="preset" value="classic""#)
            .contains(r#"aria-pressed="true""#)
    );
    assert!(plain.contains(r#"href="/qrate/?look=plain""#));
}

#[test]
fn form_sends_each_key_of_the_look() {
    let look = "gradient=down&unit=mm&logo=us&frame=label&caption=a";
    let html = render(&shell(), Page::Space(in_look(look)));
    for key in qr::STYLE_KEYS {
        assert!(html.contains(&format!(r#" name="{key}""#)), "{key}");
        for kind in PayloadKind::ALL {
            assert!(kind.fields().iter().all(|field| field.name != key), "{kind} has a field {key}");
        }
    }
}

#[test]
fn server_drawing_is_shown_with_its_score() {
    let score = domain::Score { points: 56, reasons: vec!["Too <small>.".to_owned()] };
    let drawn =
        Drawn { picture: "<svg>&</svg>".to_owned(), score: Some(score), version: 3, level: domain::Level::Q };
    let page = SpacePage { drawn: Some(Box::new(drawn.clone())), ..in_look("shape=dots") };
    let html = render(&shell(), Page::Space(page));
    for part in [
        r#"<img src="data:image/svg+xml;base64,PHN2Zz4mPC9zdmc+" alt="Preview of the code""#,
        r#"data-verdict="weak""#,
        "Scans less reliably",
        "56 of 100",
        "<li>Too &lt;small&gt;.</li>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    // The plain code is drawn while one types.
    let page = SpacePage { drawn: Some(Box::new(drawn)), ..in_look("") };
    assert!(render(&shell(), Page::Space(page)).contains(r#"<div hidden class="styled">"#));
}

#[test]
fn refused_look_opens_its_fields_with_an_error() {
    let failure = Failure { field: Some(Field::Look), ..Failure::new("Darker.") };
    let html = render(&shell(), Page::Space(SpacePage { failure: Some(failure), ..in_look("") }));
    assert!(tag(&html, "<details").contains(" open"));
    assert_eq!(count(&html, ">Darker.<"), 1, "{html}");
}

#[test]
fn entry_page_describes_its_look() {
    let mut entry = live(1, "", "a");
    entry.style = Some(domain::Appearance {
        look: "shape=rounded&ink=0b3d91".parse().unwrap(),
        score: Some(Box::new(domain::Score { points: 100, reasons: vec![] })),
        ..domain::Appearance::default()
    });
    let html = render(&shell(), entry_page(entry));
    for part in [
        "<p>Rounded, #0b3d91</p>",
        "Scans well",
        r#"href="/qrate/?shape=rounded&amp;ink=0b3d91""#,
        r#"href="/qrate/s/main/files/1.pdf""#,
        r#"href="/qrate/s/main/files/1.uri""#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!render(&shell(), entry_page(live(1, "", "a"))).contains("Scans"));
}
