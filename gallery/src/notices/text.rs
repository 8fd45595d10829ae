//! What a notice says: what was done, and where to look. At most one text message where possible: 160 characters of the
//! alphabet that phones share (GSM 03.38, 6.2.1); beyond it a message costs twice, and with any other character it
//! holds only 70. Not here: sending it.

use std::fmt;
use std::str::FromStr;

use domain::{EntryId, Recipe, Space};
use url::Url;

/// What one text message holds, in septets.
const MESSAGE_MAX_SEPTETS: usize = 160;

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// One line of plain text, with the link in it.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
}

/// What a person is told of a photo that is done.
pub fn text(public: Option<&PublicAddress>, space: &Space, id: EntryId, recipe: Recipe) -> NoticeText {
    let done = done(recipe).map(|done| format!(", {done}")).unwrap_or_default();
    let Some(public) = public else {
        return NoticeText { text: format!("Your photo (number {id}) is ready{done}."), link: None };
    };
    let link = public.entry(space, id);
    let whole = format!("Your photo is ready{done}: {link}");
    let is_one_message = septets(&whole).is_some_and(|septets| septets <= MESSAGE_MAX_SEPTETS);
    let text = if is_one_message { whole } else { format!("Your photo is ready: {link}") };
    NoticeText { text, link: Some(link) }
}

/// What a person is told of a photo of which nothing could be made: the page says why.
pub(super) fn failure_text(public: Option<&PublicAddress>, space: &Space, id: EntryId) -> NoticeText {
    let link = public.map(|public| public.entry(space, id));
    let text = match &link {
        Some(link) => format!("Your photo could not be processed: {link}"),
        None => format!("Your photo (number {id}) could not be processed."),
    };
    NoticeText { text, link }
}

/// What was done, as a participle.
fn done(recipe: Recipe) -> Option<&'static str> {
    match recipe {
        Recipe::Flip => Some("flipped left to right"),
        Recipe::FlipVertical => Some("flipped upside down"),
        Recipe::Rotate90 => Some("rotated right by 90 degrees"),
        Recipe::Rotate180 => Some("rotated by 180 degrees"),
        Recipe::Rotate270 => Some("rotated left by 90 degrees"),
        Recipe::Nothing => None,
    }
}

/// The length of a text in septets; `None` if a character is not in the alphabet.
fn septets(text: &str) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
    // Each takes an escape, too.
    const EXTENDED: &str = "\u{c}^{}\\[~]|€";
    text.chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || BASIC.contains(c) => Some(1),
            c if EXTENDED.contains(c) => Some(2),
            _ => None,
        })
        .sum()
}

/// Where people reach the pages: `https://qrate.example.org/`, with the base path if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(Url);

/// Not such an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the public address is that of the start page, such as https://qrate.example.org/")]
pub struct PublicAddressError;

impl PublicAddress {
    /// The page of an entry.
    pub fn entry(&self, space: &Space, id: EntryId) -> String {
        format!("{}s/{space}/e/{id}", self.0)
    }
}

impl FromStr for PublicAddress {
    type Err = PublicAddressError;

    fn from_str(text: &str) -> Result<Self, PublicAddressError> {
        let mut url: Url = text.trim().parse().map_err(|_| PublicAddressError)?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_web || !is_bare {
            return Err(PublicAddressError);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_says_what_was_done_and_where() {
        let public: PublicAddress = "https://qrate.example.org".parse().unwrap();
        let space = "team-a".parse().unwrap();
        let said = text(Some(&public), &space, 17, Recipe::Flip);
        assert_eq!(
            said.text,
            "Your photo is ready, flipped left to right: https://qrate.example.org/s/team-a/e/17"
        );
        assert_eq!(said.link.as_deref(), Some("https://qrate.example.org/s/team-a/e/17"));
        let said = text(Some(&public), &Space::main(), 17, Recipe::Nothing);
        assert_eq!(said.text, "Your photo is ready: https://qrate.example.org/s/main/e/17");
        let said = text(None, &Space::main(), 17, Recipe::Rotate90);
        assert_eq!(said.text, "Your photo (number 17) is ready, rotated right by 90 degrees.");
        assert_eq!(said.link, None);
        let said = failure_text(Some(&public), &space, 17);
        assert_eq!(said.text, "Your photo could not be processed: https://qrate.example.org/s/team-a/e/17");
        assert_eq!(failure_text(None, &space, 17).text, "Your photo (number 17) could not be processed.");
    }

    #[test]
    fn notice_fits_one_text_message_where_possible() {
        let long_name = format!("https://{}.example.org/below/", "x".repeat(63));
        let longest_space: Space = "s".repeat(40).parse().unwrap();
        for address in ["http://127.0.0.1:8080", "https://qrate.example.org/qrate/", &long_name] {
            let public: PublicAddress = address.parse().unwrap();
            for recipe in Recipe::ALL {
                for id in [1, (1 << 53) - 1] {
                    let said = text(Some(&public), &longest_space, id, recipe);
                    assert!(
                        septets(&said.text).unwrap() <= MESSAGE_MAX_SEPTETS || address == long_name,
                        "{said:?}"
                    );
                    assert!(said.text.ends_with(said.link.as_deref().unwrap()), "{said:?}");
                }
            }
        }
        let public: PublicAddress = long_name.parse().unwrap();
        let said = text(Some(&public), &"a".parse().unwrap(), (1 << 53) - 1, Recipe::Rotate90);
        assert!(septets(&said.text).unwrap() <= MESSAGE_MAX_SEPTETS, "{said:?}");
    }

    #[test]
    fn septets_are_those_of_the_standard() {
        for (said, length) in [("", Some(0)), ("a@_", Some(3)), ("~|€", Some(6)), ("°", None), ("`", None)]
        {
            assert_eq!(septets(said), length, "{said}");
        }
    }

    #[test]
    fn public_address_is_that_of_the_start_page() {
        for (given, read) in [
            ("https://qrate.example.org", "https://qrate.example.org/"),
            (" http://127.0.0.1:8080/qrate ", "http://127.0.0.1:8080/qrate/"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ] {
            let address: PublicAddress = given.parse().unwrap();
            assert_eq!(address.to_string(), read);
            assert!(septets(&address.entry(&Space::main(), 1)).is_some());
        }
        for wrong in ["", "qrate.example.org", "ftp://a/", "https://a:b@c/", "https://a/?b", "https://a/#b"] {
            assert_eq!(wrong.parse::<PublicAddress>(), Err(PublicAddressError), "{wrong}");
        }
    }
}
