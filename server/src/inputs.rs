//! What comes in, parsed: path segments, query parameters, bodies, what a client accepts. Whatever does not parse is a
//! `Problem` with a sentence, never a panic and never a plain-text rejection of the framework.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use domain::limits::REQUEST_BODY_MAX_BYTES;
use domain::{EntryId, Space};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Ids, seqs and revisions are exact in JavaScript, too.
pub(crate) const NUMBER_MAX: u64 = (1 << 53) - 1;

/// A body of 64 KiB that takes longer comes from nobody who means well.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

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
        let most = if most == NUMBER_MAX { "below 2^53".to_owned() } else { format!("to {most}") };
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

/// The query of the address, or a form: names and values. Of a name given twice the first counts.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The value as it is.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
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
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

/// A form, as a page without JavaScript sends it.
pub(crate) struct Form(pub(crate) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/x-www-form-urlencoded")?;
        Ok(Self(Parameters::parse(&body(request).await?)))
    }
}

/// A JSON document.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/json")?;
        serde_json::from_slice(&body(request).await?)
            .map(Self)
            .map_err(|error| Problem::bad_request(format!("The JSON is not as it should be: {error}.")))
    }
}

fn expect_type(headers: &HeaderMap, media_type: &str) -> Result<(), Problem> {
    if media_types(headers, header::CONTENT_TYPE).any(|given| given.eq_ignore_ascii_case(media_type)) {
        return Ok(());
    }
    let sentence = format!("Send this with Content-Type: {media_type}.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
}

async fn body(request: Request) -> Result<Bytes, Problem> {
    let whole = axum::body::to_bytes(request.into_body(), REQUEST_BODY_MAX_BYTES);
    match tokio::time::timeout(BODY_TIMEOUT, whole).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(unread(&error)),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "The request came too slowly. Try again.")),
    }
}

fn unread(error: &axum::Error) -> Problem {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| (**error).source());
    if causes.any(|cause| cause.to_string() == "length limit exceeded") {
        let sentence = format!("The request is too large: at most {} KiB.", REQUEST_BODY_MAX_BYTES / 1024);
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence);
    }
    Problem::bad_request("The request broke off. Try again.")
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
        let parameters = Parameters::parse(b"a=1&b=x%20y+z&a=2&c");
        assert_eq!(parameters.text("a"), Some("1"));
        assert_eq!(parameters.text("b"), Some("x y z"));
        assert_eq!(parameters.text("c"), Some(""));
        assert_eq!(parameters.text("d"), None);
        assert!(parameters.small_number("b", 1..=200).is_err());
    }
}
