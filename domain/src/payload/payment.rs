//! A transfer of euros: “Quick Response Code: Guidelines to enable the data capture for the initiation of a SEPA
//! credit transfer”, EPC069-12, version 002 in UTF-8. Banking apps call it GiroCode or Stuzza.

use core::fmt;
use core::str::FromStr;

use iban::Iban;

use super::{Answers, Field, FieldError, Input};
use crate::words::counted;

pub(super) const FIELDS: &[Field] = &[NAME, IBAN, BIC, AMOUNT, MESSAGE, REFERENCE, PURPOSE];
const NAME: Field = Field::new("payee", "Payee", Input::Line).required();
const IBAN: Field = Field::new("iban", "IBAN", Input::Exact).required().hint("DE02 1203 0000 0000 2020 51");
const BIC: Field = Field::new("bic", "BIC", Input::Exact).hint("optional within Europe");
const AMOUNT: Field = Field::new("amount", "Amount in euros", Input::Decimal).hint("12.30");
const MESSAGE: Field = Field::new("message", "Message to the payee", Input::Line);
const REFERENCE: Field =
    Field::new("reference", "Creditor reference", Input::Exact).hint("RF18 5390 0754 7034");
const PURPOSE: Field = Field::new("purpose", "Purpose code", Input::Exact).hint("optional: CHAR, RENT …");

/// The guidelines' limits, in characters.
const NAME_MAX_CHARS: usize = 70;
const MESSAGE_MAX_CHARS: usize = 140;
const REFERENCE_MAX_CHARS: usize = 35;
/// The largest amount, in cents.
const AMOUNT_MAX_CENTS: u64 = 99_999_999_999;
/// The maximum length of the code's text.
const PAYLOAD_MAX_BYTES: usize = 331;

/// The countries of SEPA by the first letters of their IBANs: the European Economic Area, and those that joined, of which
/// Serbia was the last, in May 2026. The source is the “EPC List of SEPA Scheme Countries” (EPC409-09), compared on
/// 2026-11-29. Parts of a country that have no IBANs of their own are in it by hers: Jersey, Guernsey and Man by the
/// British ones, Åland by the Finnish, the French territories in EPC409-09 by the French. The lengths are those of the
/// SWIFT IBAN registry as `iban_validate` has them; the tests hold each country's example from the registry against them.
#[rustfmt::skip]
const SEPA: [&str; 42] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
    "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    "AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA",
];

/// A transfer of euros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The payee.
    pub name: String,
    /// The account: capitals and digits, without spaces.
    pub iban: String,
    /// The bank; may be empty.
    pub bic: String,
    /// The amount, unless the payer chooses it.
    pub amount_cents: Option<u64>,
    /// The purpose (ISO 20022 external code); may be empty.
    pub purpose: String,
    /// A machine-readable reference (ISO 11649); may be empty.
    pub reference: String,
    /// The message to the payee; empty when there is a reference.
    pub message: String,
}

