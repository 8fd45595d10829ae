//! The table: billed on demand, with expiry, point-in-time recovery and deletion protection. Its layout and creation
//! belong to the catalog (`catalog::dynamodb`).

use aws_sdk_dynamodb::types::{
    BillingMode, PointInTimeRecoveryStatus, TableDescription, TableStatus, TimeToLiveStatus,
};

use super::part::PartState;
use super::{AwsError, Deployment};
use crate::aws::error::classify;
use crate::catalog::CatalogError;
use crate::catalog::dynamodb::{EXPIRES_AT, TableName, create_table, is_ours, keep_history, protect};
use crate::causes::causes;

impl Deployment {
    pub(super) async fn inspect_table(&self) -> Result<PartState, AwsError> {
        let table = self.describe_table().await?;
        if !is_ours(&table) {
            return Ok(PartState::Blocked(
                "a table of this name was made for something else: choose another name".to_owned(),
            ));
        }
        if let Some(status) = table.table_status().filter(|status| **status != TableStatus::Active)
            && *status != TableStatus::Updating
        {
            return Ok(PartState::Differs(format!("it is {} and cannot be used", status.as_str())));
        }
        let billing = table.billing_mode_summary().and_then(|billing| billing.billing_mode());
        Ok(match billing {
            Some(BillingMode::PayPerRequest) => PartState::Right("billed on demand".to_owned()),
            // Missing for a table that was never billed otherwise.
            _ => PartState::Noted(
                "it has provisioned capacity, and requests beyond that are refused: on-demand capacity has no such limit"
                    .to_owned(),
            ),
        })
    }

    pub(super) async fn create_table(&self) -> Result<(), AwsError> {
        create_table(&self.aws, self.table_name()).await.map_err(|error| aws_error(&error))
    }

    pub(super) async fn inspect_expiry(&self) -> Result<PartState, AwsError> {
        let expiry =
            self.dynamodb.describe_time_to_live().table_name(self.table_name().as_str()).send().await;
        let expiry = expiry.map_err(|error| classify(&error))?.time_to_live_description;
        let Some(expiry) = expiry else { return Ok(PartState::Missing) };
        Ok(match (expiry.time_to_live_status(), expiry.attribute_name()) {
            (Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling), Some(EXPIRES_AT)) => {
                PartState::right()
            }
            (Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling), other) => {
                PartState::Harmful(format!("it uses {} instead of {EXPIRES_AT}", other.unwrap_or_default()))
            }
            _ => PartState::Missing,
        })
    }

    /// Comes with the table.
    pub(super) async fn set_expiry(&self) -> Result<(), AwsError> {
        self.create_table().await
    }

    pub(super) async fn inspect_history(&self) -> Result<PartState, AwsError> {
        let request = self.dynamodb.describe_continuous_backups().table_name(self.table_name().as_str());
        let backups = request.send().await.map_err(|error| classify(&error))?.continuous_backups_description;
        let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description);
        let is_on = recovery.is_some_and(|recovery| {
            recovery.point_in_time_recovery_status == Some(PointInTimeRecoveryStatus::Enabled)
        });
        Ok(if is_on { PartState::right() } else { PartState::Missing })
    }

    pub(super) async fn set_history(&self) -> Result<(), AwsError> {
        keep_history(&self.aws, self.table_name()).await.map_err(|error| aws_error(&error))
    }

    pub(super) async fn inspect_protection(&self) -> Result<PartState, AwsError> {
        let is_on = self.describe_table().await?.deletion_protection_enabled == Some(true);
        Ok(if is_on { PartState::right() } else { PartState::Missing })
    }

    pub(super) async fn set_protection(&self) -> Result<(), AwsError> {
        protect(&self.aws, self.table_name()).await.map_err(|error| aws_error(&error))
    }

    async fn describe_table(&self) -> Result<TableDescription, AwsError> {
        let table = self.dynamodb.describe_table().table_name(self.table_name().as_str()).send().await;
        table.map_err(|error| classify(&error))?.table.ok_or(AwsError::Absent)
    }

    fn table_name(&self) -> TableName {
        self.table.clone().expect("a table's parts are only inspected when there is a table")
    }
}

/// Translates the catalog's error for an operator.
fn aws_error(error: &CatalogError) -> AwsError {
    let why = causes(error);
    match error {
        CatalogError::Denied(_) => AwsError::Denied(why),
        CatalogError::Unavailable(_) => AwsError::NotYet(why),
        _ => AwsError::Other(why),
    }
}
