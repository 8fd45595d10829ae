//! Round trips of every kind, with arbitrary input; texts of other programs; and what independent parsers make of
//! ours: ZXing (`rxing`) and Stalwart (`calcard`).

mod any;
mod stalwart;
mod time_zones;
mod zxing;

use proptest::prelude::*;

use self::any::{any_payload, any_text};
use super::*;

/// A valid, completed form.
fn good_answers(kind: PayloadKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        PayloadKind::Text => &[],
        PayloadKind::Link => &[("link", "example.com/menu")],
        PayloadKind::Email => {
            &[("to", "a@b.example, c@d.example"), ("subject", "Hello & more"), ("body", "One\r\ntwo")]
        }
        PayloadKind::Phone => &[("number", "+49 (0)30 123456")],
        PayloadKind::Sms => &[("number", "+49 170 123456"), ("body", "On my way; 5 min?")],
        PayloadKind::Wifi => &[
            ("network", "Café; \"bar\""),
            ("security", "wpa"),
            ("password", "se,cr\\et:1"),
            ("hidden", "on"),
        ],
        PayloadKind::Contact => &[
            ("given", "Ada"),
            ("family", "King; Lovelace"),
            ("organization", "Analytical, Engines"),
            ("phone", "+44 20 7946 0000"),
            ("phone_type", "any"),
            ("mobile", "+44 7700 900000"),
            ("mobile_type", "any"),
            ("email", "ada@example.com"),
            ("website", "https://example.com/ada"),
            ("street", "12 St James's Square"),
            ("postcode", "SW1Y 4JH"),
            ("city", "London"),
            ("region", "Greater London"),
            ("country", "England"),
            ("note", "First line\nsecond; line"),
            ("format", "vcard"),
        ],
        PayloadKind::Event => &[
            ("title", "Summer, party"),
            ("start_day", "2026-11-21"),
            ("start_time", "18:30"),
            ("end_day", "2026-11-22"),
            ("end_time", "01:00"),
            ("zone", "utc"),
            ("location", "Room 1; upstairs"),
            ("website", "https://example.com/party"),
            ("description", "Bring\ncake"),
        ],
        PayloadKind::Place => {
            &[("latitude", "52.516275"), ("longitude", "13,377704"), ("place", "Gate (east)")]
        }
        PayloadKind::Payment => &[
            ("payee", "Red Cross"),
            ("iban", "de02 1203 0000 0000 2020 51"),
            ("bic", "BYLADEM1001"),
            ("amount", "12,3"),
            ("message", "Thank you"),
            ("purpose", "char"),
        ],
    }
}

/// The same with one answer changed.
fn answers_but(kind: PayloadKind, name: &str, answer: &str) -> Answers {
    let rest = good_answers(kind).iter().filter(|(key, _)| *key != name);
    rest.map(|(key, value)| (*key, *value)).chain([(name, answer)]).collect()
}

fn compose(kind: PayloadKind, answers: &Answers) -> Result<Option<Payload>, FieldError> {
    kind.compose(answers, &UtcOnly)
}

fn composed(kind: PayloadKind) -> Payload {
    compose(kind, &good_answers(kind).iter().copied().collect()).unwrap().unwrap()
}

