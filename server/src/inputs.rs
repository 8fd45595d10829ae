//! Parses input: path segments, query parameters, forms, accepted media types. Anything invalid becomes a `Problem`
//! with a sentence, never a panic and never the framework's plain-text rejection.
//! Not here: the space in the path, which comes with leave to act in it (`grants`).

use std::fmt::Display;
use std::str::FromStr;

use app::functions::Target;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use domain::limits::{FORM_BODY_MAX_BYTES, NUMBERS_BELOW};
use domain::{EntryId, Kind, Parameters, TableId, number};

use crate::body::body;
use crate::excerpt::excerpt;
use crate::problem::{InField as _, Problem};

/// Ids, seqs and revisions are also exact in JavaScript.
pub(crate) const NUMBER_MAX: u64 = NUMBERS_BELOW - 1;

/// Parses a domain type; an invalid text is a 400.
pub(crate) fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::bad_request(error.to_string()))
}

/// The kind of an entry.
pub(crate) fn kind(text: &str) -> Result<Kind, Problem> {
    match text {
        "code" => Ok(Kind::Code),
        "photo" => Ok(Kind::Photo),
        "file" => Ok(Kind::File),
        _ => Err(Problem::bad_request("A kind is code, photo or file.")),
    }
}

/// The id of an entry in an address.
pub(crate) fn entry_id(text: &str) -> Result<EntryId, Problem> {
    let sentence = "An entry's number is a whole number, such as 12.";
    number("", text, 1..=NUMBER_MAX).map_err(|_| Problem::bad_request(sentence))
}

/// The number of a table in an address.
pub(crate) fn table_id(text: &str) -> Result<TableId, Problem> {
    let sentence = "A table's number is a whole number.";
    number("", text, 1..=NUMBER_MAX).map_err(|_| Problem::bad_request(sentence))
}

/// Which page of a list an address asks a page for; the first by default.
pub(crate) fn page_number(query: &Parameters) -> Result<u32, Problem> {
    let sentence = "A page's number is a whole number, such as 2.";
    let page = query.small_number("page", 1..=u32::MAX);
    let page = page.map_err(|_| Problem::bad_request(sentence)).in_field("page")?;
    Ok(page.unwrap_or(1))
}

/// The target in the path of a server function.
pub(crate) struct PathTarget(pub(crate) Target);

impl<S: Send + Sync> FromRequestParts<S> for PathTarget {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let space = parsed(&segment(parts, "space").await?)?;
        let id = optional_segment(parts, "id").await?.as_deref().map(entry_id).transpose()?;
        Ok(Self(Target { space, id }))
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
pub(crate) async fn segment(parts: &mut Parts, name: &str) -> Result<String, Problem> {
    Ok(optional_segment(parts, name).await?.expect("the route has this segment"))
}

async fn optional_segment(parts: &mut Parts, name: &str) -> Result<Option<String>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Problem::bad_request("The address is not UTF-8."))?;
    Ok(params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}

/// The query string.
pub(crate) struct Query(pub(crate) Parameters);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parameters(parts.uri.query().unwrap_or_default().as_bytes(), "The address").map(Self)
    }
}

impl Query {
    /// Refuses other parameters than these, which an older or a mistaken program sends.
    pub(crate) fn with_only(self, known: &[&str]) -> Result<Parameters, Problem> {
        let unknown = self.0.pairs().map(|(name, _)| name).find(|name| !known.contains(name)).map(excerpt);
        match unknown {
            Some(unknown) => {
                let known = known.join(", ");
                let sentence = format!("There is no parameter {unknown}. The parameters are {known}.");
                Err(Problem::bad_request(sentence)).in_field(&unknown)
            }
            None => Ok(self.0),
        }
    }
}

/// Parses parameters; `what` names them in the error.
fn parameters(encoded: &[u8], what: &str) -> Result<Parameters, Problem> {
    Parameters::parse(encoded).map_err(|error| Problem::bad_request(format!("{what} is {error}.")))
}

/// A form, as a page without JavaScript sends it.
pub(crate) struct Form(pub(crate) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/x-www-form-urlencoded")?;
        let most_kib = FORM_BODY_MAX_BYTES / 1024;
        let too_large =
            format!("The form exceeds {most_kib} KiB, so nothing was saved. Go back and shorten the text.");
        let body = body(request, FORM_BODY_MAX_BYTES, too_large).await?;
        parameters(&body, "The form").map(Self)
    }
}

pub(crate) fn expect_type(headers: &HeaderMap, media_type: &str) -> Result<(), Problem> {
    expect_no_coding(headers)?;
    if media_types(headers, header::CONTENT_TYPE).any(|given| given.eq_ignore_ascii_case(media_type)) {
        return Ok(());
    }
    let sentence = format!("Send this with Content-Type: {media_type}.");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
}

/// Refuses a compressed body.
pub(crate) fn expect_no_coding(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let sentence = "Send this without Content-Encoding.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    Ok(())
}

/// Whether the client accepts this media type by name.
pub(crate) fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    media_types(headers, header::ACCEPT).any(|accepted| accepted.eq_ignore_ascii_case(media_type))
}

/// Whether the request comes from a hydrated page, which asks for JSON.
pub(crate) fn is_awake(headers: &HeaderMap) -> bool {
    accepts(headers, "application/json")
}

/// The media types in a header, in lower case, each with its weight in thousandths.
pub(crate) fn weighted_media_types(
    headers: &HeaderMap,
    name: header::HeaderName,
) -> impl Iterator<Item = (String, u16)> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|part| {
        let mut parameters = part.split(';');
        let media_type = parameters.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight =
            parameters.find_map(|parameter| parameter.trim().strip_prefix(['q', 'Q'])?.strip_prefix('='));
        (media_type, weight.map_or(1000, thousandths))
    })
}

/// A weight from 0 to 1 with at most three decimals, in thousandths; 0 if it is none.
fn thousandths(weight: &str) -> u16 {
    let (whole, decimals) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let is_short = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "1" if is_short => 1000,
        "0" if is_short => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// The media types in a header, without parameters.
pub(crate) fn media_types(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| part.split(';').next().unwrap_or_default().trim())
}
