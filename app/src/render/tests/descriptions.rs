//! The name and labels of an entry: where they stand, and how a refusal is explained.

use super::*;
use crate::model::{TypedDescription, TypedText};

#[test]
fn name_and_labels_stand_on_the_page_of_an_entry_and_in_its_form() {
    let mut entry = live(1, "A & B", "a");
    entry.labels = domain::Label::parse_list("printed, <b>").unwrap();
    let address = "/qrate/s/main/labels?label=";
    let labels = format!(
        r#"<li><a href="{address}printed"><bdi>printed</bdi></a></li><li><a href="{address}%3Cb%3E"><bdi>&lt;b&gt;</bdi></a></li>"#
    );
    let labels = labels.as_str();
    let listing = render(&shell(), Page::Space(space_page(Some(window(1, 1, vec![entry.clone()])))));
    assert!(listing.contains(labels), "in its row: {listing}");
    let html = render(&shell(), entry_page(entry));
    for part in [
        labels,
        r#"action="/qrate/s/main/e/1/describe" data-verb="describe""#,
        r#"name="name-at-first" autocomplete="off" value="A &amp; B""#,
        r#"name="labels-at-first" autocomplete="off" value="printed, &lt;b&gt;""#,
        r#"value="A &amp; B""#,
        r#"value="printed, &lt;b&gt;""#,
        r#"<details class="describe disclosure">"#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!render(&shell(), entry_page(live(1, "", "a"))).contains("labels\" aria-label"));
}

#[test]
fn refused_name_and_labels_are_explained_at_the_field_or_above_the_button() {
    for (field, at, explained) in [
        (Some(Field::Name), r#"<input id="name""#, r#"id="name-note" class="note-error">No.<"#),
        (Some(Field::Labels), r#"<input id="labels""#, r#"id="labels-note" class="note-error">No.<"#),
        (
            None,
            r#"<button type="submit" aria-describedby="form-note""#,
            r#"role="alert" class="note-error form-failure">No.<"#,
        ),
    ] {
        let Page::Entry(page) = entry_page(live(1, "", "a")) else { panic!("it is one") };
        let text = |text: &str| TypedText { text: text.to_owned(), at_first: String::new() };
        let typed = TypedDescription { name: text("N"), labels: text("l") };
        let failure = Failure { field: field.clone(), ..Failure::new("No.") };
        let html = render(
            &shell(),
            Page::Entry(EntryPage { typed: Some(Box::new(typed)), failure: Some(failure), ..page }),
        );
        let tag = tag(&html, at);
        assert_eq!(tag.contains(r#"aria-invalid="true""#), field.is_some(), "{tag}");
        assert!(tag.contains(" autofocus"), "{tag}");
        assert!(html.contains(explained), "{explained} in {html}");
        assert_eq!((count(&html, " autofocus"), count(&html, ">No.<")), (1, 1), "{html}");
    }
}
