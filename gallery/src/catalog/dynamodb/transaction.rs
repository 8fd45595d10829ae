//! One transaction, carried out once, whatever gets lost on the way. Not here: what it writes (`commit`, `load`).

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as Refusal;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

use super::super::CatalogError;
use super::error;
use super::layout::{COMMIT, Place};
use super::patience::Patience;
use super::table::Table;
use super::table_name::TableName;
use crate::clock::Clock;

/// Unanswered attempts after which DynamoDB counts as unavailable.
const LOST_MAX: u32 = 4;

/// What to write, atomically, each on its condition.
pub(super) struct Transaction {
    pub(super) writes: Vec<TransactWriteItem>,
    /// How many of the writes, the last ones, have numbers derived from the root: they are taken once it has moved.
    pub(super) numbered: usize,
    /// The token that identifies it.
    pub(super) mark: String,
    /// An item whose `commit` is the token if, and only if, the transaction was carried out. `None` if the caller can
    /// tell from the state whether anything remains to be done.
    pub(super) proof: Option<Place>,
}

/// The outcome.
pub(super) enum Outcome {
    /// Written.
    Done,
    /// Not written, and with these conditions it never will be: the reason for each write.
    Refused(Vec<CancellationReason>),
}

/// The result of one request.
enum Sent {
    Done,
    Refused(Vec<CancellationReason>),
    /// Another write was in the way; nothing was written.
    InTheWay(CatalogError),
    /// Nothing was written.
    Throttled(CatalogError),
    /// It may have been written, or may still be.
    Lost(CatalogError),
    /// Nothing was written, and retrying does not help.
    Failed(CatalogError),
}

/// A new, unique token.
pub(super) fn new_mark() -> String {
    Clock::system().ulid().to_string()
}

impl Table {
    /// Carries a transaction out. A repetition of a lost request has its token, by which DynamoDB recognises it for
    /// ten minutes; otherwise a refusal may be caused by our own success: then the proof is checked.
    ///
    /// Errors: `Unavailable` when it may have been carried out, or ran out of time; others when it was not.
    pub(super) async fn carry_out(
        &self,
        transaction: &Transaction,
        patience: &mut Patience,
    ) -> Result<Outcome, CatalogError> {
        let mut lost = 0;
        let mut token = transaction.mark.clone();
        loop {
            let (goes_on, why) = match self.send(transaction, &token).await {
                Sent::Done => return Ok(Outcome::Done),
                Sent::Refused(_) if lost > 0 && self.is_proven(transaction).await? => {
                    return Ok(Outcome::Done);
                }
                Sent::Refused(reasons) => return Ok(Outcome::Refused(reasons)),
                Sent::Failed(why) if lost > 0 => (false, why),
                Sent::Failed(why) => return Err(why),
                Sent::InTheWay(why) => (patience.after_conflict().await, why),
                Sent::Throttled(why) => (patience.after_trouble().await, why),
                Sent::Lost(why) => {
                    lost += 1;
                    (lost < LOST_MAX && patience.after_trouble().await, why)
                }
            };
            if !goes_on {
                let is_done = lost > 0 && self.is_proven(transaction).await.unwrap_or(false);
                return if is_done { Ok(Outcome::Done) } else { Err(unavailable(why)) };
            }
            if lost == 0 {
                // Whatever was certainly not carried out needs no recognition: it is requested as new.
                token = new_mark();
            }
        }
    }

    async fn is_proven(&self, transaction: &Transaction) -> Result<bool, CatalogError> {
        let Some(place) = transaction.proof.clone() else { return Ok(false) };
        // If this fails, the outcome stays unknown.
        let proof = self.get(place).await.map_err(unavailable)?;
        Ok(proof
            .is_some_and(|item| item.get(COMMIT).is_some_and(|mark| mark.as_s() == Ok(&transaction.mark))))
    }

    async fn send(&self, transaction: &Transaction, token: &str) -> Sent {
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(transaction.writes.clone()))
            .client_request_token(token)
            .customize()
            // Whether a request was lost must be known here.
            .config_override(
                aws_sdk_dynamodb::config::Config::builder().retry_config(RetryConfig::disabled()),
            );
        match request.send().await {
            Ok(_) => Sent::Done,
            Err(error) => understand(&self.name, error),
        }
    }
}

fn understand(table: &TableName, error: SdkError<Refusal, HttpResponse>) -> Sent {
    if let Some(Refusal::TransactionCanceledException(cancelled)) = error.as_service_error() {
        let reasons = cancelled.cancellation_reasons();
        let has = |code: &str| reasons.iter().any(|reason| reason.code() == Some(code));
        if has("ConditionalCheckFailed") {
            return Sent::Refused(reasons.to_vec());
        }
        let (in_the_way, throttled) =
            (has("TransactionConflict"), has("ThrottlingError") || has("ProvisionedThroughputExceeded"));
        return match error::classify(table, error) {
            CatalogError::Other(why) if in_the_way => Sent::InTheWay(CatalogError::Unavailable(why)),
            CatalogError::Other(why) if throttled => Sent::Throttled(CatalogError::Unavailable(why)),
            why => Sent::Failed(why),
        };
    }
    let is_throttled = matches!(
        error.code(),
        Some(
            "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
                | "Throttling"
                | "ThrottlingException"
        )
    );
    match error::classify(table, error) {
        why @ CatalogError::Unavailable(_) if is_throttled => Sent::Throttled(why),
        why @ CatalogError::Unavailable(_) => Sent::Lost(why),
        why => Sent::Failed(why),
    }
}

fn unavailable(why: CatalogError) -> CatalogError {
    match why {
        CatalogError::Unavailable(_) => why,
        why => CatalogError::Unavailable(why.into()),
    }
}
