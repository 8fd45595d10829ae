//! Records in the catalog's DynamoDB table: items below `D#kind`, by their keys, with `value`, `version` and maybe
//! `expires_ms`. DynamoDB deletes an expired item some time after `expires_at`; until then it is treated as gone.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Timestamp;

use super::{Expected, Record, RecordKey, RecordPrefix, RecordValue, Records, RecordsError, Version};
use crate::aws::Aws;
use crate::catalog::CatalogError;
use crate::catalog::dynamodb::{
    DynamoOptions, EXPIRES_AT, Item, NOT_MET, PK, Place, SK, Table, TableName, classify, number, string,
    unreadable,
};
use crate::clock::Clock;

const VALUE: &str = "value";
const VERSION: &str = "version";
/// When it expires, in milliseconds.
const EXPIRES_MS: &str = "expires_ms";

/// Records in a DynamoDB table.
pub struct DynamoRecords {
    table: Table,
    clock: Clock,
}

impl DynamoRecords {
    /// The records in this table. Asks for nothing yet.
    pub fn new(aws: &Aws, table: TableName, options: &DynamoOptions, clock: Clock) -> Self {
        Self { table: Table::new(aws, table, options.answer_max), clock }
    }

    /// What is there, unless it has expired.
    fn read(&self, item: &Item) -> Result<Option<Record>, CatalogError> {
        let place = Place::of(item);
        let record = read(item).ok_or_else(|| unreadable(place.as_ref(), &"it is no record"))?;
        let now = self.clock.now();
        Ok(Some(record).filter(|record| record.expires_at.is_none_or(|expires_at| now < expires_at)))
    }

    /// The version there, even of an item that has expired.
    async fn stored_version(&self, key: &RecordKey) -> Result<Option<String>, CatalogError> {
        let item = self.table.get(place(key)).await?;
        Ok(item.and_then(|item| item.get(VERSION)?.as_s().ok().cloned()))
    }
}

fn place(key: &RecordKey) -> Place {
    Place { pk: partition(key.kind()), sk: key.as_str().to_owned() }
}

fn partition(kind: &str) -> String {
    format!("D#{kind}")
}

fn item(record: &Record) -> Item {
    let mut item = place(&record.key).into_item();
    item.insert(VALUE.to_owned(), string(record.value.as_str()));
    item.insert(VERSION.to_owned(), string(record.version.to_string()));
    if let Some(expires_at) = record.expires_at {
        item.insert(EXPIRES_MS.to_owned(), number(expires_at.unix_ms()));
        // DynamoDB counts in seconds, and must not be early.
        item.insert(EXPIRES_AT.to_owned(), number(expires_at.unix_ms().div_ceil(1000)));
    }
    item
}

fn read(item: &Item) -> Option<Record> {
    let text = |name| item.get(name)?.as_s().ok();
    let expires_at = match item.get(EXPIRES_MS) {
        Some(ms) => Some(Timestamp::from_unix_ms(ms.as_n().ok()?.parse().ok()?)),
        None => None,
    };
    Some(Record {
        key: text(SK)?.parse().ok()?,
        value: RecordValue::new(text(VALUE)?).ok()?,
        version: Version::parse(text(VERSION)?).ok()?,
        expires_at,
    })
}

#[async_trait]
impl Records for DynamoRecords {
    async fn get(&self, key: &RecordKey) -> Result<Option<Record>, RecordsError> {
        Ok(match self.table.get(place(key)).await? {
            Some(item) => self.read(&item)?,
            None => None,
        })
    }

    async fn put(
        &self,
        key: &RecordKey,
        value: RecordValue,
        expires_at: Option<Timestamp>,
        expected: Expected,
    ) -> Result<Version, RecordsError> {
        const IF_ABSENT: &str = "attribute_not_exists(#pk) OR #expires_ms <= :now";
        const IF_VERSION: &str =
            "#version = :version AND (attribute_not_exists(#expires_ms) OR #expires_ms > :now)";
        let version = Version::new(&self.clock);
        let record = Record { key: key.clone(), value, version, expires_at };
        let now = (":now".to_owned(), number(self.clock.now().unix_ms()));
        let (condition, name, values) = match expected {
            Expected::Absent => (IF_ABSENT, ("#pk", PK), HashMap::from([now])),
            Expected::Version(version) => {
                let version = (":version".to_owned(), string(version.to_string()));
                (IF_VERSION, ("#version", VERSION), HashMap::from([now, version]))
            }
        };
        let put = self.table.client.put_item().table_name(self.table.name.as_str());
        let put = put
            .set_item(Some(item(&record)))
            .condition_expression(condition)
            .expression_attribute_names(name.0, name.1)
            .expression_attribute_names("#expires_ms", EXPIRES_MS)
            .set_expression_attribute_values(Some(values));
        match put.send().await {
            Ok(_) => Ok(version),
            Err(error) if error.code() == Some(NOT_MET) => {
                // The response to an earlier attempt of the same request may have been lost.
                if self.stored_version(key).await? == Some(version.to_string()) {
                    return Ok(version);
                }
                Err(RecordsError::OtherVersion)
            }
            Err(error) => Err(classify(&self.table.name, error).into()),
        }
    }

    async fn delete(&self, key: &RecordKey) -> Result<(), RecordsError> {
        let delete = self.table.client.delete_item().table_name(self.table.name.as_str());
        let deleted = delete.set_key(Some(place(key).into_item())).send().await;
        Ok(deleted.map(drop).map_err(|error| classify(&self.table.name, error))?)
    }

    async fn list(
        &self,
        prefix: &RecordPrefix,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<Record>, RecordsError> {
        let from = after.map_or(prefix.as_str(), |after| after.as_str().max(prefix.as_str()));
        let end = prefix.end();
        if limit == 0 || from >= end.as_str() {
            return Ok(Vec::new());
        }
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let query = self
            .table
            .client
            .query()
            .table_name(self.table.name.as_str())
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :end")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", string(partition(prefix.kind())))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":end", text(&end))
            // The first may be `after` itself.
            .limit(i32::try_from(limit.saturating_add(1)).unwrap_or(i32::MAX));
        let mut pages = query.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(|error| classify(&self.table.name, error))?.items.unwrap_or_default() {
                let Some(record) = self.read(&item)? else { continue };
                // Both ends of the range are in it.
                if record.key.as_str().starts_with(prefix.as_str()) && Some(&record.key) != after {
                    found.push(record);
                }
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }
}