fn refused(kind: PayloadKind, name: &str, answer: &str) -> (&'static str, String) {
    let error = compose(kind, &answers_but(kind, name, answer)).unwrap_err();
    (error.field, error.sentence)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn payloads_round_trip(payload in any_payload()) {
        let text = payload.to_string();
        prop_assert_eq!(Payload::parse(&text), Some(payload), "{:?}", text);
    }

    #[test]
    fn answers_are_refused_or_round_trip(
        kind in proptest::sample::select(PayloadKind::ALL.as_slice()),
        field in any::<proptest::sample::Index>(),
        answer in prop_oneof![any::<String>(), any_text(), "[-+0-9.,: A-Z]{0,20}"],
    ) {
        if kind.fields().is_empty() {
            return Ok(());
        }
        let field = field.get(kind.fields());
        match compose(kind, &answers_but(kind, field.name, &answer)) {
            Ok(payload) => {
                let payload = payload.unwrap();
                let text = payload.to_string();
                prop_assert_eq!(Payload::parse(&text), Some(payload.clone()), "{:?}", text);
                prop_assert_eq!(payload.kind(), kind);
                let is_odd = |c: char| c.is_control() && !"\r\n\t".contains(c);
                prop_assert!(!text.contains(is_odd), "{:?}", text);
            }
            Err(error) => {
                prop_assert!(kind.fields().iter().any(|field| field.name == error.field));
                prop_assert!(error.sentence.ends_with('.') && !error.sentence.contains(char::is_control));
            }
        }
    }

    #[test]
    fn descriptions_are_one_visible_line(payload in any_payload()) {
        if let Some(words) = payload.words() {
            prop_assert!(!words.contains(|c: char| c.is_control() || "\u{202e}\u{2066}\u{2028}".contains(c)), "{:?}", words);
            prop_assert!(words.chars().count() <= 10 * WORDS_MAX_CHARS);
        }
        prop_assert!(payload.facts().iter().all(|(_, fact)| !fact.is_empty()));
    }

    #[test]
    fn arbitrary_texts_never_panic(
        begin in proptest::sample::select(&[
            "", "http://", "mailto:", "MATMSG:", "tel:", "sms:", "SMSTO:", "WIFI:", "WIFI:S:", "MECARD:", "MECARD:N:", "geo:",
            "geo:1,2?q=", "BEGIN:VCARD\n", "BEGIN:VCARD\nN:", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026", "BCD\n002\n1\nSCT\n",
        ]),
        rest in prop_oneof![any::<String>(), any_text(), "[0-9T:;,\\\\\r\n \"=.()A-Z]{0,60}"],
    ) {
        if let Some(payload) = Payload::parse(&format!("{begin}{rest}")) {
            let _ = (payload.words(), payload.facts(), payload.to_string());
        }
    }
}

#[test]
fn every_kind_has_a_form_and_a_name() {
    for kind in PayloadKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        let Some(payload) = compose(kind, &good_answers(kind).iter().copied().collect()).unwrap() else {
            assert_eq!(kind, PayloadKind::Text);
            continue;
        };
        assert_eq!(payload.kind(), kind);
        for (name, _) in good_answers(kind) {
            assert!(kind.fields().iter().any(|field| field.name == *name), "{kind} has no {name}");
        }
        // Only required fields are demanded.
        for field in kind.fields() {
            let without = compose(kind, &answers_but(kind, field.name, ""));
            assert_eq!(
                without.is_err_and(|e| e.sentence.starts_with("Fill in “")),
                field.is_required,
                "{}",
                field.name
            );
        }
    }
    assert_eq!("wlan".parse::<PayloadKind>(), Err(PayloadKindError));
}

