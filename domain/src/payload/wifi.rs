//! A network to join: `WIFI:`, which has no standard of its own. It was invented for ZXing in the style of NTT
//! docomo's bar code functions; phones read it, and the WPA3 Specification of the Wi-Fi Alliance (version 3.1, 7)
//! describes it. `SAE` is Android's word for a WPA3-only network; enterprise parameters are written as ZXing reads
//! them.

use core::fmt;

use super::syntax::{after_prefix, card_field, card_value};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] =
    &[NETWORK, SECURITY, METHOD, PHASE_2, IDENTITY, ANONYMOUS, PASSWORD, HIDDEN];
const NETWORK: Field = Field::new("network", "Network name", Input::Exact).required().hint("Guests");
const SECURITY: Field = Field::new(
    "security",
    "Security",
    Input::Choice(&[
        ("wpa", "WPA, WPA2, WPA3"),
        ("sae", "WPA3 only"),
        ("enterprise", "WPA Enterprise"),
        ("wep", "WEP"),
        ("open", "None"),
    ]),
);
/// The securities of that choice, in the same order.
const SECURITIES: [Security; 5] =
    [Security::Wpa, Security::Sae, Security::Enterprise, Security::Wep, Security::Open];
const METHOD: Field =
    Field::new("eap", "EAP method", Input::Choice(&[("peap", "PEAP"), ("ttls", "TTLS"), ("pwd", "PWD")]))
        .when("enterprise");
const PHASE_2: Field = Field::new(
    "phase2",
    "Phase 2",
    Input::Choice(&[("mschapv2", "MSCHAPv2"), ("pap", "PAP"), ("gtc", "GTC")]),
)
.when("enterprise");
const IDENTITY: Field =
    Field::new("identity", "Identity", Input::Exact).when("enterprise").hint("ada@example.com");
const ANONYMOUS: Field =
    Field::new("anonymous", "Anonymous identity", Input::Exact).when("enterprise").hint("optional");
const PASSWORD: Field = Field::new("password", "Password", Input::Exact);
const HIDDEN: Field = Field::new("hidden", "The network is hidden", Input::Tick);

/// The maximum length of a network's name (IEEE 802.11, 9.4.2.2).
const NETWORK_MAX_BYTES: usize = 32;

/// A network to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wifi {
    /// Its name (SSID).
    pub network: String,
    /// Its security.
    pub security: Security,
    /// Empty when it is open.
    pub password: String,
    /// Whether the network does not broadcast its name.
    pub hidden: bool,
    /// Credentials of enterprise networks; empty elsewhere.
    pub enterprise: Enterprise,
}

/// How a user logs in to an enterprise network. Each part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enterprise {
    /// The EAP method, such as `PEAP`.
    pub method: String,
    /// The inner authentication, such as `MSCHAPV2`.
    pub phase_2: String,
    /// The user name.
    pub identity: String,
    /// The anonymous outer identity.
    pub anonymous: String,
}

/// The security of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// WPA, WPA2 or WPA3 with a shared password.
    Wpa,
    /// WEP.
    Wep,
    /// None.
    Open,
    /// WPA3 only, with a shared password.
    Sae,
    /// WPA with a password per user.
    Enterprise,
}

