//! The parts of a contact. Not here: its form (`contact`), its formats (`vcard`, `mecard`).

use super::contact_phone::ContactPhone;
use super::link::Link;

/// A person or an organization. Each part may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The format.
    pub format: ContactFormat,
    /// First name.
    pub given: String,
    /// Last name.
    pub family: String,
    /// Where the person works, or the organization's own name.
    pub organization: String,
    /// The person's job title.
    pub title: String,
    /// Numbers and their types.
    pub phones: Vec<ContactPhone>,
    /// E-mail address.
    pub email: String,
    /// Website.
    pub website: Option<Link>,
    /// Postal address.
    pub address: Address,
    /// Anything else; its lines end in line feeds.
    pub note: String,
}

/// A postal address. Each part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// State or province.
    pub region: String,
    /// Postcode.
    pub postcode: String,
    /// Country.
    pub country: String,
}

/// The format of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactFormat {
    /// vCard; written in version 4, read in all versions.
    VCard,
    /// MeCard of NTT docomo: smaller, with fewer fields.
    MeCard,
}
