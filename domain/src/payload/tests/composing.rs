//! Completed forms of every kind become the text of the standard. What a form refuses: `errors`.

use super::*;

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
