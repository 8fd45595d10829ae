//! A contact as vCard: written in version 4 (RFC 6350), read in all.

use super::content_line::{ContentLine, as_text, component, first, push_line, text, texts};
use super::syntax::after_prefix;
use super::{Address, Contact, ContactFormat, Link};

pub(super) fn parse(card: &str) -> Option<Contact> {
    let lines = component(card, "VCARD")?;
    let one = |name: &str| text(first(&lines, name));
    let organization = texts(first(&lines, "ORG")).next().unwrap_or_default();
    let mut names = texts(first(&lines, "N"));
    let (family, mut given) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    if family.is_empty() && given.is_empty() {
        // Without `N` there is only the name as a whole, which is what an organization has, too.
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
            .map(number)
            .filter(|n| !n.is_empty())
            .collect(),
        email: one("EMAIL"),
        // A URI is not escaped; some programs do all the same.
        website: Link::parse(first(&lines, "URL")).or_else(|| Link::parse(&one("URL"))),
        address: address(first(&lines, "ADR")),
        note: one("NOTE"),
    })
}

/// Version 4 allows a number to be a URI.
fn number(line: &ContentLine) -> String {
    let number = text(&line.value);
    after_prefix(&number, "tel:").unwrap_or(&number).to_owned()
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
    contact.phones.iter().for_each(|number| line("TEL", &as_text(number)));
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
