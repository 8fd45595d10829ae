//! A network to join: `WIFI:`, which has no standard of its own. It was made for ZXing in the manner of NTT docomo's bar
//! code functions; phones read it, and the WPA3 Specification of the Wi-Fi Alliance (version 3.1, 7) describes it.

use core::fmt;

use super::syntax::{after_prefix, card_field, card_value};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[NETWORK, SECURITY, PASSWORD, HIDDEN];
const NETWORK: Field = Field::new("network", "Network name", Input::Exact).required().hint("Guests");
const SECURITY: Field = Field::new(
    "security",
    "Security",
    Input::Choice(&[("wpa", "WPA, WPA2, WPA3"), ("wep", "WEP"), ("open", "None")]),
);
const PASSWORD: Field = Field::new("password", "Password", Input::Exact);
const HIDDEN: Field = Field::new("hidden", "The network is hidden", Input::Tick);

/// Bytes of the longest name of a network (IEEE 802.11, 9.4.2.2).
const NETWORK_MAX_BYTES: usize = 32;

/// A network to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wifi {
    /// Its name (SSID).
    pub network: String,
    /// How it is secured.
    pub security: Security,
    /// Empty when it is open.
    pub password: String,
    /// Whether it does not tell its name, so that a device has to ask for it.
    pub hidden: bool,
}

/// How a network is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// WPA, WPA2 or WPA3 with a password for all.
    Wpa,
    /// WEP.
    Wep,
    /// Not at all.
    Open,
    /// WPA with a password for each. Read only: what else it needs is different from place to place.
    Enterprise,
}

impl Security {
    fn word(self) -> &'static str {
        match self {
            Self::Wpa => "WPA",
            Self::Wep => "WEP",
            Self::Open => "nopass",
            Self::Enterprise => "WPA2-EAP",
        }
    }

    fn of_word(word: &str) -> Self {
        let word = word.to_ascii_uppercase();
        match &*word {
            "" | "NOPASS" | "NONE" | "OPEN" => Self::Open,
            "WEP" => Self::Wep,
            _ if word.contains("EAP") => Self::Enterprise,
            _ => Self::Wpa,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Wpa => "WPA",
            Self::Wep => "WEP",
            Self::Open => "None",
            Self::Enterprise => "WPA Enterprise",
        }
    }
}

impl Wifi {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let card = after_prefix(text, "WIFI:")?;
        let network = card_value(card, "S");
        let password = card_value(card, "P");
        let security = match card_value(card, "T").trim() {
            // A password says that there is some security.
            "" if !password.is_empty() => Security::Wpa,
            word => Security::of_word(word),
        };
        let hidden = card_value(card, "H").eq_ignore_ascii_case("true");
        (!network.is_empty()).then_some(Self { network, security, password, hidden })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let network = answers.exact(&NETWORK)?;
        if network.len() > NETWORK_MAX_BYTES {
            return Err(
                NETWORK.error(format!("A network name has at most {NETWORK_MAX_BYTES} bytes: shorten it."))
            );
        }
        let security = [Security::Wpa, Security::Wep, Security::Open][answers.choice(&SECURITY)?];
        let password = answers.exact(&PASSWORD)?;
        check_password(security, &password).map_err(|sentence| PASSWORD.error(sentence))?;
        Ok(Self { network, security, password, hidden: answers.tick(&HIDDEN) })
    }

    pub(super) fn words(&self) -> String {
        format!("Wi-Fi network {}", self.network)
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let hidden = if self.hidden { "Yes" } else { "" };
        Vec::from([
            (NETWORK.label, self.network.clone()),
            (SECURITY.label, self.security.words().to_owned()),
            (PASSWORD.label, self.password.clone()),
            ("Hidden", hidden.to_owned()),
        ])
    }
}

/// IEEE 802.11: a WPA password has 8 to 63 characters, or is the key itself in 64 hexadecimal digits; a WEP key has
/// 40 or 104 bits.
fn check_password(security: Security, password: &str) -> Result<(), &'static str> {
    let is_hexadecimal = password.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (security, password.len()) {
        (Security::Wpa, 8..=63) => Ok(()),
        (Security::Wpa, 64) if is_hexadecimal => Ok(()),
        (Security::Wpa, 0) => Err("Fill in the password, or choose None as the security."),
        (Security::Wpa, _) => Err("A WPA password has 8 to 63 characters: check it."),
        (Security::Wep, 5 | 13) => Ok(()),
        (Security::Wep, 10 | 26) if is_hexadecimal => Ok(()),
        (Security::Wep, _) => {
            Err("A WEP key has 5 or 13 characters, or 10 or 26 hexadecimal digits: check it.")
        }
        (Security::Open, 0) => Ok(()),
        (Security::Open, _) => {
            Err("An open network has no password: remove it, or choose WPA as the security.")
        }
        (Security::Enterprise, _) => Ok(()),
    }
}

impl fmt::Display for Wifi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = if self.hidden { "true" } else { "" };
        f.write_str("WIFI:")?;
        let fields =
            [("T", self.security.word()), ("S", &self.network), ("P", &self.password), ("H", hidden)];
        fields.iter().try_for_each(|(key, value)| f.write_str(&card_field(key, value)))?;
        f.write_str(";")
    }
}