#[test]
fn texts_match_the_standards() {
    for (kind, text) in [
        (PayloadKind::Link, "https://example.com/menu"),
        (PayloadKind::Email, "mailto:a@b.example,c@d.example?subject=Hello%20%26%20more&body=One%0D%0Atwo"),
        (PayloadKind::Phone, "tel:+4930123456"),
        (PayloadKind::Sms, "sms:+49170123456?body=On%20my%20way%3B%205%20min%3F"),
        (PayloadKind::Wifi, "WIFI:T:WPA;S:Café\\; \\\"bar\\\";P:se\\,cr\\\\et\\:1;H:true;;"),
        (
            PayloadKind::Contact,
            "BEGIN:VCARD\r\nVERSION:4.0\r\nN:King\\; Lovelace;Ada;;;\r\nFN:Ada King\\; Lovelace\r\n\
             ORG:Analytical\\, Engines\r\nTEL:+442079460000\r\nTEL:+447700900000\r\nEMAIL:ada@example.com\r\n\
             URL:https://example.com/ada\r\nADR:;;12 St James's Square;London;Greater London;SW1Y 4JH;England\r\n\
             NOTE:First line\\nsecond\\; line\r\nEND:VCARD\r\n",
        ),
        (
            PayloadKind::Event,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:Qrate\r\nBEGIN:VEVENT\r\nUID:2a2602389c94b27e\r\n\
             DTSTAMP:20261121T183000Z\r\nDTSTART:20261121T183000Z\r\nDTEND:20261122T010000Z\r\n\
             SUMMARY:Summer\\, party\r\nLOCATION:Room 1\\; upstairs\r\nURL:https://example.com/party\r\n\
             DESCRIPTION:Bring\\ncake\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
        (PayloadKind::Place, "geo:52.516275,13.377704?q=52.516275,13.377704(Gate%20%28east%29)"),
        (
            PayloadKind::Payment,
            "BCD\n002\n1\nSCT\nBYLADEM1001\nRed Cross\nDE02120300000000202051\nEUR12.30\nCHAR\n\nThank you",
        ),
    ] {
        assert_eq!(composed(kind).to_string(), text);
    }
    let mecard = compose(PayloadKind::Contact, &answers_but(PayloadKind::Contact, "format", "mecard"));
    assert_eq!(
        mecard.unwrap().unwrap().to_string(),
        "MECARD:N:King\\; Lovelace,Ada;ORG:Analytical\\, Engines;TEL:+442079460000;TEL:+447700900000;\
         EMAIL:ada@example.com;URL:https\\://example.com/ada;\
         ADR:,,12 St James's Square,London,Greater London,SW1Y 4JH,England;NOTE:First line second\\; line;;"
    );
    let days = answers_but(PayloadKind::Event, "start_time", "");
    assert!(compose(PayloadKind::Event, &days).is_err_and(|error| error.field == "start_time"));
}

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

#[test]
fn wpa3_only_and_enterprise_networks_round_trip() {
    let network = |security: &'static str, password: &str| {
        let answers = [("network", "Guests"), ("security", security), ("password", password)];
        compose(PayloadKind::Wifi, &answers.into_iter().collect()).map(|payload| payload.unwrap().to_string())
    };
    assert_eq!(network("sae", "sesame").as_deref(), Ok("WIFI:T:SAE;S:Guests;P:sesame;;"));
    assert!(network("sae", &"ä".repeat(50)).is_ok());
    for password in ["", "12345", &"ä".repeat(51)] {
        assert!(network("sae", password).is_err_and(|error| error.sentence.contains("6 to 100 bytes")));
    }
    assert_eq!(
        Payload::parse("WIFI:T:SAE;S:Guests;P:sesame;;").unwrap().facts()[1],
        ("Security", "WPA3".to_owned())
    );

    let enterprise = [
        ("network", "eduroam"),
        ("security", "enterprise"),
        ("eap", "ttls"),
        ("phase2", "pap"),
        ("identity", "ada@example.com"),
        ("anonymous", "guest"),
        ("password", "a;b"),
    ];
    let payload = compose(PayloadKind::Wifi, &enterprise.into_iter().collect()).unwrap().unwrap();
    let text = "WIFI:T:WPA2-EAP;S:eduroam;E:TTLS;PH2:PAP;A:guest;I:ada@example.com;P:a\\;b;;";
    assert_eq!(payload.to_string(), text);
    assert_eq!(Payload::parse(text), Some(payload.clone()));
    let facts = payload.facts();
    for fact in [("EAP method", "TTLS"), ("Phase 2", "PAP"), ("Identity", "ada@example.com")] {
        assert!(facts.contains(&(fact.0, fact.1.to_owned())), "{facts:?}");
    }
    // Without a tunnel there is no inner authentication.
    let alone = enterprise.map(|(name, answer)| (name, if name == "eap" { "pwd" } else { answer }));
    let payload = compose(PayloadKind::Wifi, &alone.into_iter().collect()).unwrap().unwrap();
    assert!(payload.to_string().contains(";E:PWD;A:guest;"), "{payload}");
}

