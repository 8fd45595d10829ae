//! Payloads of every kind, with whatever may stand in their parts.

use proptest::prelude::*;

use super::super::*;
use crate::Timestamp;

pub(super) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[;:,\\\\\"'\n\t =&?#%+@()aé🎉\u{202e}]{0,24}", any::<String>()]
        .prop_map(|text| text.replace('\r', ""))
}

fn any_line() -> impl Strategy<Value = String> {
    any_text().prop_map(|text| text.replace('\n', ""))
}

fn some_text() -> impl Strategy<Value = String> {
    any_text().prop_filter("something", |text| !text.trim().is_empty())
}

fn number() -> impl Strategy<Value = String> {
    "\\+?[0-9*#]{1,15}"
}

fn phone() -> impl Strategy<Value = Phone> {
    (number(), "[0-9]{0,5}").prop_map(|(number, extension)| Phone { number, extension })
}

fn contact_phone() -> impl Strategy<Value = ContactPhone> {
    (phone(), proptest::sample::subsequence(PhoneKind::ALL.to_vec(), 0..3))
        .prop_map(|(phone, kinds)| ContactPhone { phone, kinds })
}

fn website() -> impl Strategy<Value = Option<Link>> {
    proptest::option::of("https?://[a-z;:,\\\\\"é🎉]{1,24}".prop_map(|text| Link::parse(&text).unwrap()))
}

fn email() -> impl Strategy<Value = Payload> {
    let address = some_text().prop_map(|text| text.trim().to_owned());
    (proptest::collection::vec(address, 1..3), any_text(), any_text())
        .prop_map(|(to, subject, body)| Payload::Email(Email { to, subject, body }))
}

fn wifi() -> impl Strategy<Value = Payload> {
    use Security::{Open, Sae, Wep, Wpa};
    let security = proptest::sample::select(Vec::from([Wpa, Sae, Wep, Open, Security::Enterprise]));
    let login = [any_text(), any_text(), any_text(), any_text()];
    (some_text(), security, any_text(), any::<bool>(), login).prop_map(
        |(network, security, password, hidden, [method, phase_2, identity, anonymous])| {
            let enterprise = match security {
                Security::Enterprise => Enterprise { method, phase_2, identity, anonymous },
                _ => Enterprise::default(),
            };
            Payload::Wifi(Wifi { network, security, password, hidden, enterprise })
        },
    )
}

fn contact() -> impl Strategy<Value = Payload> {
    let format = proptest::sample::select(Vec::from([ContactFormat::VCard, ContactFormat::MeCard]));
    let address = [any_text(), any_text(), any_text(), any_text(), any_text()].prop_map(
        |[street, city, region, postcode, country]| Address { street, city, region, postcode, country },
    );
    let texts = [any_text(), any_text(), any_text(), any_text(), any_text(), any_text()];
    let phones = proptest::collection::vec(contact_phone(), 0..3);
    (format, texts, phones, website(), address).prop_map(|(format, texts, mut phones, website, address)| {
        let [given, family, organization, title, email, note] = texts;
        if format == ContactFormat::MeCard {
            phones.iter_mut().for_each(|ContactPhone { phone, kinds }| {
                phone.extension.clear();
                kinds.clear();
            });
        }
        Payload::Contact(Contact {
            format,
            given,
            family,
            organization,
            title,
            phones,
            email,
            website,
            address,
            note,
        })
    })
}

fn event() -> impl Strategy<Value = Payload> {
    let second = (0..253_402_000_000u64).prop_map(|second| Timestamp::from_unix_ms(second * 1000));
    let day = (0..2_932_000u64).prop_map(|day| Timestamp::from_unix_ms(day * 24 * 60 * 60 * 1000));
    let when = prop_oneof![
        (day.clone(), day).prop_map(|(a, b)| When::Days { first: a.min(b), last: a.max(b) }),
        (second.clone(), proptest::option::of(second), any::<bool>())
            .prop_map(|(start, end, is_utc)| When::Times { start, end, is_utc }),
    ];
    (any_text(), when, any_text(), website(), any_text()).prop_map(
        |(title, when, location, website, description)| {
            Payload::Event(Event { title, when, zones: ZoneNames::default(), location, website, description })
        },
    )
}

fn place() -> impl Strategy<Value = Payload> {
    (-90_000_000..=90_000_000, -180_000_000..=180_000_000, any_text())
        .prop_map(|(latitude, longitude, name)| Payload::Place(Place { latitude, longitude, name }))
}

fn payment() -> impl Strategy<Value = Payload> {
    let amount_cents = proptest::option::of(0..100_000_000_000_000u64);
    let lines = [any_line(), any_line(), any_line(), any_line(), any_line()];
    (lines, "[A-Z0-9]{1,34}", amount_cents).prop_map(|(lines, iban, amount_cents)| {
        let [name, bic, purpose, reference, message] = lines;
        Payload::Payment(Payment { name, iban, bic, amount_cents, purpose, reference, message })
    })
}

pub(super) fn any_payload() -> impl Strategy<Value = Payload> {
    prop_oneof![
        website().prop_filter_map("a link", |link| link.map(Payload::Link)),
        email(),
        phone().prop_map(Payload::Phone),
        (number(), any_text()).prop_map(|(number, body)| Payload::Sms(Sms { number, body })),
        wifi(),
        contact(),
        event(),
        place(),
        payment(),
    ]
}
