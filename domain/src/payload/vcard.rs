//! A contact as vCard: written in version 4 (RFC 6350), read in all versions.

use super::content_line::{ContentLine, as_text, component, first, push_line, text, texts};
use super::phone::extension;
use super::syntax::{after_prefix, percent_decoded};
use super::{Address, Contact, ContactFormat, ContactPhone, Link, Phone, PhoneKind};

pub(super) fn parse(card: &str) -> Option<Contact> {
    let lines = component(card, "VCARD")?;
    let one = |name: &str| text(first(&lines, name));
    let organization = texts(first(&lines, "ORG")).next().unwrap_or_default();
    let mut names = texts(first(&lines, "N"));
    let (family, mut given) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    if family.is_empty() && given.is_empty() {
        // Without `N` there is only the full name, which an organization has, too.
        given = Some(one("FN")).filter(|full| *full != organization).unwrap_or_default();
    }
    Some(Contact {
        format: ContactFormat::VCard,
        given,
        family,
        organization,
        title: one("TITLE"),
        phones: lines
            .iter()
            .filter(|line| line.name == "TEL")
            .map(phone)
            .filter(|phone| !phone.phone.number.is_empty())
            .collect(),
        email: one("EMAIL"),
        // A URI is not escaped, but some programs do it.
        website: Link::parse(first(&lines, "URL")).or_else(|| Link::parse(&one("URL"))),
        address: address(first(&lines, "ADR")),
        note: one("NOTE"),
    })
}

/// In version 4 a number may be a URI, the only form with an extension.
fn phone(line: &ContentLine) -> ContactPhone {
    let value = text(&line.value);
    let phone = match after_prefix(&value, "tel:") {
        Some(uri) => {
            let number = uri.split(';').next().unwrap_or_default();
            Phone { number: percent_decoded(number), extension: extension(uri) }
        }
        None => Phone { number: value, extension: String::new() },
    };
    ContactPhone { phone, kinds: PhoneKind::among(&line.parameters) }
}

/// Post office box, extended address, street, city, region, postcode, country (RFC 6350, 6.3.1).
fn address(value: &str) -> Address {
    let mut parts = texts(value).skip(2);
    let mut part = || parts.next().unwrap_or_default();
    Address { street: part(), city: part(), region: part(), postcode: part(), country: part() }
}

pub(super) fn written(contact: &Contact) -> String {
    let Contact { given, family, organization, .. } = contact;
    let mut card = "BEGIN:VCARD\r\nVERSION:4.0\r\n".to_owned();
    let mut line = |name: &str, value: &str| push_line(&mut card, name, value);
    if !(given.is_empty() && family.is_empty()) {
        line("N", &format!("{};{};;;", as_text(family), as_text(given)));
    }
    // Every card has a full name (RFC 6350, 6.2.1).
    let full_name = contact.full_name();
    line("FN", &as_text(if full_name.is_empty() { organization } else { &full_name }));
    line("ORG", &as_text(organization));
    line("TITLE", &as_text(&contact.title));
    for ContactPhone { phone, kinds } in &contact.phones {
        let types: Vec<&str> = kinds.iter().map(|kind| kind.type_value()).collect();
        let types = if types.is_empty() { String::new() } else { format!(";TYPE={}", types.join(",")) };
        if phone.extension.is_empty() {
            line(&format!("TEL{types}"), &as_text(&phone.number));
        } else {
            line(&format!("TEL;VALUE=uri{types}"), &phone.to_string());
        }
    }
    line("EMAIL", &as_text(&contact.email));
    line("URL", contact.website.as_ref().map(Link::as_str).unwrap_or_default());
    let Address { street, city, region, postcode, country } = &contact.address;
    let address = [street, city, region, postcode, country].map(|part| as_text(part)).join(";");
    if address.len() > 4 {
        line("ADR", &format!(";;{address}"));
    }
    line("NOTE", &as_text(&contact.note));
    card + "END:VCARD\r\n"
}
