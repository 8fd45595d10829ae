//! A contact's phone number and its types, as in vCard (RFC 6350, 6.4.1; RFC 2426, 3.3.1).

use core::fmt;

use super::Phone;

/// A contact's phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPhone {
    /// The number.
    pub phone: Phone,
    /// Its types, each once, in the order of `PhoneKind::ALL`.
    pub kinds: Vec<PhoneKind>,
}

/// The type of a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    /// At work.
    Work,
    /// At home.
    Home,
    /// A mobile phone.
    Mobile,
    /// A fax machine.
    Fax,
    /// A pager.
    Pager,
}

/// What a form offers: the value that is sent, and the label.
pub(super) const PHONE_KINDS: &[(&str, &str)] =
    &[("any", "Not specified"), ("mobile", "Mobile"), ("work", "Work"), ("home", "Home"), ("fax", "Fax")];

/// The types in `PHONE_KINDS`.
pub(super) const CHOSEN_KINDS: [Option<PhoneKind>; 5] =
    [None, Some(PhoneKind::Mobile), Some(PhoneKind::Work), Some(PhoneKind::Home), Some(PhoneKind::Fax)];

impl PhoneKind {
    /// All of them, in the order of words: “work mobile”.
    pub const ALL: [Self; 5] = [Self::Work, Self::Home, Self::Mobile, Self::Fax, Self::Pager];

    /// The value of the parameter `TYPE`.
    pub(super) fn type_value(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Home => "home",
            Self::Mobile => "cell",
            Self::Fax => "fax",
            Self::Pager => "pager",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Home => "home",
            Self::Mobile => "mobile",
            Self::Fax => "fax",
            Self::Pager => "pager",
        }
    }

    /// The types in parameters such as `TYPE=work,cell` or, in version 2.1, `WORK;CELL`.
    pub(super) fn among(parameters: &str) -> Vec<Self> {
        let values: Vec<&str> = parameters
            .split(';')
            .flat_map(|parameter| {
                match parameter.split_once('=') {
                    Some((name, values)) if name.trim().eq_ignore_ascii_case("TYPE") => values,
                    Some(_) => "",
                    None => parameter,
                }
                .split(',')
            })
            .map(|value| value.trim_matches(['"', ' ']))
            .collect();
        let is_given = |kind: &Self| values.iter().any(|value| value.eq_ignore_ascii_case(kind.type_value()));
        Self::ALL.into_iter().filter(is_given).collect()
    }
}

/// `+442079460000 ext. 12 (work)`
impl fmt::Display for ContactPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.phone.in_words())?;
        if self.kinds.is_empty() {
            return Ok(());
        }
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.words()).collect();
        write!(f, " ({})", kinds.join(" "))
    }
}
