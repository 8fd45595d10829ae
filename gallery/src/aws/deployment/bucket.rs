//! The bucket: private, encrypted, versioned. Not here: lifecycle rules (`lifecycle`), notifications
//! (`notification`).

use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, ObjectOwnership,
    OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};

use super::part::PartState;
use super::{AwsError, Deployment};
use crate::aws::error::classify;

/// S3's default region, which must not be named.
const FIRST_REGION: &str = "us-east-1";

impl Deployment {
    pub(super) async fn inspect_bucket(&self) -> Result<PartState, AwsError> {
        let head = self.s3.head_bucket().bucket(self.bucket.as_str()).send().await;
        let head = head.map_err(|error| match classify(&error) {
            // A response to HEAD has no body.
            AwsError::Denied(said) => {
                AwsError::Denied(format!("{said}; or the bucket belongs to another account"))
            }
            error => error,
        })?;
        Ok(PartState::Right(head.bucket_region().map(|region| format!("in {region}")).unwrap_or_default()))
    }

    pub(super) async fn create_bucket(&self) -> Result<(), AwsError> {
        let elsewhere = (self.region() != FIRST_REGION).then(|| {
            let region = BucketLocationConstraint::from(self.region());
            CreateBucketConfiguration::builder().location_constraint(region).build()
        });
        let request = self.s3.create_bucket().bucket(self.bucket.as_str());
        match request.set_create_bucket_configuration(elsewhere).send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                use aws_sdk_s3::error::ProvideErrorMetadata as _;
                match error.code() {
                    Some("BucketAlreadyOwnedByYou") => Ok(()),
                    Some("BucketAlreadyExists") => Err(AwsError::Other(format!(
                        "another account has a bucket named {}: choose another name",
                        self.bucket
                    ))),
                    _ => Err(classify(&error)),
                }
            }
        }
    }

    pub(super) async fn inspect_public_access(&self) -> Result<PartState, AwsError> {
        let block = self.s3.get_public_access_block().bucket(self.bucket.as_str()).send().await;
        let block = block.map_err(|error| classify(&error))?.public_access_block_configuration;
        let is_closed = block.is_some_and(|block| {
            [
                block.block_public_acls,
                block.ignore_public_acls,
                block.block_public_policy,
                block.restrict_public_buckets,
            ]
            .iter()
            .all(|is_set| *is_set == Some(true))
        });
        Ok(if is_closed {
            PartState::right()
        } else {
            PartState::Differs("a policy or an access list may make it public".to_owned())
        })
    }

    pub(super) async fn close_to_the_public(&self) -> Result<(), AwsError> {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let request = self.s3.put_public_access_block().bucket(self.bucket.as_str());
        let request = request.public_access_block_configuration(block);
        request.send().await.map(drop).map_err(|error| classify(&error))
    }

    pub(super) async fn inspect_ownership(&self) -> Result<PartState, AwsError> {
        let controls = self.s3.get_bucket_ownership_controls().bucket(self.bucket.as_str()).send().await;
        let controls = controls.map_err(|error| classify(&error))?.ownership_controls;
        let rules = controls.map_or_else(Vec::new, |controls| controls.rules);
        Ok(match rules.first().map(|rule| &rule.object_ownership) {
            Some(ObjectOwnership::BucketOwnerEnforced) => PartState::right(),
            Some(other) => PartState::Differs(format!("it is {}, so access lists apply", other.as_str())),
            None => PartState::Missing,
        })
    }

    pub(super) async fn set_ownership(&self) -> Result<(), AwsError> {
        let rule = OwnershipControlsRule::builder().object_ownership(ObjectOwnership::BucketOwnerEnforced);
        let controls = OwnershipControls::builder().rules(rule.build().expect("the ownership is set"));
        let request = self.s3.put_bucket_ownership_controls().bucket(self.bucket.as_str());
        let request = request.ownership_controls(controls.build().expect("the rule is set"));
        request.send().await.map(drop).map_err(|error| classify(&error))
    }

    pub(super) async fn inspect_encryption(&self) -> Result<PartState, AwsError> {
        let encryption = self.s3.get_bucket_encryption().bucket(self.bucket.as_str()).send().await;
        let encryption = encryption.map_err(|error| classify(&error))?.server_side_encryption_configuration;
        let rules = encryption.map_or_else(Vec::new, |encryption| encryption.rules);
        let default = rules.into_iter().find_map(|rule| rule.apply_server_side_encryption_by_default);
        Ok(match default {
            None => PartState::Missing,
            Some(default) if default.sse_algorithm == ServerSideEncryption::Aes256 => PartState::right(),
            Some(default) => PartState::Right(format!(
                "by {}: reading and writing require kms:Decrypt and kms:GenerateDataKey on the key {}",
                default.sse_algorithm.as_str(),
                default.kms_master_key_id.as_deref().unwrap_or("of S3")
            )),
        })
    }

    pub(super) async fn set_encryption(&self) -> Result<(), AwsError> {
        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
        let default = default.build().expect("the algorithm is set");
        let rule =
            ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule).build();
        let request = self.s3.put_bucket_encryption().bucket(self.bucket.as_str());
        let request = request.server_side_encryption_configuration(configuration.expect("the rule is set"));
        request.send().await.map(drop).map_err(|error| classify(&error))
    }

    pub(super) async fn inspect_versions(&self) -> Result<PartState, AwsError> {
        let versioning = self.s3.get_bucket_versioning().bucket(self.bucket.as_str()).send().await;
        Ok(match versioning.map_err(|error| classify(&error))?.status {
            Some(BucketVersioningStatus::Enabled) => PartState::right(),
            Some(_) => PartState::Differs("it was switched off".to_owned()),
            None => PartState::Missing,
        })
    }

    pub(super) async fn set_versions(&self) -> Result<(), AwsError> {
        let on = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let request = self.s3.put_bucket_versioning().bucket(self.bucket.as_str());
        let request = request.versioning_configuration(on);
        request.send().await.map(drop).map_err(|error| classify(&error))
    }
}
