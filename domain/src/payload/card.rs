//! What a contact consists of. Not here: asking for it (`contact`), how it is written (`vcard`, `mecard`).

use super::contact_phone::ContactPhone;
use super::link::Link;

/// A person or an organization to be remembered. Each part may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// How it is written.
    pub format: ContactFormat,
    /// First name.
    pub given: String,
    /// Last name.
    pub family: String,
    /// Where the person works, or what it is if it is none.
    pub organization: String,
    /// What the person does there.
    pub title: String,
    /// Numbers, and what they are for.
    pub phones: Vec<ContactPhone>,
    /// An address.
    pub email: String,
    /// On the web.
    pub website: Option<Link>,
    /// On earth.
    pub address: Address,
    /// Anything else; its lines end in line feeds.
    pub note: String,
}

/// An address on earth. Each part may be empty.
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

/// How a contact is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactFormat {
    /// vCard; written in version 4, read in all.
    VCard,
    /// MeCard of NTT docomo: smaller, and poorer.
    MeCard,
}
