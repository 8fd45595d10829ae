//! The catalog in a table of DynamoDB.

use gallery::aws::Aws;
use gallery::catalog::dynamodb::{DynamoCatalog, DynamoOptions, TableName};

/// The catalog that instances share.
pub(super) fn open(aws: &Aws, table: &TableName) -> DynamoCatalog {
    DynamoCatalog::new(aws, table.clone(), DynamoOptions::default())
}