impl Security {
    fn word(self) -> &'static str {
        match self {
            Self::Wpa => "WPA",
            Self::Wep => "WEP",
            Self::Open => "nopass",
            Self::Sae => "SAE",
            Self::Enterprise => "WPA2-EAP",
        }
    }

    fn of_word(word: &str) -> Self {
        let word = word.to_ascii_uppercase();
        match &*word {
            "" | "NOPASS" | "NONE" | "OPEN" => Self::Open,
            "WEP" => Self::Wep,
            "SAE" => Self::Sae,
            _ if word.contains("EAP") => Self::Enterprise,
            _ => Self::Wpa,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Wpa => "WPA",
            Self::Wep => "WEP",
            Self::Open => "None",
            Self::Sae => "WPA3",
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
            // A password implies some security.
            "" if !password.is_empty() => Security::Wpa,
            word => Security::of_word(word),
        };
        let hidden = card_value(card, "H").eq_ignore_ascii_case("true");
        let enterprise = match security {
            Security::Enterprise => Enterprise::parse(card),
            _ => Enterprise::default(),
        };
        (!network.is_empty()).then_some(Self { network, security, password, hidden, enterprise })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let network = answers.exact(&NETWORK)?;
        if network.len() > NETWORK_MAX_BYTES {
            return Err(
                NETWORK.error(format!("A network name has at most {NETWORK_MAX_BYTES} bytes: shorten it."))
            );
        }
        let security = SECURITIES[answers.choice(&SECURITY)?];
        let password = answers.exact(&PASSWORD)?;
        check_password(security, &password).map_err(|sentence| PASSWORD.error(sentence))?;
        let enterprise = match security {
            Security::Enterprise => Enterprise::compose(answers)?,
            _ => Enterprise::default(),
        };
        Ok(Self { network, security, password, hidden: answers.tick(&HIDDEN), enterprise })
    }

    pub(super) fn words(&self) -> String {
        format!("Wi-Fi network {}", self.network)
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let hidden = if self.hidden { "Yes" } else { "" };
        Vec::from([
            (NETWORK.label, self.network.clone()),
            (SECURITY.label, self.security.words().to_owned()),
            (METHOD.label, self.enterprise.method.clone()),
            (PHASE_2.label, self.enterprise.phase_2.clone()),
            (IDENTITY.label, self.enterprise.identity.clone()),
            (ANONYMOUS.label, self.enterprise.anonymous.clone()),
            (PASSWORD.label, self.password.clone()),
            ("Hidden", hidden.to_owned()),
        ])
    }
}

impl Enterprise {
    fn parse(card: &str) -> Self {
        let [method, phase_2, identity, anonymous] = ["E", "PH2", "I", "A"].map(|key| card_value(card, key));
        Self { method, phase_2, identity, anonymous }
    }

    fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let method = ["PEAP", "TTLS", "PWD"][answers.choice(&METHOD)?];
        let phase_2 = ["MSCHAPV2", "PAP", "GTC"][answers.choice(&PHASE_2)?];
        let identity = answers.exact(&IDENTITY)?;
        if identity.trim().is_empty() {
            return Err(IDENTITY.missing());
        }
        // A method with a password alone has no inner authentication.
        let phase_2 = if method == "PWD" { "" } else { phase_2 };
        let anonymous = answers.exact(&ANONYMOUS)?;
        Ok(Self { method: method.to_owned(), phase_2: phase_2.to_owned(), identity, anonymous })
    }
}

/// IEEE 802.11: a WPA password has 8 to 63 characters, or is the key itself in 64 hexadecimal digits; a WEP key has
/// 40 or 104 bits. A WPA3-only password may have any length: this is what access points and phones accept.
fn check_password(security: Security, password: &str) -> Result<(), &'static str> {
    let is_hexadecimal = password.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (security, password.len()) {
        (Security::Wpa, 8..=63) => Ok(()),
        (Security::Wpa, 64) if is_hexadecimal => Ok(()),
        (Security::Wpa, 0) => Err("Fill in the password, or choose None as the security."),
        (Security::Wpa, _) => Err("A WPA password has 8 to 63 characters: check it."),
        (Security::Sae, 6..=100) => Ok(()),
        (Security::Sae, _) => Err("A WPA3 password has 6 to 100 bytes: check it."),
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
        let Enterprise { method, phase_2, identity, anonymous } = &self.enterprise;
        let fields = [
            ("T", self.security.word()),
            ("S", &self.network),
            ("E", method),
            ("PH2", phase_2),
            ("A", anonymous),
            ("I", identity),
            ("P", &self.password),
            ("H", hidden),
        ];
        fields.iter().try_for_each(|(key, value)| f.write_str(&card_field(key, value)))?;
        f.write_str(";")
    }
}