impl Payment {
    /// Reads versions 001 and 002, with any kind of line break.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let mut line = || lines.next().unwrap_or_default();
        let is_one = line().trim() == "BCD"
            && matches!(line().trim(), "001" | "002")
            && line().trim().len() == 1
            && line().trim() == "SCT";
        if !is_one {
            return None;
        }
        let [bic, name, iban, amount, purpose, reference, message] =
            core::array::from_fn(|_| line().to_owned());
        let amount_cents = amount.trim().strip_prefix("EUR").and_then(cents);
        let payment = Self { name, iban: compact(&iban), bic, amount_cents, purpose, reference, message };
        (!payment.iban.is_empty()).then_some(payment)
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let text = |field: &Field, most: usize| {
            let line = answers.line(field)?;
            match line.chars().count().checked_sub(most) {
                None | Some(0) => Ok(line),
                Some(over) => Err(field.error(format!(
                    "Shorten it by {}: the maximum is {most}.",
                    counted(over as u64, "character", "characters")
                ))),
            }
        };
        let amount = answers.line(&AMOUNT)?;
        let payment = Self {
            name: text(&NAME, NAME_MAX_CHARS)?,
            iban: typed_iban(&answers.exact(&IBAN)?)?,
            bic: typed_bic(&answers.exact(&BIC)?)?,
            amount_cents: if amount.is_empty() { None } else { Some(typed_cents(&amount)?) },
            message: text(&MESSAGE, MESSAGE_MAX_CHARS)?,
            reference: typed_reference(&answers.exact(&REFERENCE)?)?,
            purpose: typed_purpose(&answers.exact(&PURPOSE)?)?,
        };
        if !payment.message.is_empty() && !payment.reference.is_empty() {
            return Err(REFERENCE.error("Enter a message or a reference, not both."));
        }
        match payment.to_string().len().checked_sub(PAYLOAD_MAX_BYTES) {
            None | Some(0) => Ok(payment),
            Some(over) => {
                let over = counted(over as u64, "byte", "bytes");
                Err(MESSAGE
                    .error(format!("Banks read at most {PAYLOAD_MAX_BYTES} bytes: shorten it by {over}.")))
            }
        }
    }

    pub(super) fn words(&self) -> String {
        let amount = self.amount_cents.map(|cents| format!(": {} EUR", euros(cents))).unwrap_or_default();
        format!("Payment to {}{amount}", self.name)
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let amount = self.amount_cents.map(|cents| format!("{} EUR", euros(cents)));
        Vec::from([
            (NAME.label, self.name.clone()),
            (IBAN.label, in_fours(&self.iban)),
            (BIC.label, self.bic.clone()),
            ("Amount", amount.unwrap_or_default()),
            ("Message", self.message.clone()),
            ("Reference", in_fours(&self.reference)),
            ("Purpose", self.purpose.clone()),
        ])
    }
}

/// ISO 13616: the check digits are right, and the length is the country's.
fn typed_iban(line: &str) -> Result<String, FieldError> {
    let iban = compact(line);
    let sentence = match Iban::from_str(&iban) {
        Ok(_) if SEPA.contains(&&iban[..2]) => return Ok(iban),
        Ok(_) => {
            "This account is outside SEPA, where these codes do not work: use an IBAN of a SEPA country."
        }
        Err(iban::ParseIbanError::UnknownCountry(_)) => "No country's IBANs start like this: check it.",
        Err(iban::ParseIbanError::InvalidBban(_)) => {
            "The IBAN has the wrong length for its country: check it."
        }
        Err(_) => "The IBAN has a typing error: check it against the original.",
    };
    Err(IBAN.error(sentence))
}

/// ISO 9362: four letters for the bank, two for the country, then two characters and optionally three more.
fn typed_bic(line: &str) -> Result<String, FieldError> {
    let bic = compact(line);
    let is_bic = matches!(bic.len(), 0 | 8 | 11)
        && bic.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
        && bic.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_bic { Ok(bic) } else { Err(BIC.error("A BIC has 8 or 11 characters, like BYLADEM1001: check it.")) }
}

fn typed_purpose(line: &str) -> Result<String, FieldError> {
    let purpose = compact(line);
    let is_code = matches!(purpose.len(), 0..=4) && purpose.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_code { Ok(purpose) } else { Err(PURPOSE.error("A purpose code has up to 4 letters, like CHAR.")) }
}

/// References are printed in groups; those of ISO 11649 have check digits.
fn typed_reference(line: &str) -> Result<String, FieldError> {
    let reference = compact(line);
    let is_good = reference.len() <= REFERENCE_MAX_CHARS
        && reference.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (!reference.starts_with("RF") || remainder_97(&reference) == Some(1));
    let sentence = "The reference has a typing error: check it, or write it as a message.";
    if is_good { Ok(reference) } else { Err(REFERENCE.error(sentence)) }
}

/// ISO 7064, MOD 97-10: the first four characters go to the end, and letters count from 10.
fn remainder_97(reference: &str) -> Option<u32> {
    let (head, rest) = reference.split_at_checked(4)?;
    rest.chars().chain(head.chars()).try_fold(0, |remainder, character| {
        let digit = character.to_digit(36)?;
        let shift = if digit < 10 { 10 } else { 100 };
        Some((remainder * shift + digit) % 97)
    })
}

