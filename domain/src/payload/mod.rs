//! The meaning of a code's text: a Wi-Fi network, a contact, a payment … Typed values, the standard text of each, and
//! parsing of text from any source.
//!
//! Writing is strict: whatever `compose` accepts reads back as the same value. Reading is lenient in ways that
//! programs are known to need, and never fails: any other text is a plain text. Not here: whether a text fits a code
//! (`CodeText`), how a form looks.

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

/// Maximum length of a description in words, in characters: one line of a listing.
const WORDS_MAX_CHARS: usize = 120;

/// The meaning of a code's text. `Display` writes the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A web address.
    Link(Link),
    /// An e-mail to write.
    Email(Email),
    /// A number to call.
    Phone(Phone),
    /// A text message to send.
    Sms(Sms),
    /// A network to join.
    Wifi(Wifi),
    /// A person or an organization.
    Contact(Contact),
    /// An event.
    Event(Event),
    /// A place on Earth.
    Place(Place),
    /// A transfer of euros.
    Payment(Payment),
}

/// The kind of a code's content. Each has a form, and plain text is one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// Any text, as it is.
    #[default]
    Text,
    /// A web address.
    Link,
    /// An e-mail to write.
    Email,
    /// A number to call.
    Phone,
    /// A text message to send.
    Sms,
    /// A network to join.
    Wifi,
    /// A person or an organization.
    Contact,
    /// An event.
    Event,
    /// A place on Earth.
    Place,
    /// A transfer of euros.
    Payment,
}

/// The text is not a kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A kind is text, link, email, phone, sms, wifi, contact, event, place or payment.")]
pub struct PayloadKindError;

/// The title of a code without a name: the description in words, so that a password does not end up in a file name;
/// or else the text.
pub fn title_of(text: &str) -> String {
    let words = Payload::parse(text).and_then(|payload| payload.words());
    words.unwrap_or_else(|| text.to_owned())
}

impl Payload {
    /// Parses a text; `None` if it is a plain text.
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

    /// A one-line description: “Wi-Fi network Café”. Untrusted text stays visible in it: no control character
    /// reverses, hides or breaks the line. `None` for a link, which describes itself.
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

    /// Its parts, each with a label, in the order of the form; only those that are present. Unescaped, possibly of
    /// several lines.
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

    /// Its kind.
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

    /// The word used in JSON and URLs.
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

    /// The label for users.
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

    /// The fields of its form, in order; none for a plain text.
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

    /// The only level that all readers accept for this kind, if there is one (EPC069-12 demands M).
    pub fn level(self) -> Option<Level> {
        (self == Self::Payment).then_some(Level::M)
    }

    /// Composes a value from the answers to its form; `None` for a plain text. The error names the field and says
    /// what to do. `zones` are the available time zones.
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

/// A description as one visible line of bounded length. Line breaks and runs of spaces become single spaces.
fn one_line(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(WORDS_MAX_CHARS).collect();
    let rest = if cut.len() < line.len() { "…" } else { "" };
    format!("{}{rest}", Visible(cut.trim_end()))
}
