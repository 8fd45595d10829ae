//! What the readers of ZXing make of ours, in their port to Rust. They know no payments.

use proptest::prelude::*;

use super::*;
use rxing::client::result::{ParsedClientResult as Parsed, parseRXingResult};
use rxing::{BarcodeFormat, RXingResult};

fn read(payload: &Payload) -> Parsed {
    let text = payload.to_string();
    parseRXingResult(&RXingResult::new(&text, Vec::new(), Vec::new(), BarcodeFormat::QR_CODE))
}

#[test]
fn zxing_reads_every_kind() {
    for kind in PayloadKind::ALL {
        if kind == PayloadKind::Payment || kind == PayloadKind::Text {
            // It knows no payments.
            continue;
        }
        // Before an escape this port takes characters for bytes: without the é.
        let answers = answers_but(kind, "network", "Cafe; \"bar\"");
        let parsed = read(&compose(kind, &answers).unwrap().unwrap());
        match (kind, &parsed) {
            (PayloadKind::Link, Parsed::URIResult(uri)) => {
                assert_eq!(uri.getURI(), "https://example.com/menu");
            }
            (PayloadKind::Email, Parsed::EmailResult(email)) => {
                assert_eq!(email.getTos(), ["a@b.example", "c@d.example"]);
                assert_eq!((email.getSubject(), email.getBody()), ("Hello & more", "One\r\ntwo"));
            }
            (PayloadKind::Phone, Parsed::TelResult(tel)) => assert_eq!(tel.getNumber(), "+4930123456"),
            (PayloadKind::Sms, Parsed::SMSResult(sms)) => {
                assert_eq!(sms.getNumbers(), &["+49170123456"]);
                assert_eq!(sms.getBody(), "On my way; 5 min?");
            }
            (PayloadKind::Wifi, Parsed::WiFiResult(wifi)) => {
                assert_eq!((wifi.getSsid(), wifi.getPassword()), ("Cafe; \"bar\"", "se,cr\\et:1"));
                assert_eq!((wifi.getNetworkEncryption(), wifi.isHidden()), ("WPA", true));
            }
            (PayloadKind::Contact, Parsed::AddressBookResult(contact)) => {
                assert_eq!(contact.getNames(), &["Ada King; Lovelace"]);
                assert_eq!(contact.getPhoneNumbers(), &["+442079460000", "+447700900000"]);
                assert_eq!(contact.getEmails(), &["ada@example.com"]);
                assert_eq!(contact.getNote(), "First line\nsecond; line");
            }
            (PayloadKind::Event, Parsed::CalendarEventResult(event)) => {
                assert_eq!(event.getSummary(), "Summer, party");
                assert_eq!(event.getLocation(), "Room 1; upstairs");
                assert!(!event.isStartAllDay());
            }
            (PayloadKind::Place, Parsed::GeoResult(place)) => {
                assert!((place.getLatitude() - 52.516_275).abs() < 1e-9);
                assert!((place.getLongitude() - 13.377_704).abs() < 1e-9);
            }
            _ => panic!("{kind} is read as {parsed:?}"),
        }
    }
}

#[test]
fn zxing_reads_mecards() {
    let answers = answers_but(PayloadKind::Contact, "format", "mecard");
    let payload = compose(PayloadKind::Contact, &answers).unwrap().unwrap();
    let Parsed::AddressBookResult(contact) = read(&payload) else { panic!("{payload} is no contact") };
    assert_eq!(contact.getNames(), &["Ada King; Lovelace"]);
    assert_eq!(contact.getOrg(), "Analytical, Engines");
    assert_eq!(contact.getPhoneNumbers(), &["+442079460000", "+447700900000"]);
}

#[test]
fn zxing_reads_networks_of_all_kinds() {
    let answers = |answers: &[(&'static str, &'static str)]| {
        let network = [("network", "eduroam"), ("password", "sesame;1")];
        let payload = compose(PayloadKind::Wifi, &network.iter().chain(answers).copied().collect());
        let Parsed::WiFiResult(wifi) = read(&payload.unwrap().unwrap()) else { panic!("a network") };
        wifi
    };
    let wifi = answers(&[("security", "sae")]);
    assert_eq!((wifi.getNetworkEncryption(), wifi.getPassword()), ("SAE", "sesame;1"));
    let wifi = answers(&[("security", "enterprise"), ("identity", "ada"), ("anonymous", "guest")]);
    assert_eq!((wifi.getNetworkEncryption(), wifi.getPassword()), ("WPA2-EAP", "sesame;1"));
    assert_eq!((wifi.getEapMethod(), wifi.getPhase2Method()), ("PEAP", "MSCHAPV2"));
    assert_eq!((wifi.getIdentity(), wifi.getAnonymousIdentity()), ("ada", "guest"));
}

proptest! {
    #[test]
    fn zxing_reads_any_network(network in "[!-~]{1,32}", password in "[!-~]{8,63}") {
        let wifi = Wifi {
            network,
            security: Security::Wpa,
            password,
            hidden: false,
            enterprise: Enterprise::default(),
        };
        let Parsed::WiFiResult(read) = read(&Payload::Wifi(wifi.clone())) else { panic!("a network") };
        prop_assert_eq!((read.getSsid(), read.getPassword()), (&*wifi.network, &*wifi.password));
    }
}