fn typed_cents(line: &str) -> Result<u64, FieldError> {
    let amount = line.trim_start_matches('€').trim_end_matches('€').trim().replace(',', ".");
    let cents = cents(&amount).ok_or_else(|| AMOUNT.error("Write the amount like 12.30."))?;
    match cents {
        1..=AMOUNT_MAX_CENTS => Ok(cents),
        0 => Err(AMOUNT.error("The minimum amount is 0.01. Leave the field empty to let the payer choose.")),
        _ => Err(AMOUNT.error("The maximum amount is 999999999.99.")),
    }
}

/// Digits, and optionally a point and one or two more.
fn cents(amount: &str) -> Option<u64> {
    let (euros, cents) = amount.split_once('.').unwrap_or((amount, "0"));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    // Nobody has a trillion, and it would not overflow yet.
    if !(1..=12).contains(&euros.len())
        || !(1..=2).contains(&cents.len())
        || !is_number(euros)
        || !is_number(cents)
    {
        return None;
    }
    format!("{euros}{cents:0<2}").parse().ok()
}

fn euros(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Without grouping spaces, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// In groups of four, as account numbers are printed.
fn in_fours(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|four| four.iter().collect()).collect::<Vec<String>>().join(" ")
}

impl fmt::Display for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.amount_cents.map(|cents| format!("EUR{}", euros(cents))).unwrap_or_default();
        let elements = [
            "BCD\n002\n1\nSCT",
            &self.bic,
            &self.name,
            &self.iban,
            &amount,
            &self.purpose,
            &self.reference,
            &self.message,
        ];
        // Empty lines at the end may be omitted.
        f.write_str(elements.join("\n").trim_end_matches('\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the SWIFT IBAN registry, in the order of `SEPA`.
    #[rustfmt::skip]
    const EXAMPLES: [&str; SEPA.len()] = [
        "AT611904300234573201", "BE68539007547034", "BG80BNBG96611020345678", "CY17002001280000001200527600",
        "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243", "EE382200221020145685",
        "ES9121000418450200051332", "FI2112345600000785", "FR1420041010050500013M02606",
        "GR1601101250000000012300695", "HR1210010051863000160", "HU42117730161111101800000000",
        "IE29AIBK93115212345678", "IS140159260076545510730339", "IT60X0542811101000000123456",
        "LI21088100002324013AA", "LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001",
        "MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300", "NO9386011117947",
        "PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000",
        "SE4550000000058398257466", "SI56263300012039086", "SK3112000000198742637541",
        "AD1200012030200359100100", "AL47212110090000000235698741", "CH9300762011623852957",
        "GB29NWBK60161331926819", "GI75NWBK000000007099453", "MC5811222000010123456789030",
        "MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984", "RS35260005601001611379",
        "SM86U0322509800000000270100", "VA59001123000012345678",
    ];

    #[test]
    fn every_country_of_sepa_by_the_example_of_the_registry() {
        for (iban, country) in EXAMPLES.iter().zip(SEPA) {
            assert_eq!((typed_iban(iban).as_deref(), &iban[..2]), (Ok(*iban), country));
        }
        // The Faroe Islands, Greenland, Kosovo, Turkey, Ukraine.
        for iban in [
            "FO6264600001631634",
            "GL8964710001000206",
            "XK051212012345678906",
            "TR330006100519786457841326",
            "UA213223130000026007233566001",
        ] {
            let error = typed_iban(iban).unwrap_err().to_string();
            assert!(error.contains("outside SEPA"), "{iban}: {error}");
        }
    }

    /// The same account with a digit more or fewer, and right check digits.
    #[test]
    fn an_iban_of_another_length_is_refused() {
        for iban in EXAMPLES {
            for rest in [format!("{}0", &iban[4..]), iban[4..iban.len() - 1].to_owned()] {
                let country = &iban[..2];
                let check = 98 - remainder_97(&format!("{country}00{rest}")).unwrap();
                let error = typed_iban(&format!("{country}{check:02}{rest}")).unwrap_err().to_string();
                assert!(error.contains("wrong length"), "{country}: {error}");
            }
        }
    }
}
