//! The composer: what was typed and refused, and the forms of kinds.

use super::*;

#[test]
fn refused_draft_is_rendered_as_typed() {
    let page = SpacePage {
        draft: DraftFields {
            text: "\n<b>a\nb".to_owned(),
            level: domain::Level::H,
            name: "\"N\"".to_owned(),
            request: "again".to_owned(),
            ..DraftFields::default()
        },
        failure: Some(Failure { field: Some(Field::Name), ..Failure::new("No & no.") }),
        ..space_page(Some(window(1, 0, vec![])))
    };
    let html = render(&shell(), Page::Space(page));
    assert!(html.contains(">\n\n&lt;b>a\nb</textarea>"), "{html}");
    assert!(html.contains(r#"value="&quot;N&quot;""#), "{html}");
    assert!(html.contains(r#"value="H" checked"#), "{html}");
    assert!(html.contains("No &amp; no."), "{html}");
    assert!(html.contains("<title>Check the form · Qrate</title>"), "{html}");
    let (_, name) = html.split_once(r#"<input id="name""#).unwrap();
    let name = name.split_once('>').unwrap().0;
    assert!(name.contains(r#"aria-invalid="true""#) && name.contains(" autofocus"), "{name}");
    assert_eq!((count(&html, "aria-invalid"), count(&html, " autofocus")), (1, 1), "{html}");
    assert_eq!(data(&html)["failure"], json!({ "error": "No & no.", "field": "name", "request_id": null }));
}

#[test]
fn each_kind_has_a_complete_form_with_unique_names() {
    for kind in PayloadKind::ALL {
        let draft = DraftFields { kind, request: "r1".to_owned(), ..DraftFields::default() };
        let page = SpacePage { draft, ..space_page(Some(window(1, 0, vec![]))) };
        let html = render(&shell(), Page::Space(page));
        let has_form = kind != PayloadKind::Text;
        // Only a page that has such a form names what brings it to life.
        assert_eq!(html.contains("contents.1.js"), has_form, "{kind}");
        for name in ["text", "level", "name", "request", "kind"] {
            assert!(kind.fields().iter().all(|field| field.name != name), "{kind} has a field {name}");
        }
        for field in kind.fields() {
            assert_eq!(count(&html, &format!("name=\"{}\"", field.name)), 1, "{kind} {}", field.name);
        }
    }
}

#[test]
fn field_error_appears_only_at_its_field() {
    let answers = [("network", HOSTILE), ("password", "short")].into_iter().collect();
    let field = Some(Field::Answer("password".into()));
    let page = SpacePage {
        draft: DraftFields { kind: PayloadKind::Wifi, answers, ..DraftFields::default() },
        failure: Some(Failure { field, ..Failure::new("Check it.") }),
        ..space_page(None)
    };
    let html = render(&shell(), Page::Space(page));
    assert_eq!(count(&html, "Check it."), 1, "{html}");
    assert_eq!(data(&html)["failure"], Value::Null);
    assert_eq!(count(&html, "alert(1)</script>"), 0, "{html}");
    assert!(html.contains("value=\"short\""));
}
