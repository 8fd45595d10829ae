//! What a text is shown as: its meaning in words, and its facts.

use super::*;

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
