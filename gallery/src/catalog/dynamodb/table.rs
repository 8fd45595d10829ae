//! The table, and single requests to it: each with a time limit, each retried by the SDK a few times. Not here:
//! transactions (`transaction`), which must not be repeated blindly.

use std::collections::HashMap;
use std::iter;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, KeysAndAttributes, PutRequest, ReturnValue, WriteRequest,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::super::CatalogError;
use super::attributes::{Item, number, string};
use super::error;
use super::layout::{PK, Place, SK};
use super::table_name::TableName;
use crate::aws::Aws;
use crate::clock::back_off;

/// Attempts of a single request; between them the SDK waits a random part of a doubling interval.
const ATTEMPTS_MAX: u32 = 4;
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MOST: Duration = Duration::from_secs(1);
/// The time limit of all attempts together, in multiples of the longest wait for one response.
const CALL_ANSWERS_MAX: u32 = 3;
/// Items per `BatchGetItem` and per `BatchWriteItem`.
const GET_MAX: usize = 100;
const WRITE_MAX: usize = 25;
/// Concurrent requests of one bulk write.
const WRITES_AT_ONCE: usize = 8;
/// How often unprocessed items of a batch are requested again: about half a minute in all.
const LEFTOVER_ATTEMPTS: u32 = 12;
const LEFTOVER_FIRST: Duration = Duration::from_millis(50);
const LEFTOVER_MOST: Duration = Duration::from_secs(5);

/// The condition of a single write was not met.
pub(crate) const NOT_MET: &str = "ConditionalCheckFailedException";
/// A transaction is writing the item of a single write.
const IN_THE_WAY: &str = "TransactionConflictException";

/// An unconditional write.
pub(super) enum Write {
    Put(Item),
    Delete(Place),
}

/// An update of an item.
pub(super) struct Update<'a> {
    pub(super) place: Place,
    pub(super) attribute: &'a str,
    pub(super) value: AttributeValue,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: TableName,
}