#[test]
fn pasted_coordinates_are_composed() {
    let place = |latitude: &str, longitude: &str| {
        let answers = [("latitude", latitude), ("longitude", longitude)].into_iter().collect();
        compose(PayloadKind::Place, &answers).map(|payload| payload.unwrap().to_string())
    };
    for (latitude, longitude) in [
        ("52.5, 13.4", ""),
        ("52,5; 13,4", ""),
        ("N52.5 E13.4", ""),
        ("52°30'N 13°24'E", ""),
        ("52.5\t13.4", ""),
        ("52° 30′", "E13° 24′"),
        ("52,5", "13,4"),
    ] {
        assert_eq!(place(latitude, longitude).as_deref(), Ok("geo:52.5,13.4"), "{latitude} {longitude}");
    }
    assert_eq!(place("\u{2212}33.86", "151.2").as_deref(), Ok("geo:-33.86,151.2"));
    assert_eq!(place("N52.5", "").unwrap_err().sentence, "Fill in “Longitude”.");
    assert_eq!(place("", "13.4").unwrap_err().sentence, "Fill in “Latitude”.");
    let far = place("13.4, 192.5", "").unwrap_err();
    assert_eq!((far.field, far.sentence.starts_with("A latitude is between")), ("latitude", true));
}

#[test]
fn whole_days_end_on_the_following_day() {
    let event = |last: &str| {
        let answers =
            [("title", "Fair"), ("start_day", "2026-12-30"), ("end_day", last)].into_iter().collect();
        compose(PayloadKind::Event, &answers).unwrap().unwrap()
    };
    assert!(
        event("2027-01-02")
            .to_string()
            .contains("DTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270103\r\n")
    );
    assert_eq!(event("2027-01-02").words().as_deref(), Some("Event Fair, 2026-12-30 to 2027-01-02"));
    assert!(!event("").to_string().contains("DTEND"));
    assert_eq!(event("").words().as_deref(), Some("Event Fair, 2026-12-30"));
}

