//! The look of a code, as text. Not here: the keys and how a look is drawn (`qr::Style`), and the error correction
//! level, which is not part of a look.

use core::fmt;
use core::str::FromStr;

use qr::StyleTextError;

/// A look: the canonical text of a `qr::Style`, a query such as `shape=dots&ink=0b3d91`. The look of the plain code
/// is empty.
///
/// It is kept as text because that takes little memory. A stored look is kept even if this version cannot parse it (a
/// newer one wrote it), and drawn as the plain code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct StyleText(Box<str>);

impl StyleText {
    /// The look in the decoded pairs of a query or form. Other keys are ignored; of a repeated key the last value
    /// counts.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, StyleTextError> {
        Ok(Self::from(&qr::Style::from_pairs(pairs)?))
    }

    /// The look in a text that contains nothing else: an unknown key is an error.
    pub fn parse_only(query: &str) -> Result<Self, StyleTextError> {
        Ok(Self::from(&qr::Style::parse_only(query)?))
    }

    /// The closest valid look to invalid pairs: as many as are valid together, in their order.
    pub fn closest<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Self {
        let mut left: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_ref(), v.as_ref())).collect();
        let mut kept = Vec::new();
        // Repeated while it helps: some pairs are valid only after others that come later.
        loop {
            let before = left.len();
            left.retain(|pair| {
                kept.push(*pair);
                let is_refused = Self::from_pairs(kept.iter().copied()).is_err();
                if is_refused {
                    kept.pop();
                }
                is_refused
            });
            if left.len() == before {
                break;
            }
        }
        Self::from_pairs(kept).unwrap_or_default()
    }

    /// A look as stored, valid or not.
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the look of the plain code.
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// The style that it describes.
    pub fn style(&self) -> qr::Style {
        self.0.parse().unwrap_or_default()
    }

    /// The name of its logo, if it has one.
    pub fn logo_id(&self) -> Option<String> {
        // Most have none, which shows without parsing.
        let may_have_one = self.0.contains("logo=");
        may_have_one.then(|| self.style().logo).flatten().map(|logo| logo.id)
    }

    /// The same look without its logo.
    #[must_use]
    pub fn without_logo(&self) -> Self {
        Self::from(&qr::Style { logo: None, ..self.style() })
    }
}

impl From<&qr::Style> for StyleText {
    fn from(style: &qr::Style) -> Self {
        if style.is_plain() { Self::default() } else { Self(style.to_string().into()) }
    }
}

impl FromStr for StyleText {
    type Err = StyleTextError;

    fn from_str(query: &str) -> Result<Self, StyleTextError> {
        Ok(Self::from(&query.parse::<qr::Style>()?))
    }
}

impl fmt::Display for StyleText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for StyleText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for StyleText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Self::stored(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_text_is_canonical() {
        let look: StyleText = "ink=%230B3D91&other=1&shape=dots&quiet=4&ink-2=ff0000".parse().unwrap();
        assert_eq!(look.as_str(), "shape=dots&ink=0b3d91");
        assert_eq!(look.style().to_string().parse(), Ok(look));
        for plain in ["", "shape=square&size=8", "text=hello", "finder-ink=000000"] {
            assert!(plain.parse::<StyleText>().unwrap().is_plain(), "{plain}");
        }
        let twice = [("paper", "ffffff"), ("paper", "none")];
        assert_eq!(StyleText::from_pairs(twice).unwrap().as_str(), "paper=none");
        assert!("shape=stars".parse::<StyleText>().is_err() && "ink=eeeeee".parse::<StyleText>().is_err());
    }

    #[test]
    fn a_text_that_is_only_a_look_has_no_other_keys() {
        assert_eq!(
            StyleText::parse_only("ink=%230B3D91&shape=dots").unwrap().as_str(),
            "shape=dots&ink=0b3d91"
        );
        assert!(StyleText::parse_only("").unwrap().is_plain());
        let error = StyleText::parse_only("shape=dots&colour=0b3d91").unwrap_err().to_string();
        assert!(
            error.starts_with("A look has no “colour”: its keys are shape, finder, ball, ink,"),
            "{error}"
        );
        assert!(StyleText::parse_only("shape=stars").is_err());
    }

    #[test]
    fn closest_keeps_the_valid_pairs() {
        let pairs = [("shape", "dots"), ("ink", "f0f0f0"), ("frame", "label"), ("caption", "Menu")];
        assert!(StyleText::from_pairs(pairs).is_err());
        assert_eq!(StyleText::closest(&pairs).as_str(), "shape=dots&frame=label&caption=Menu");
    }

    #[test]
    fn logo_id_is_found() {
        let look: StyleText = "shape=dots&logo=us&logo-size=20".parse().unwrap();
        assert_eq!(look.logo_id().as_deref(), Some("us"));
        assert_eq!(look.without_logo().as_str(), "shape=dots");
        let words: StyleText = "frame=label&caption=logo%3D".parse().unwrap();
        assert_eq!(words.logo_id(), None);
        assert_eq!(StyleText::default().logo_id(), None);
    }

    #[test]
    fn unknown_stored_styles_are_kept_and_drawn_plain() {
        let newer = StyleText::stored("shape=stars&glow=1");
        assert!(newer.style().is_plain() && !newer.is_plain());
        assert_eq!(newer.as_str(), "shape=stars&glow=1");
    }

    #[test]
    fn style_text_is_small_in_memory() {
        assert_eq!(size_of::<StyleText>(), 16);
    }
}
