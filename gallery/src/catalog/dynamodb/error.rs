//! Maps errors of DynamoDB, and of the way to it, to catalog errors.

use std::error::Error;
use std::fmt::Display;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::super::CatalogError;
use super::attributes::{AttributeError, Item};
use super::layout::Place;
use super::root::SCHEMA;
use super::table_name::TableName;
use crate::aws::lacks_credentials;

/// Classifies an error. The codes:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html> and
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html>.
pub(crate) fn classify<E>(table: &TableName, error: SdkError<E, HttpResponse>) -> CatalogError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match &error {
        SdkError::ServiceError(_) => match error.code() {
            Some("ResourceNotFoundException") => no_table(table),
            Some(code) if DENIED.contains(&code) => CatalogError::Denied(error.into()),
            Some(code) if AWAY.contains(&code) => CatalogError::Unavailable(error.into()),
            _ if status >= 500 || status == 429 => CatalogError::Unavailable(error.into()),
            _ if status == 401 || status == 403 => CatalogError::Denied(error.into()),
            _ => CatalogError::Other(error.into()),
        },
        _ if lacks_credentials(&error) => CatalogError::Denied(error.into()),
        SdkError::ConstructionFailure(_) => CatalogError::Other(error.into()),
        // A timeout, a broken connection, or a response that is not DynamoDB's.
        _ => CatalogError::Unavailable(error.into()),
    }
}

/// These credentials, or this clock, are never accepted.
const DENIED: &[&str] = &[
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// It may work later.
const AWAY: &[&str] = &[
    "ContinuousBackupsUnavailableException",
    "InternalFailure",
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ResourceInUseException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

fn no_table(table: &TableName) -> CatalogError {
    CatalogError::Corrupt(format!(
        "there is no table {table} in this account and region: check the name and the region, or create the table (qrate setup)"
    ))
}

/// An item does not have the form that this program writes.
pub(crate) fn unreadable(place: Option<&Place>, why: &dyn Display) -> CatalogError {
    let (pk, sk) = place.map_or(("?", "?"), |place| (&place.pk, &place.sk));
    CatalogError::Corrupt(format!(
        "the item {pk:?}, {sk:?} cannot be read ({why}): restore the table to a moment before, or import an export \
         into a new one"
    ))
}

/// The same, for an item whose key is known.
pub(super) fn read<T>(
    item: Item,
    read: impl FnOnce(Item) -> Result<T, AttributeError>,
) -> Result<T, CatalogError> {
    let place = Place::of(&item);
    read(item).map_err(|why| unreadable(place.as_ref(), &why))
}

/// The table was written by a newer program.
pub(super) fn newer(schema: u64) -> CatalogError {
    CatalogError::Corrupt(format!(
        "the table was written by a newer program (version {schema}, this one knows {SCHEMA}): use that one"
    ))
}

/// A load of the space has begun and not ended.
pub(super) fn half_loaded(space: &domain::Space) -> CatalogError {
    CatalogError::Corrupt(format!(
        "an import into the space {space} is in progress or was interrupted: wait for it, or run it again"
    ))
}
