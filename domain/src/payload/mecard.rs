//! A contact as `MECARD:`, following NTT docomo's “Barcode Function: Basic Manual”; the order within names and
//! addresses and the field `ORG` are as ZXing reads them.

use super::syntax::{
    CARD_SPECIAL, after_prefix, card_field, card_text, card_value, card_values, escaped, pieces,
};
use super::{Address, Contact, ContactFormat, ContactPhone, Link, Phone};

pub(super) fn parse(text: &str) -> Option<Contact> {
    let card = after_prefix(text, "MECARD:")?;
    let one = |key| card_value(card, key);
    let organization = one("ORG");
    let name = card_values(card, "N").next().unwrap_or_default();
    let mut names = pieces(name, ',').map(card_text);
    let (family, given) = match (names.next().unwrap_or_default(), names.next()) {
        (family, Some(given)) => (family, given),
        // A name without a comma is a complete one; an organization's is there because a name is required.
        (whole, None) if whole == organization => Default::default(),
        (whole, None) => (String::new(), whole),
    };
    Some(Contact {
        format: ContactFormat::MeCard,
        given,
        family,
        organization,
        title: one("TITLE"),
        phones: card_values(card, "TEL")
            .map(card_text)
            .filter(|number| !number.is_empty())
            .map(phone)
            .collect(),
        email: one("EMAIL"),
        website: Link::parse(&one("URL")),
        address: address(card_values(card, "ADR").next().unwrap_or_default()),
        note: one("NOTE"),
    })
}

/// MeCard knows neither extensions nor types.
fn phone(number: String) -> ContactPhone {
    ContactPhone { phone: Phone { number, extension: String::new() }, kinds: Vec::new() }
}

/// A value must be one line: readers drop line breaks, or end the value there.
pub(super) fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Post office box, room, street and number, city, region, postcode, country; many programs write a single line
/// instead.
fn address(value: &str) -> Address {
    let parts: Vec<String> = pieces(value, ',').map(card_text).collect();
    match <[String; 7]>::try_from(parts) {
        Ok([_, _, street, city, region, postcode, country]) => {
            Address { street, city, region, postcode, country }
        }
        Err(_) => Address { street: card_text(value), ..Address::default() },
    }
}

pub(super) fn written(contact: &Contact) -> String {
    let Contact { given, family, organization, .. } = contact;
    let mut card = "MECARD:".to_owned();
    if given.is_empty() && family.is_empty() {
        card += &card_field("N", organization);
    } else {
        card += &listed("N", &[family, given]);
    }
    card += &card_field("ORG", organization);
    card += &card_field("TITLE", &contact.title);
    contact.phones.iter().for_each(|phone| card += &card_field("TEL", &phone.phone.number));
    card += &card_field("EMAIL", &contact.email);
    card += &card_field("URL", contact.website.as_ref().map(Link::as_str).unwrap_or_default());
    let Address { street, city, region, postcode, country } = &contact.address;
    card += &listed("ADR", &["", "", street, city, region, postcode, country]);
    card += &card_field("NOTE", &contact.note);
    card + ";"
}

/// Parts separated by bare commas; nothing when all are empty.
fn listed(key: &str, parts: &[&str]) -> String {
    if parts.iter().all(|part| part.is_empty()) {
        return String::new();
    }
    let parts: Vec<String> = parts.iter().map(|part| escaped(part, CARD_SPECIAL)).collect();
    format!("{key}:{};", parts.join(","))
}
