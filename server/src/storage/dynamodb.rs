//! The DynamoDB table that catalog and records share.

use std::sync::Arc;

use gallery::Clock;
use gallery::aws::Aws;
use gallery::catalog::dynamodb::{DynamoCatalog, DynamoOptions, TableName};
use gallery::queue::Queue;
use gallery::records::DynamoRecords;

use super::in_catalog::InCatalog;

/// What instances share in the table, with this queue.
pub(super) fn open(aws: &Aws, table: &TableName, queue: Arc<dyn Queue>) -> InCatalog {
    let options = DynamoOptions::default();
    let records = DynamoRecords::new(aws, table.clone(), &options, Clock::system());
    InCatalog {
        catalog: Arc::new(DynamoCatalog::new(aws, table.clone(), options)),
        records: Arc::new(records),
        queue,
        file: None,
    }
}
