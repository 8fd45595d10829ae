//! Time zones named by other calendars' events: descriptions show them beside the times.

use super::*;

fn when(lines: &str) -> String {
    let Some(payload) = Payload::parse(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")) else {
        panic!("an event")
    };
    let when = payload.facts().into_iter().find(|(name, _)| *name == "When");
    assert_eq!(Payload::parse(&payload.to_string()).as_ref(), Some(&payload), "as it is written again");
    when.unwrap().1
}

#[test]
fn foreign_time_zones_are_shown() {
    let start = "DTSTART;TZID=America/New_York:20261121T180000";
    for (lines, expected) in [
        (start.to_owned(), "2026-11-21 18:00 America/New_York"),
        (
            format!("{start}\nDTEND;TZID=America/New_York:20261121T200000"),
            "2026-11-21 18:00 to 20:00 America/New_York",
        ),
        (format!("{start}\nDTEND:20261121T200000"), "2026-11-21 18:00 to 20:00 America/New_York"),
        (
            format!("{start}\nDTEND;TZID=Europe/Berlin:20261122T070000"),
            "2026-11-21 18:00 America/New_York to 2026-11-22 07:00 Europe/Berlin",
        ),
        (
            "DTSTART;X=\"a;TZID=b:\";tzid=\"W. Europe Standard Time\":20261121T180000".to_owned(),
            "2026-11-21 18:00 W. Europe Standard Time",
        ),
        ("DTSTART;TZID=/Asia/Tokyo:20261121T180000".to_owned(), "2026-11-21 18:00 Asia/Tokyo"),
        ("DTSTART;TZID=Asia/Tokyo:20261121T180000Z".to_owned(), "2026-11-21 18:00 UTC"),
        ("DTSTART:20261121T180000".to_owned(), "2026-11-21 18:00"),
        (
            "DTSTART:20261121T180000Z\nDTEND;TZID=Asia/Tokyo:20261122T040000".to_owned(),
            "2026-11-21 18:00 UTC to 2026-11-22 04:00 Asia/Tokyo",
        ),
        ("DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20261121".to_owned(), "2026-11-21"),
    ] {
        assert_eq!(when(&lines), expected, "{lines}");
    }
}
