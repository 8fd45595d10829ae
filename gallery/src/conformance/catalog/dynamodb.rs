//! DynamoDB as two servers in its place speak it: each lies in its own way. Each test has a table of its own.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::{Several, Subject};
use crate::aws::Aws;
use crate::catalog::Catalog;
use crate::catalog::dynamodb::{DynamoCatalog, DynamoOptions, TableName, create_table};
use crate::testing::account::fresh_name;
use crate::testing::servers::{dynoxide, ministack};

/// A table on MiniStack.
#[derive(Default)]
pub(super) struct OnMiniStack(Place);

/// A table on dynoxide.
#[derive(Default)]
pub(super) struct OnDynoxide(Place);

#[derive(Default)]
struct Place(Option<(Aws, TableName)>);

impl Place {
    /// Another catalog in the table, which is made the first time.
    async fn open(&mut self, connect: impl Future<Output = Aws>) -> Arc<dyn Catalog> {
        if self.0.is_none() {
            let (aws, name) = (connect.await, fresh_name().parse::<TableName>().unwrap());
            create_table(&aws, name.clone()).await.unwrap();
            self.0 = Some((aws, name));
        }
        let (aws, name) = self.0.clone().unwrap();
        // A busy machine is no reason to fail here.
        let (answer_max, write_max) = (Duration::from_secs(30), Duration::from_secs(60));
        let options = DynamoOptions { answer_max, write_max, ..DynamoOptions::default() };
        Arc::new(DynamoCatalog::new(&aws, name, options))
    }
}

impl Subject for OnMiniStack {
    async fn open(&mut self) -> Arc<dyn Catalog> {
        self.0.open(ministack()).await
    }
}

impl Subject for OnDynoxide {
    async fn open(&mut self) -> Arc<dyn Catalog> {
        self.0.open(dynoxide()).await
    }
}

impl Several for OnMiniStack {}
impl Several for OnDynoxide {}
