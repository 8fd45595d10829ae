//! Buckets (Amazon S3): a package put into one, and everything taken out of one.

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, Delete, ObjectIdentifier};

use super::client::Client;
use crate::error::DeployError;
use crate::package::Package;

/// What S3 deletes in one request.
const DELETED_AT_ONCE: i32 = 1000;

fn s3(client: &Client) -> aws_sdk_s3::Client {
    let config = client.aws().sdk_config();
    // Stores that are not AWS's have no names of hosts for their buckets.
    let by_path = client.aws().endpoint_url("S3").is_some();
    aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(by_path).build())
}

fn failed<E, R>(action: &str, error: &SdkError<E, R>) -> DeployError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match error.as_service_error() {
        Some(refusal) => DeployError::Refused {
            action: action.to_owned(),
            code: refusal.code().unwrap_or("without a code").to_owned(),
            message: refusal.message().unwrap_or("without a reason").to_owned(),
        },
        None => DeployError::NoAnswer {
            action: action.to_owned(),
            reason: DisplayErrorContext(error).to_string(),
        },
    }
}

/// Uploads a package, unless it is there: its key has its digest.
pub(crate) async fn upload(client: &Client, bucket: &str, package: &Package) -> Result<(), DeployError> {
    let (s3, key) = (s3(client), package.key());
    let there = s3.head_object().bucket(bucket).key(&key).send().await;
    let size = i64::try_from(package.bytes.len()).ok();
    if there.is_ok_and(|there| there.content_length() == size) {
        return Ok(());
    }
    let body = ByteStream::from(package.bytes.clone());
    let put =
        s3.put_object().bucket(bucket).key(key).checksum_algorithm(ChecksumAlgorithm::Sha256).body(body);
    put.send().await.map(drop).map_err(|error| failed("PutObject", &error))
}

/// Deletes everything in a bucket: versions, delete markers, unfinished uploads. Nothing if there is no such bucket.
/// Returns how many versions and markers there were.
pub(crate) async fn empty(client: &Client, bucket: &str) -> Result<usize, DeployError> {
    let s3 = s3(client);
    let mut deleted = 0;
    loop {
        let listed = s3.list_object_versions().bucket(bucket).max_keys(DELETED_AT_ONCE).send().await;
        let listed = match listed {
            Err(error) if error.code() == Some("NoSuchBucket") => return Ok(deleted),
            listed => listed.map_err(|error| failed("ListObjectVersions", &error))?,
        };
        let versions = listed.versions().iter().map(|version| (version.key(), version.version_id()));
        let markers = listed.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
        let objects = versions.chain(markers).filter_map(|(key, version)| {
            ObjectIdentifier::builder().key(key?).set_version_id(version.map(str::to_owned)).build().ok()
        });
        let objects: Vec<_> = objects.collect();
        if objects.is_empty() {
            break;
        }
        deleted += objects.len();
        let wanted = Delete::builder().set_objects(Some(objects)).quiet(true).build();
        let wanted = wanted.map_err(|_| DeployError::Unreadable("ListObjectVersions".to_owned()))?;
        let answer = s3.delete_objects().bucket(bucket).delete(wanted).send().await;
        let answer = answer.map_err(|error| failed("DeleteObjects", &error))?;
        if let Some(error) = answer.errors().first() {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let (code, message) = (text(error.code()), text(error.message()));
            return Err(DeployError::Refused { action: "DeleteObjects".to_owned(), code, message });
        }
    }
    abort_uploads(&s3, bucket).await?;
    Ok(deleted)
}

async fn abort_uploads(s3: &aws_sdk_s3::Client, bucket: &str) -> Result<(), DeployError> {
    loop {
        let listed = s3.list_multipart_uploads().bucket(bucket).send().await;
        let listed = listed.map_err(|error| failed("ListMultipartUploads", &error))?;
        if listed.uploads().is_empty() {
            return Ok(());
        }
        for upload in listed.uploads() {
            let abort = s3.abort_multipart_upload().bucket(bucket);
            let abort = abort.set_key(upload.key().map(str::to_owned));
            let aborted = abort.set_upload_id(upload.upload_id().map(str::to_owned)).send().await;
            match aborted {
                Err(error) if error.code() == Some("NoSuchUpload") => {}
                aborted => drop(aborted.map_err(|error| failed("AbortMultipartUpload", &error))?),
            }
        }
    }
}
