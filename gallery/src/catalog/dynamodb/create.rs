//! The table itself: created if missing, and configured for the catalog. Each step may be repeated.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, ContinuousBackupsStatus, KeySchemaElement, KeyType,
    PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, ScalarAttributeType, TableDescription,
    TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use tokio::time::Instant;

use super::super::CatalogError;
use super::error;
use super::layout::{EXPIRES_AT, PK, SK};
use super::table::Table;
use super::table_name::TableName;
use crate::aws::Aws;

/// How long a table may take to become usable; usually some seconds.
const CREATION_MAX: Duration = Duration::from_secs(120);
/// The longest wait for one response: these requests are rare and may be slow.
const ANSWER_MAX: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Creates the table, billed on demand, unless it exists, and enables expiry. Returns when it is usable. Errors:
/// `Corrupt` if a table of that name exists for something else.
pub async fn create_table(aws: &Aws, name: TableName) -> Result<(), CatalogError> {
    let table = Table::new(aws, name, ANSWER_MAX);
    table.create().await?;
    table.let_expire().await
}

/// Enables point-in-time recovery: every state of the last 35 days can be restored.
pub async fn keep_history(aws: &Aws, name: TableName) -> Result<(), CatalogError> {
    let table = Table::new(aws, name, ANSWER_MAX);
    let name = table.name.as_str();
    let now = table.client.describe_continuous_backups().table_name(name).send().await;
    let now = now.map_err(|error| error::classify(&table.name, error))?;
    let recovery = now.continuous_backups_description.and_then(|now| {
        let is_on = now.continuous_backups_status == ContinuousBackupsStatus::Enabled;
        now.point_in_time_recovery_description.filter(|_| is_on)?.point_in_time_recovery_status
    });
    if recovery == Some(PointInTimeRecoveryStatus::Enabled) {
        return Ok(());
    }
    let on = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build();
    let request = table.client.update_continuous_backups().table_name(name);
    let request = request.point_in_time_recovery_specification(on.expect("it says whether it is on"));
    request.send().await.map_err(|error| error::classify(&table.name, error))?;
    Ok(())
}

/// Enables deletion protection.
pub async fn protect(aws: &Aws, name: TableName) -> Result<(), CatalogError> {
    let table = Table::new(aws, name, ANSWER_MAX);
    let request =
        table.client.update_table().table_name(table.name.as_str()).deletion_protection_enabled(true);
    request.send().await.map_err(|error| error::classify(&table.name, error))?;
    table.until_active().await
}

impl Table {
    async fn create(&self) -> Result<(), CatalogError> {
        let mut request = self
            .client
            .create_table()
            .table_name(self.name.as_str())
            .billing_mode(BillingMode::PayPerRequest);
        for (attribute, kind) in KEY {
            let definition = AttributeDefinition::builder()
                .attribute_name(attribute)
                .attribute_type(ScalarAttributeType::S);
            let part = KeySchemaElement::builder().attribute_name(attribute).key_type(kind);
            request = request
                .attribute_definitions(definition.build().expect("name and type are set"))
                .key_schema(part.build().expect("name and kind are set"));
        }
        match request.send().await {
            Ok(_) => {}
            Err(error) if error.code() == Some("ResourceInUseException") => {}
            Err(error) => return Err(error::classify(&self.name, error)),
        }
        self.until_active().await
    }

    async fn until_active(&self) -> Result<(), CatalogError> {
        let deadline = Instant::now() + CREATION_MAX;
        loop {
            let answer = self.client.describe_table().table_name(self.name.as_str()).send().await;
            let table = answer.map_err(|error| error::classify(&self.name, error))?.table;
            let table = table.unwrap_or_else(|| TableDescription::builder().build());
            if table.table_status == Some(TableStatus::Active) {
                return if is_ours(&table) { Ok(()) } else { Err(another_table(&self.name)) };
            }
            if Instant::now() >= deadline {
                return Err(CatalogError::Unavailable("the table takes too long to become active".into()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn let_expire(&self) -> Result<(), CatalogError> {
        let now = self.client.describe_time_to_live().table_name(self.name.as_str()).send().await;
        let now = now.map_err(|error| error::classify(&self.name, error))?.time_to_live_description;
        let status = now.and_then(|now| now.time_to_live_status);
        // DynamoDB rejects repeated requests.
        if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
            return Ok(());
        }
        let on = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRES_AT).build();
        let request = self.client.update_time_to_live().table_name(self.name.as_str());
        let request = request.time_to_live_specification(on.expect("attribute and switch are set"));
        request.send().await.map_err(|error| error::classify(&self.name, error))?;
        Ok(())
    }
}

const KEY: [(&str, KeyType); 2] = [(PK, KeyType::Hash), (SK, KeyType::Range)];

/// Whether the table has our primary key.
pub(crate) fn is_ours(table: &TableDescription) -> bool {
    let key = table.key_schema().iter().map(|part| (part.attribute_name(), part.key_type().clone()));
    key.eq(KEY)
}

fn another_table(name: &TableName) -> CatalogError {
    CatalogError::Corrupt(format!(
        "the table {name} was made for something else; it was left as it is: choose another name"
    ))
}
