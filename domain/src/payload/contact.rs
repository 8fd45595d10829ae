//! A contact's form, parsing and display. Not here: its parts (`card`), its formats (`vcard`, `mecard`).

use core::fmt;

use super::contact_phone::{CHOSEN_KINDS, ContactPhone, PHONE_KINDS};
use super::email::typed_address;
use super::{Address, Answers, Contact, ContactFormat, Field, FieldError, Input, Link, Phone, mecard, vcard};

pub(super) const FIELDS: &[Field] = &[
    GIVEN,
    FAMILY,
    ORGANIZATION,
    TITLE,
    PHONE,
    PHONE_KIND,
    MOBILE,
    MOBILE_KIND,
    EMAIL,
    WEBSITE,
    STREET,
    POSTCODE,
    CITY,
    REGION,
    COUNTRY,
    NOTE,
    FORMAT,
];
const GIVEN: Field = Field::new("given", "First name", Input::Line);
const FAMILY: Field = Field::new("family", "Last name", Input::Line);
const ORGANIZATION: Field = Field::new("organization", "Organization", Input::Line);
const TITLE: Field = Field::new("title", "Job title", Input::Line);
const PHONE: Field = Field::new("phone", "Phone", Input::Phone).hint("+49 30 123456");
const PHONE_KIND: Field = Field::new("phone_type", "Phone type", Input::Choice(PHONE_KINDS));
const MOBILE: Field = Field::new("mobile", "Second phone", Input::Phone);
const MOBILE_KIND: Field = Field::new("mobile_type", "Second phone type", Input::Choice(PHONE_KINDS));
const EMAIL: Field = Field::new("email", "E-mail", Input::Email);
const WEBSITE: Field = Field::new("website", "Website", Input::Link);
const STREET: Field = Field::new("street", "Street and number", Input::Line);
const POSTCODE: Field = Field::new("postcode", "Postcode", Input::Line);
const CITY: Field = Field::new("city", "City", Input::Line);
const REGION: Field = Field::new("region", "Region", Input::Line);
const COUNTRY: Field = Field::new("country", "Country", Input::Line);
const NOTE: Field = Field::new("note", "Note", Input::Lines);
const FORMAT: Field = Field::new(
    "format",
    "Format",
    Input::Choice(&[("vcard", "vCard: holds everything"), ("mecard", "MeCard: a smaller code")]),
);

impl Contact {
    pub(super) fn parse(text: &str) -> Option<Self> {
        vcard::parse(text).or_else(|| mecard::parse(text))
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let given = answers.line(&GIVEN)?;
        let family = answers.line(&FAMILY)?;
        let organization = answers.line(&ORGANIZATION)?;
        if given.is_empty() && family.is_empty() && organization.is_empty() {
            return Err(GIVEN.error("Enter a first name, a last name or an organization."));
        }
        let format = [ContactFormat::VCard, ContactFormat::MeCard][answers.choice(&FORMAT)?];
        let title = answers.line(&TITLE)?;
        if format == ContactFormat::MeCard && !title.is_empty() {
            return Err(TITLE.error("A MeCard cannot hold a job title: choose vCard, or omit it."));
        }
        let mut phones = Vec::new();
        for (field, kind_field) in [(&PHONE, &PHONE_KIND), (&MOBILE, &MOBILE_KIND)] {
            phones.extend(typed_phone(answers, field, kind_field, format)?);
        }
        let note = answers.lines(&NOTE)?;
        let email = answers.line(&EMAIL)?;
        let website = answers.line(&WEBSITE)?;
        Ok(Self {
            format,
            given,
            family,
            organization,
            title,
            phones,
            email: if email.is_empty() { email } else { typed_address(&email, &EMAIL)? },
            website: if website.is_empty() { None } else { Some(Link::typed(&website, &WEBSITE)?) },
            address: Address {
                street: answers.line(&STREET)?,
                city: answers.line(&CITY)?,
                region: answers.line(&REGION)?,
                postcode: answers.line(&POSTCODE)?,
                country: answers.line(&COUNTRY)?,
            },
            note: if format == ContactFormat::MeCard { mecard::one_line(&note) } else { note },
        })
    }

    /// First and last name, in this order.
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.given, self.family).trim().to_owned()
    }

    pub(super) fn words(&self) -> String {
        let name = self.full_name();
        let parts = [&name, &self.organization].into_iter().filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.map(String::as_str).collect();
        let first_phone = self.phones.first().map(|phone| &phone.phone.number);
        let known = if parts.is_empty() { first_phone.unwrap_or(&self.email) } else { &parts.join(", ") };
        format!("Contact {known}")
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let Address { street, city, region, postcode, country } = &self.address;
        let city = format!("{postcode} {city}");
        let phones: Vec<String> = self.phones.iter().map(ContactPhone::to_string).collect();
        let address = [street, city.trim(), region, country].into_iter().filter(|part| !part.is_empty());
        Vec::from([
            ("Name", self.full_name()),
            (ORGANIZATION.label, self.organization.clone()),
            (TITLE.label, self.title.clone()),
            (PHONE.label, phones.join(", ")),
            (EMAIL.label, self.email.clone()),
            (WEBSITE.label, self.website.as_ref().map(Link::to_string).unwrap_or_default()),
            ("Address", address.collect::<Vec<&str>>().join(", ")),
            (NOTE.label, self.note.clone()),
        ])
    }
}

/// A number that was typed, and the type chosen for it.
fn typed_phone(
    answers: &Answers,
    field: &Field,
    kind_field: &Field,
    format: ContactFormat,
) -> Result<Option<ContactPhone>, FieldError> {
    let line = answers.line(field)?;
    let kind = CHOSEN_KINDS[answers.choice(kind_field)?];
    if line.is_empty() {
        return Ok(None);
    }
    let phone = Phone::typed(&line, field)?;
    match format {
        ContactFormat::MeCard if !phone.extension.is_empty() => {
            Err(field.error("A MeCard cannot hold extensions: choose vCard, or omit it."))
        }
        ContactFormat::MeCard if kind.is_some() => Err(kind_field
            .error("A MeCard cannot hold phone types: choose vCard, or leave the type unspecified.")),
        _ => Ok(Some(ContactPhone { phone, kinds: kind.into_iter().collect() })),
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self.format {
            ContactFormat::VCard => vcard::written(self),
            ContactFormat::MeCard => mecard::written(self),
        })
    }
}
