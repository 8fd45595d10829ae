//! What each form refuses, at which field and with which sentence.

use super::*;

fn refused(kind: PayloadKind, name: &str, answer: &str) -> (&'static str, String) {
    let error = compose(kind, &answers_but(kind, name, answer)).unwrap_err();
    (error.field, error.sentence)
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