#[test]
fn errors_name_the_field_and_the_remedy() {
    use PayloadKind::{Contact, Email, Event, Link, Payment, Phone, Place, Sms, Text, Wifi};
    assert_eq!(compose(Text, &Answers::default()), Ok(None));
    for (kind, name, answer, field, begin) in [
        (Link, "link", "javascript:alert(1)", "link", "Start the link with https://"),
        (Email, "to", "a@b@c", "to", "Write the e-mail address like"),
        (Email, "to", ", ;", "to", "Fill in “To”."),
        (Email, "subject", "a\r\nBcc: x@y.z", "subject", "Subject must be one line"),
        (Email, "body", "a\u{0}b", "body", "Remove the control character \\0"),
        (Phone, "number", "0800 CALL", "number", "Write the phone number in digits"),
        (Wifi, "network", "a\nb", "network", "Network name must be one line"),
        (Wifi, "network", "ééééééééééééééééé", "network", "A network name has at most 32 bytes"),
        (Wifi, "password", "short", "password", "A WPA password has 8 to 63"),
        (Wifi, "password", "", "password", "Fill in the password, or choose None"),
        (Wifi, "security", "open", "password", "An open network has no password"),
        (Wifi, "security", "wep", "password", "A WEP key has"),
        (Wifi, "security", "enterprise", "identity", "Fill in “Identity”."),
        (Wifi, "security", "wpa4", "security", "Choose wpa, "),
        (Contact, "phone", "12", "phone", "A phone number has at least 3 digits"),
        (Contact, "phone", "+44 20 7946 0000 ext. x", "phone", "Write the extension in digits"),
        (Contact, "phone_type", "modem", "phone_type", "Choose any, "),
        (Contact, "email", "ada", "email", "Write the e-mail address like"),
        (Contact, "email", "ada@example", "email", "Write the e-mail address like"),
        (Email, "to", "ada@example", "to", "Write the e-mail address like"),
        (Email, "to", "ada@example..com", "to", "Write the e-mail address like"),
        (Email, "to", "ada@-example.com", "to", "Write the e-mail address like"),
        (Email, "to", "ada.@example.com", "to", "Write the e-mail address like"),
        (Sms, "number", "+49 170 123456 ext. 1", "number", "A message cannot be sent to an extension"),
        (Contact, "website", "ftp://a", "website", "Start the link with https://"),
        (Event, "start_day", "2026-02-30", "start_day", "Write the day like 2026-11-21"),
        (Event, "start_day", "9999-12-31", "start_day", "Write the day like 2026-11-21"),
        (Event, "start_time", "25:00", "start_time", "Write the time like 18:30"),
        (Event, "end_day", "2026-11-20", "end_day", "The event ends before it starts"),
        (Event, "end_day", "", "end_time", "The event ends before it starts"),
        (Event, "zone", "Mars/Olympus", "zone", "Write the time zone like Europe/Berlin, or UTC."),
        (Event, "end_time", "", "end_time", "Enter the time at which it ends"),
        (Place, "latitude", "90.1", "latitude", "A latitude is between -90 and 90 degrees: check it."),
        (Place, "latitude", "fifty-two", "latitude", "Write the latitude in degrees, like 52.516275, N52.5"),
        (Place, "latitude", "E13.4", "latitude", "N and S stand for a latitude"),
        (
            Place,
            "latitude",
            "52.5, 13.4",
            "latitude",
            "This field has both numbers: leave the longitude empty.",
        ),
        (Place, "longitude", "1° 61′", "longitude", "Write the longitude in degrees, like 13.377704, E13.4"),
        (Payment, "iban", "DE03120300000000202051", "iban", "The IBAN has a typing error"),
        (Payment, "iban", "XX02120300000000202051", "iban", "The IBAN has a typing error"),
        (Payment, "iban", "BR1800360305000010009795493C1", "iban", "This account is outside SEPA"),
        (Payment, "iban", "SA0380000000608010167519", "iban", "This account is outside SEPA"),
        (Payment, "bic", "BYLA", "bic", "A BIC has 8 or 11 characters"),
        (Payment, "amount", "1.234,50", "amount", "Write the amount like 12.30"),
        (Payment, "amount", "0", "amount", "The minimum amount is 0.01"),
        (Payment, "amount", "1000000000", "amount", "The maximum amount is 999999999.99"),
        (Payment, "reference", "RF18539007547034", "reference", "Enter a message or a reference"),
        (Payment, "reference", "RF19539007547034", "reference", "The reference has a typing error"),
        (Payment, "purpose", "CHARITY", "purpose", "A purpose code has up to 4"),
    ] {
        let (at, sentence) = refused(kind, name, answer);
        assert_eq!(at, field, "{name}={answer}: {sentence}");
        assert!(sentence.starts_with(begin), "{name}={answer}: {sentence}");
    }
    let long = refused(Payment, "message", &"ä".repeat(141));
    assert_eq!(long, ("message", "Shorten it by 1 character: the maximum is 140.".to_owned()));
    let far = refused(Payment, "message", &"🎉".repeat(140));
    assert!(far.1.starts_with("Banks read at most 331 bytes: shorten it by"), "{}", far.1);
}

