//! What an error of DynamoDB, or of the way to it, means to the port.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::super::CatalogError;
use super::attributes::{Item, NotOurs};
use super::layout::Place;
use super::root::SCHEMA;
use super::table_name::TableName;
use crate::aws::lacks_credentials;

/// The port's word for an error. The codes: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>
/// and <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html>.
pub(super) fn meaning<E>(table: &TableName, error: SdkError<E, HttpResponse>) -> CatalogError
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
        // Time is up, the line is down, or what came back is no answer of DynamoDB's.
        _ => CatalogError::Unavailable(error.into()),
    }
}

/// Nobody is let in with these credentials, or with this clock.
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

/// Later it may work.
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
        "there is no table {table} in this account and region: check the name and the region, or make the table (qrate setup)"
    ))
}

/// An item does not hold what this program writes.
pub(super) fn unreadable(place: Option<&Place>, why: &NotOurs) -> CatalogError {
    let (pk, sk) = place.map_or(("?", "?"), |place| (&place.pk, &place.sk));
    CatalogError::Corrupt(format!(
        "the item {pk:?}, {sk:?} cannot be read ({why}): restore the table to a moment before, or import an export \
         into a new one"
    ))
}

/// The same, for an item that is still there to name.
pub(super) fn read<T>(item: Item, read: impl FnOnce(Item) -> Result<T, NotOurs>) -> Result<T, CatalogError> {
    let place = Place::of(&item);
    read(item).map_err(|why| unreadable(place.as_ref(), &why))
}

/// The table has been written by a newer program.
pub(super) fn newer(schema: u64) -> CatalogError {
    CatalogError::Corrupt(format!(
        "the table was written by a newer program (version {schema}, this one knows {SCHEMA}): start that one"
    ))
}

/// A load of the space has begun and not ended.
pub(super) fn half_loaded(space: &domain::Space) -> CatalogError {
    CatalogError::Corrupt(format!(
        "an import into the space {space} is under way or was broken off: wait for it, or start it again"
    ))
}
