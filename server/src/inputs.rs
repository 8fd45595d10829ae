//! What comes in, parsed: path segments, query parameters, forms, what a client accepts. Whatever does not parse is a
//! `Problem` with a sentence, never a panic and never a plain-text rejection of the framework.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use domain::limits::FORM_BODY_MAX_BYTES;
use domain::{EntryId, Space, grouped};
use percent_encoding::percent_decode;

use crate::body::body;
use crate::problem::Problem;

/// Ids, seqs and revisions are exact in JavaScript, too.
pub(crate) const NUMBER_MAX: u64 = (1 << 53) - 1;

/// A text as one of the words of the domain; what it is not is a 400.
pub(crate) fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::bad_request(error.to_string()))
}

/// A number in decimal digits; anything else is a 400 that says what `name` should be.
pub(crate) fn number(name: &str, text: &str, range: RangeInclusive<u64>) -> Result<u64, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        let (least, most) = range.into_inner();
        let most = if most == NUMBER_MAX { "below 2^53".to_owned() } else { format!("to {}", grouped(most)) };
        Problem::bad_request(format!("{name} must be a whole number from {least} {most}."))
    })
}

/// The id of an entry, as it stands in an address.
pub(crate) fn entry_id(text: &str) -> Result<EntryId, Problem> {
    number("The number of an entry", text, 1..=NUMBER_MAX)
}

/// The space in the path.
pub(crate) struct InSpace(pub(crate) Space);

/// The space and the entry in the path.
pub(crate) struct OfEntry {
    pub(crate) space: Space,
    pub(crate) id: EntryId,
}

impl<S: Send + Sync> FromRequestParts<S> for InSpace {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parsed(&segment(parts, "space").await?)?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfEntry {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let space = parsed(&segment(parts, "space").await?)?;
        let id = entry_id(&segment(parts, "id").await?)?;
        Ok(Self { space, id })
    }
}

/// The file in the path.
pub(crate) struct FileName(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for FileName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        segment(parts, "file").await.map(Self)
    }
}

/// A segment of the path, percent-decoded.
async fn segment(parts: &mut Parts, name: &str) -> Result<String, Problem> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Problem::bad_request("The address is not UTF-8."))?;
    let found = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    Ok(found.expect("the route has this segment"))
}

/// The query of the address, or a form: names and values. Of a name given twice the first counts, but for looks.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Takes apart what is encoded; `what` it is stands in the sentence when it is not UTF-8. Saved with replacement
    /// characters it would be another text than the one that was sent.
    fn parse(encoded: &[u8], what: &str) -> Result<Self, Problem> {
        // The separators are ASCII: all of it is UTF-8 exactly when each part is.
        if percent_decode(encoded).decode_utf8().is_err() {
            return Err(Problem::bad_request(format!("{what} is not UTF-8.")));
        }
        Ok(Self(form_urlencoded::parse(encoded).into_owned().collect()))
    }

    /// The value as it is.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The same of a name given twice: the last counts. So it is with the fields of a look (`qr::Style::from_pairs`).
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Adds one behind all others.
    pub(crate) fn push(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// All of them, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value as a number of at least `least`.
    pub(crate) fn number(&self, name: &str, least: u64) -> Result<Option<u64>, Problem> {
        self.number_in(name, least..=NUMBER_MAX)
    }

    /// The value as a number in a range.
    pub(crate) fn number_in(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, Problem> {
        self.text(name).map(|text| number(name, text, range)).transpose()
    }

    /// The value as a number in a range that `u32` holds.
    pub(crate) fn small_number(
        &self,
        name: &str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, Problem> {
        let range = u64::from(*range.start())..=u64::from(*range.end());
        let number = self.number_in(name, range)?;
        Ok(number.map(|number| u32::try_from(number).expect("the range fits")))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default().as_bytes(), "The address")
    }
}

/// A form, as a page without JavaScript sends it.
pub(crate) struct Form(pub(crate) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/x-www-form-urlencoded")?;
        let most_kib = FORM_BODY_MAX_BYTES / 1024;
        let too_large = format!(
            "The form holds more than {most_kib} KiB, so nothing was saved. Go back and shorten the text."
        );
        let body = body(request, FORM_BODY_MAX_BYTES, too_large).await?;
        Parameters::parse(&body, "The form").map(Self)
    }
}

pub(crate) fn expect_type(headers: &HeaderMap, media_type: &str) -> Result<(), Problem> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let sentence = "Send this without Content-Encoding.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    if media_types(headers, header::CONTENT_TYPE).any(|given| given.eq_ignore_ascii_case(media_type)) {
        return Ok(());
    }
    let sentence = format!("Send this with Content-Type: {media_type}.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
}

/// Whether the client names this media type among those it accepts.
pub(crate) fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    media_types(headers, header::ACCEPT).any(|accepted| accepted.eq_ignore_ascii_case(media_type))
}

/// The media types in a header, without parameters.
fn media_types(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| part.split(';').next().unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_number() {
        let id = |text| entry_id(text).map_err(|problem| problem.sentence);
        assert_eq!(id("12"), Ok(12));
        assert_eq!(id("9007199254740991"), Ok(NUMBER_MAX));
        for bad in ["", "0", "-1", "+1", " 1", "1.0", "1e3", "9007199254740992", "99999999999999999999", "१"]
        {
            let sentence = "The number of an entry must be a whole number from 1 below 2^53.";
            assert_eq!(id(bad), Err(sentence.to_owned()), "{bad}");
        }
    }

    #[test]
    fn the_first_of_a_name_counts() {
        let parameters = Parameters::parse(b"a=1&b=x%20y+z&a=2&c", "The form").unwrap();
        assert_eq!(parameters.text("a"), Some("1"));
        assert_eq!(parameters.text("b"), Some("x y z"));
        assert_eq!(parameters.text("c"), Some(""));
        assert_eq!(parameters.text("d"), None);
        assert!(parameters.small_number("b", 1..=200).is_err());
    }

    #[test]
    fn only_utf8() {
        let sentence =
            |encoded: &[u8]| Parameters::parse(encoded, "The form").err().map(|problem| problem.sentence);
        assert_eq!(sentence("a=ä&b=%C3%A4&c=%00".as_bytes()), None);
        for bad in [&b"a=%FF"[..], b"a=\xff", b"a=%C3&%A4=b", b"%ED%A0%80", b"a=%F5%80%80%80"] {
            assert_eq!(sentence(bad).as_deref(), Some("The form is not UTF-8."), "{bad:?}");
        }
    }
}