impl Table {
    pub(crate) fn new(aws: &Aws, name: TableName, answer_max: Duration) -> Self {
        let limits = TimeoutConfig::builder()
            .connect_timeout(answer_max)
            .operation_attempt_timeout(answer_max)
            .operation_timeout(answer_max.saturating_mul(CALL_ANSWERS_MAX))
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS_MAX)
            .with_initial_backoff(RETRY_FIRST)
            .with_max_backoff(RETRY_MOST);
        let config = aws_sdk_dynamodb::config::Builder::from(&aws.config);
        let config = config.timeout_config(limits).retry_config(retries);
        // The SDK budgets its retries for the whole program, under this name.
        let at = aws.endpoint_url("DynamoDB").unwrap_or_else(|| "DynamoDB".to_owned());
        let config = config.retry_partition(RetryPartition::new(format!("{at} {name}")));
        Self { client: Client::from_conf(config.build()), name }
    }

    /// The current item.
    pub(crate) async fn get(&self, place: Place) -> Result<Option<Item>, CatalogError> {
        let get = self.client.get_item().table_name(self.name.as_str()).consistent_read(true);
        let answer = get.set_key(Some(place.into_item())).send().await;
        Ok(answer.map_err(|error| error::classify(&self.name, error))?.item)
    }

    /// The current items, each read at its own moment; missing ones are omitted.
    pub(super) async fn get_many(
        &self,
        mut places: Vec<Place>,
    ) -> Result<HashMap<Place, Item>, CatalogError> {
        places.sort_unstable_by(|a, b| (&a.pk, &a.sk).cmp(&(&b.pk, &b.sk)));
        places.dedup();
        let mut found = HashMap::with_capacity(places.len());
        for places in places.chunks(GET_MAX) {
            let mut keys: Vec<Item> = places.iter().cloned().map(Place::into_item).collect();
            let mut attempt = 0;
            while !keys.is_empty() {
                let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
                let wanted = wanted.expect("the keys are set");
                let request = self.client.batch_get_item().request_items(self.name.as_str(), wanted);
                let answer = request.send().await.map_err(|error| error::classify(&self.name, error))?;
                let items = answer.responses.into_iter().flatten().flat_map(|(_, items)| items);
                found.extend(items.filter_map(|item| Some((Place::of(&item)?, item))));
                let left = answer.unprocessed_keys.unwrap_or_default().remove(self.name.as_str());
                keys = left.map_or_else(Vec::new, |left| left.keys);
                pause(&mut attempt, !keys.is_empty()).await?;
            }
        }
        Ok(found)
    }

    /// The current items of a partition between two sort keys, inclusive, page by page.
    pub(super) async fn range(&self, from: Place, to: &str) -> Result<Vec<Item>, CatalogError> {
        let query = self
            .client
            .query()
            .table_name(self.name.as_str())
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", string(from.pk))
            .expression_attribute_values(":from", string(from.sk))
            .expression_attribute_values(":to", string(to));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| error::classify(&self.name, error))?.items.unwrap_or_default());
        }
        Ok(items)
    }

    /// Sets one attribute of an item on a condition, in which `#attribute` and `:value` stand for both and `:was` for
    /// the given value; returns whether it was met.
    pub(super) async fn update(
        &self,
        update: Update<'_>,
        condition: &str,
        was: Option<AttributeValue>,
    ) -> Result<bool, CatalogError> {
        let request = self
            .client
            .update_item()
            .table_name(self.name.as_str())
            .set_key(Some(update.place.into_item()))
            .update_expression("SET #attribute = :value")
            .condition_expression(condition)
            .expression_attribute_names("#attribute", update.attribute)
            .set_expression_attribute_values(was.map(|was| HashMap::from([(":was".to_owned(), was)])))
            .expression_attribute_values(":value", update.value);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some(NOT_MET) => Ok(false),
            Err(error) => Err(error::classify(&self.name, error)),
        }
    }

    /// Increments a number in an item and returns the item; `None` if it does not exist, or a transaction is writing
    /// it.
    pub(super) async fn count_up(&self, place: Place, attribute: &str) -> Result<Option<Item>, CatalogError> {
        let request = self
            .client
            .update_item()
            .table_name(self.name.as_str())
            .set_key(Some(place.into_item()))
            .update_expression("ADD #attribute :one")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew);
        match request.send().await {
            Ok(answer) => Ok(answer.attributes),
            Err(error) if matches!(error.code(), Some(NOT_MET | IN_THE_WAY)) => Ok(None),
            Err(error) => Err(error::classify(&self.name, error)),
        }
    }

    /// Writes all of these, in any order. After an error some may be written.
    pub(super) async fn write_many(
        &self,
        writes: impl Iterator<Item = Write> + Send,
    ) -> Result<(), CatalogError> {
        let mut requests = writes.map(Write::into_request).fuse();
        let batches = iter::from_fn(|| {
            let batch: Vec<_> = requests.by_ref().take(WRITE_MAX).collect();
            (!batch.is_empty()).then_some(batch)
        });
        let written = stream::iter(batches).map(|batch| self.write_batch(batch));
        written.buffer_unordered(WRITES_AT_ONCE).try_collect().await
    }

    async fn write_batch(&self, mut batch: Vec<WriteRequest>) -> Result<(), CatalogError> {
        let mut attempt = 0;
        while !batch.is_empty() {
            let request = self.client.batch_write_item().request_items(self.name.as_str(), batch.clone());
            match request.send().await.map_err(|error| error::classify(&self.name, error)) {
                Ok(answer) => {
                    let left = answer.unprocessed_items.unwrap_or_default().remove(self.name.as_str());
                    batch = left.unwrap_or_default();
                }
                // A newly created table needs a while until it accepts much: longer than the SDK's patience.
                Err(CatalogError::Unavailable(_)) if attempt < LEFTOVER_ATTEMPTS => {}
                Err(error) => return Err(error),
            }
            pause(&mut attempt, !batch.is_empty()).await?;
        }
        Ok(())
    }
}

impl Write {
    fn into_request(self) -> WriteRequest {
        match self {
            Self::Put(item) => {
                let put = PutRequest::builder().set_item(Some(item)).build().expect("the item is set");
                WriteRequest::builder().put_request(put).build()
            }
            Self::Delete(place) => {
                let delete = DeleteRequest::builder().set_key(Some(place.into_item())).build();
                WriteRequest::builder().delete_request(delete.expect("the key is set")).build()
            }
        }
    }
}

/// Waits before requesting the rest of a batch again, or gives up.
async fn pause(attempt: &mut u32, is_left: bool) -> Result<(), CatalogError> {
    if is_left {
        if *attempt >= LEFTOVER_ATTEMPTS {
            return Err(CatalogError::Unavailable(
                "DynamoDB keeps leaving items of a batch unprocessed".into(),
            ));
        }
        tokio::time::sleep(back_off(LEFTOVER_FIRST, *attempt, LEFTOVER_MOST)).await;
        *attempt += 1;
    }
    Ok(())
}