#[test]
fn descriptions_in_words() {
    for (text, words) in [
        ("WIFI:T:WPA;S:Café;P:secret;;", Some("Wi-Fi network Café")),
        ("mailto:a@b.c?subject=Subject", Some("E-mail to a@b.c: Subject")),
        ("MATMSG:TO:a@b.c;SUB:Hi\\;;BODY:x;;", Some("E-mail to a@b.c: Hi;")),
        ("mailto:?to=a%40b.c", Some("E-mail to a@b.c")),
        ("TEL:+49-30-123", Some("Phone +4930123")),
        ("smsto:+49170:See you: soon", Some("SMS to +49170: See you: soon")),
        ("sms:+49170&body=See%20you", Some("SMS to +49170: See you")),
        ("MECARD:N:Lovelace,Ada;TEL:+4420;;", Some("Contact Ada Lovelace")),
        ("MECARD:N:Ada Lovelace;TEL:+4420;;", Some("Contact Ada Lovelace")),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nORG:Engines;Sales\nEND:VCARD", Some("Contact Ada, Engines")),
        ("BEGIN:VCARD\nVERSION:2.1\nN:Lovelace;Ada\nTEL;CELL:+4420\nEND:VCARD", Some("Contact Ada Lovelace")),
        ("BEGIN:VCARD\nTEL;VALUE=uri:tel:+4420\nEND:VCARD", Some("Contact +4420")),
        (
            "BEGIN:VEVENT\nSUMMARY:Fair\nDTSTART:20261121T170000Z\nEND:VEVENT",
            Some("Event Fair, 2026-11-21 17:00 UTC"),
        ),
        (
            "BEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:20261121T170000\nDTEND:20261121T183000\nSUMMARY:Fair",
            Some("Event Fair, 2026-11-21 17:00 to 18:30 Europe/Berlin"),
        ),
        ("BEGIN:VEVENT\nDTSTART:20261121\nDTEND:20261121\nSUMMARY:Fair", Some("Event Fair, 2026-11-21")),
        ("geo:52.5,13.4,30;u=10", Some("Place 52.5,13.4")),
        ("geo:0,0?q=Brandenburger%20Tor", Some("Place Brandenburger Tor")),
        ("geo:0,0?q=52.5,13.4(Gate)", Some("Place Gate")),
        (
            "BCD\r\n001\r\n1\r\nSCT\r\nBIC\r\nRed Cross\r\nDE02 1203\r\nEUR5\r\n",
            Some("Payment to Red Cross: 5.00 EUR"),
        ),
        ("\u{feff}WIFI:S:\"ABCD\";;", Some("Wi-Fi network ABCD")),
        ("WIFI:S:\\\"ABCD\\\";;", Some("Wi-Fi network \"ABCD\"")),
        ("WIFI:S:a\u{202e}gnp\u{0}\n;;", Some("Wi-Fi network a\\u{202e}gnp\\0")),
        ("https://example.com", None),
        ("WIFI:T:WPA;P:x;;", None),
        ("tel:call me", None),
        ("geo:91,0", None),
        ("BCD\n003\n1\nSCT", None),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", None),
        ("Tel: 123", Some("Phone 123")),
        ("Back in ten minutes.", None),
        ("", None),
    ] {
        assert_eq!(Payload::parse(text).and_then(|payload| payload.words()).as_deref(), words, "{text}");
    }
    let long = Payload::parse(&format!("WIFI:S:{};;", "é".repeat(500))).unwrap().words().unwrap();
    assert_eq!(long.chars().count(), WORDS_MAX_CHARS + 1);
    assert!(long.ends_with("é…"));
}

#[test]
fn facts_have_labels() {
    let Some(payload) = Payload::parse("WIFI:T:WPA;S:Café;P:a\\;b;H:true;;") else { panic!("a network") };
    let facts = [("Network name", "Café"), ("Security", "WPA"), ("Password", "a;b"), ("Hidden", "Yes")];
    assert_eq!(payload.facts(), facts.map(|(name, fact)| (name, fact.to_owned())));
    let payment = composed(PayloadKind::Payment).facts();
    assert!(payment.contains(&("IBAN", "DE02 1203 0000 0000 2020 51".to_owned())));
}
