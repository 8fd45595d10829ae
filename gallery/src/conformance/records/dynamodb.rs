//! DynamoDB as spoken by two stand-in servers. Each test has its own table.

use std::sync::Arc;
use std::time::Duration;

use super::Subject;
use crate::aws::Aws;
use crate::catalog::dynamodb::{DynamoOptions, TableName, create_table};
use crate::records::{DynamoRecords, Records};
use crate::testing::servers::{dynoxide, ministack};
use crate::testing::test_clock::TestClock;
use crate::testing::unique_names::fresh_name;
use crate::testing::users::{shipped_policy, user};

/// A table on MiniStack, as a user with the policy that we ship.
#[derive(Default)]
pub(super) struct OnMiniStack(Place);

/// A table on dynoxide, which has no users.
#[derive(Default)]
pub(super) struct OnDynoxide(Place);

/// A table in a real account, with the environment's own credentials.
#[cfg(feature = "test-aws")]
#[derive(Default)]
pub(super) struct OnAws(Place);

#[derive(Default)]
struct Place(Option<(Aws, TableName)>);

impl Place {
    /// The records in the table, which is created the first time.
    async fn open(
        &mut self,
        clock: &TestClock,
        connect: impl AsyncFnOnce(&TableName) -> Aws,
    ) -> Arc<dyn Records> {
        if self.0.is_none() {
            let name = fresh_name().parse::<TableName>().unwrap();
            self.0 = Some((connect(&name).await, name));
        }
        let (aws, name) = self.0.clone().unwrap();
        // A busy machine is no reason to fail here.
        let options = DynamoOptions { answer_max: Duration::from_secs(30), ..DynamoOptions::default() };
        Arc::new(DynamoRecords::new(&aws, name, &options, clock.clock()))
    }
}

impl Subject for OnMiniStack {
    async fn open(&mut self, clock: &TestClock) -> Arc<dyn Records> {
        let connect = async |name: &TableName| {
            let root = ministack().await;
            create_table(&root, name.clone()).await.unwrap();
            user(&root, &shipped_policy(name.as_str())).await
        };
        self.0.open(clock, connect).await
    }
}

impl Subject for OnDynoxide {
    async fn open(&mut self, clock: &TestClock) -> Arc<dyn Records> {
        let connect = async |name: &TableName| {
            let aws = dynoxide().await;
            create_table(&aws, name.clone()).await.unwrap();
            aws
        };
        self.0.open(clock, connect).await
    }
}

#[cfg(feature = "test-aws")]
impl Subject for OnAws {
    async fn open(&mut self, clock: &TestClock) -> Arc<dyn Records> {
        let connect = async |name: &TableName| {
            let aws = crate::testing::account::account().await;
            create_table(&aws, name.clone()).await.unwrap();
            aws
        };
        self.0.open(clock, connect).await
    }
}
