//! What the text of a code means: a Wi-Fi network, a contact, a payment … Typed values, the text that each is written as
//! by its standard, and the way back from a text that anybody wrote.
//!
//! Writing is strict: what a `compose` accepts reads back as the same value, whatever was typed. Reading is lenient, in
//! what programs are known to write, and never fails: a text that is none of these is a plain text. Not here: whether
//! a text fits a code (`CodeText`), how a form looks.

mod card;
mod contact;
mod contact_phone;
mod content_line;
mod coordinates;
mod email;
mod event;
mod form;
mod link;
mod mecard;
mod payment;
mod phone;
mod place;
mod quoted_printable;
mod sms;
mod syntax;
mod vcard;
mod wifi;
mod zones;

#[cfg(test)]
mod tests;

use core::fmt;
use core::str::FromStr;

pub use card::{Address, Contact, ContactFormat};
pub use contact_phone::{ContactPhone, PhoneKind};
pub use email::Email;
pub use event::{Event, When, ZoneNames};
pub use form::{Answers, Field, FieldError, Input};
pub use link::{Link, link_target};
pub use payment::Payment;
pub use phone::Phone;
pub use place::Place;
pub use sms::Sms;
pub use wifi::{Enterprise, Security, Wifi};
pub use zones::{UtcOnly, Zones};

use crate::{Level, Visible};

/// Longest line of words about a value, in characters: one line of a listing, as far as anyone reads it.
const WORDS_MAX_CHARS: usize = 120;

/// What the text of a code means. `Display` writes the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A web address.
    Link(Link),
    /// An e-mail to be written.
    Email(Email),
    /// A number to be called.
    Phone(Phone),
    /// A text message to be sent.
    Sms(Sms),
    /// A network to join.
    Wifi(Wifi),
    /// A person or an organization to be remembered.
    Contact(Contact),
    /// Something to go to.
    Event(Event),
    /// A place on earth.
    Place(Place),
    /// A transfer of euros.
    Payment(Payment),
}

/// Which kind of content a code is made of. Each has a form, and a plain text is one of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// Any text, as it is.
    #[default]
    Text,
    /// A web address.
    Link,
    /// An e-mail to be written.
    Email,
    /// A number to be called.
    Phone,
    /// A text message to be sent.
    Sms,
    /// A network to join.
    Wifi,
    /// A person or an organization to be remembered.
    Contact,
    /// Something to go to.
    Event,
    /// A place on earth.
    Place,
    /// A transfer of euros.
    Payment,
}

/// Why a text is not a kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A kind is text, link, email, phone, sms, wifi, contact, event, place or payment.")]
pub struct PayloadKindError;

/// What to call a code that has no name: what its text says in words, so that a password in it is no part of a file's
/// name; else the text.
pub fn title_of(text: &str) -> String {
    let words = Payload::parse(text).and_then(|payload| payload.words());
    words.unwrap_or_else(|| text.to_owned())
}

impl Payload {
    /// What a text means; none when it is a plain text.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        None.or_else(|| Link::parse(text).map(Self::Link))
            .or_else(|| Email::parse(text).map(Self::Email))
            .or_else(|| Phone::parse(text).map(Self::Phone))
            .or_else(|| Sms::parse(text).map(Self::Sms))
            .or_else(|| Wifi::parse(text).map(Self::Wifi))
            .or_else(|| Contact::parse(text).map(Self::Contact))
            .or_else(|| Event::parse(text).map(Self::Event))
            .or_else(|| Place::parse(text).map(Self::Place))
            .or_else(|| Payment::parse(text).map(Self::Payment))
    }

    /// In a line for people: «Wi-Fi network Café». What others wrote stays visible in it: no control character turns,
    /// hides or breaks the line. None for a link, which says itself what it is.
    pub fn words(&self) -> Option<String> {
        let words = match self {
            Self::Link(_) => return None,
            Self::Email(email) => email.words(),
            Self::Phone(phone) => phone.words(),
            Self::Sms(sms) => sms.words(),
            Self::Wifi(wifi) => wifi.words(),
            Self::Contact(contact) => contact.words(),
            Self::Event(event) => event.words(),
            Self::Place(place) => place.words(),
            Self::Payment(payment) => payment.words(),
        };
        Some(one_line(&words))
    }

    /// What is known of it, each with its name, in the order of the form; only what is there. As it was written: not
    /// escaped, and possibly of several lines.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = match self {
            Self::Link(_) => Vec::new(),
            Self::Email(email) => email.facts(),
            Self::Phone(phone) => phone.facts(),
            Self::Sms(sms) => sms.facts(),
            Self::Wifi(wifi) => wifi.facts(),
            Self::Contact(contact) => contact.facts(),
            Self::Event(event) => event.facts(),
            Self::Place(place) => place.facts(),
            Self::Payment(payment) => payment.facts(),
        };
        facts.retain(|(_, fact)| !fact.is_empty());
        facts
    }

    /// Which kind it is.
    pub fn kind(&self) -> PayloadKind {
        match self {
            Self::Link(_) => PayloadKind::Link,
            Self::Email(_) => PayloadKind::Email,
            Self::Phone(_) => PayloadKind::Phone,
            Self::Sms(_) => PayloadKind::Sms,
            Self::Wifi(_) => PayloadKind::Wifi,
            Self::Contact(_) => PayloadKind::Contact,
            Self::Event(_) => PayloadKind::Event,
            Self::Place(_) => PayloadKind::Place,
            Self::Payment(_) => PayloadKind::Payment,
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(link) => link.fmt(f),
            Self::Email(email) => email.fmt(f),
            Self::Phone(phone) => phone.fmt(f),
            Self::Sms(sms) => sms.fmt(f),
            Self::Wifi(wifi) => wifi.fmt(f),
            Self::Contact(contact) => contact.fmt(f),
            Self::Event(event) => event.fmt(f),
            Self::Place(place) => place.fmt(f),
            Self::Payment(payment) => payment.fmt(f),
        }
    }
}

