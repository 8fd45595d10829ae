//! Contacts as vCard and MeCard: names, notes, telephone numbers.

use super::*;

#[test]
fn organizations_are_their_own_name() {
    for (format, text) in [
        ("vcard", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Engines\r\nORG:Engines\r\nEND:VCARD\r\n"),
        ("mecard", "MECARD:N:Engines;ORG:Engines;;"),
    ] {
        let answers = [("organization", "Engines"), ("format", format)].into_iter().collect();
        let contact = compose(PayloadKind::Contact, &answers).unwrap().unwrap();
        assert_eq!(contact.to_string(), text);
        assert_eq!(contact.words().as_deref(), Some("Contact Engines"));
        assert_eq!(Payload::parse(text), Some(contact));
    }
}

#[test]
fn mecards_are_one_line() {
    let answers = [("given", "Ada"), ("note", "First floor;\r\n\r\n ring twice"), ("format", "mecard")];
    let contact = compose(PayloadKind::Contact, &answers.into_iter().collect()).unwrap().unwrap();
    assert_eq!(contact.to_string(), "MECARD:N:,Ada;NOTE:First floor\\; ring twice;;");
    let vcard =
        compose(PayloadKind::Contact, &[answers[0], answers[1]].into_iter().collect()).unwrap().unwrap();
    assert!(vcard.to_string().contains("NOTE:First floor\\;\\n\\n ring twice\r\n"), "{vcard}");
}

#[test]
fn phones_keep_their_extension_and_type() {
    let answers = |format: &'static str, phone: &'static str, kind: &'static str| -> Answers {
        [("given", "Ada"), ("phone", phone), ("phone_type", kind), ("format", format)].into_iter().collect()
    };
    for (phone, kind, line, fact) in [
        ("+44 20 7946 0000", "any", "TEL:+442079460000", "+442079460000"),
        ("+44 20 7946 0000", "work", "TEL;TYPE=work:+442079460000", "+442079460000 (work)"),
        (
            "+44 20 7946 0000 ext. 12",
            "work",
            "TEL;VALUE=uri;TYPE=work:tel:+442079460000;ext=12",
            "+442079460000 ext. 12 (work)",
        ),
        ("+44 7700 900000", "mobile", "TEL;TYPE=cell:+447700900000", "+447700900000 (mobile)"),
    ] {
        let contact = compose(PayloadKind::Contact, &answers("vcard", phone, kind)).unwrap().unwrap();
        assert!(contact.to_string().contains(&format!("\r\n{line}\r\n")), "{contact}");
        assert!(contact.facts().contains(&("Phone", fact.to_owned())), "{:?}", contact.facts());
        assert_eq!(Payload::parse(&contact.to_string()), Some(contact));
    }
    // Nothing that a MeCard cannot hold is dropped silently.
    for (phone, kind, field) in [("112 x1", "any", "phone"), ("112", "fax", "phone_type")] {
        let refused = compose(PayloadKind::Contact, &answers("mecard", phone, kind)).unwrap_err();
        assert_eq!(refused.field, field);
        assert!(refused.sentence.starts_with("A MeCard cannot hold"), "{refused}");
    }
    let others =
        "BEGIN:VCARD\nVERSION:2.1\nN:Ada\nTEL;WORK;FAX:123\nTEL;TYPE=\"cell,voice\";TYPE=home:456\nEND:VCARD";
    let facts = Payload::parse(others).unwrap().facts();
    assert!(facts.contains(&("Phone", "123 (work fax), 456 (home mobile)".to_owned())), "{facts:?}");
}
