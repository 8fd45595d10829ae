//! The catalog in a DynamoDB table.

use gallery::aws::Aws;
use gallery::catalog::dynamodb::{DynamoCatalog, DynamoOptions, TableName};

/// The catalog that instances share.
pub(super) fn open(aws: &Aws, table: &TableName) -> DynamoCatalog {
    DynamoCatalog::new(aws, table.clone(), DynamoOptions::default())
}