impl PayloadKind {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Link,
        Self::Wifi,
        Self::Contact,
        Self::Email,
        Self::Phone,
        Self::Sms,
        Self::Event,
        Self::Place,
        Self::Payment,
    ];

    /// The word on the wire and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Link => "link",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Sms => "sms",
            Self::Wifi => "wifi",
            Self::Contact => "contact",
            Self::Event => "event",
            Self::Place => "place",
            Self::Payment => "payment",
        }
    }

    /// The word for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Link => "Link",
            Self::Email => "E-mail",
            Self::Phone => "Phone",
            Self::Sms => "SMS",
            Self::Wifi => "Wi-Fi",
            Self::Contact => "Contact",
            Self::Event => "Event",
            Self::Place => "Place",
            Self::Payment => "Payment",
        }
    }

    /// The fields of its form, in order; none for a plain text, which has no parts.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Text => &[],
            Self::Link => link::FIELDS,
            Self::Email => email::FIELDS,
            Self::Phone => phone::FIELDS,
            Self::Sms => sms::FIELDS,
            Self::Wifi => wifi::FIELDS,
            Self::Contact => contact::FIELDS,
            Self::Event => event::FIELDS,
            Self::Place => place::FIELDS,
            Self::Payment => payment::FIELDS,
        }
    }

    /// The only level at which it is read everywhere, if there is one (EPC069-12 asks for M).
    pub fn level(self) -> Option<Level> {
        (self == Self::Payment).then_some(Level::M)
    }

    /// Makes a value of what was typed into its form; none for a plain text, which is what it is. The error names the
    /// field and says what to do. `zones` are those that a time may be given in.
    pub fn compose(self, answers: &Answers, zones: &dyn Zones) -> Result<Option<Payload>, FieldError> {
        Ok(Some(match self {
            Self::Text => return Ok(None),
            Self::Link => Payload::Link(Link::compose(answers)?),
            Self::Email => Payload::Email(Email::compose(answers)?),
            Self::Phone => Payload::Phone(Phone::compose(answers)?),
            Self::Sms => Payload::Sms(Sms::compose(answers)?),
            Self::Wifi => Payload::Wifi(Wifi::compose(answers)?),
            Self::Contact => Payload::Contact(Contact::compose(answers)?),
            Self::Event => Payload::Event(Event::compose(answers, zones)?),
            Self::Place => Payload::Place(Place::compose(answers)?),
            Self::Payment => Payload::Payment(Payment::compose(answers)?),
        }))
    }
}

impl fmt::Display for PayloadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PayloadKind {
    type Err = PayloadKindError;

    fn from_str(text: &str) -> Result<Self, PayloadKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(PayloadKindError)
    }
}

/// Words as one visible line of bounded length. Line breaks and runs of spaces are spaces: whoever reads a line of a
/// listing does not look for them.
fn one_line(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(WORDS_MAX_CHARS).collect();
    let rest = if cut.len() < line.len() { "…" } else { "" };
    format!("{}{rest}", Visible(cut.trim_end()))
}
