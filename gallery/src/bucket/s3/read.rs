//! Reads and describes objects.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use bytes::Bytes;
use domain::Key;
use futures::stream::{self, BoxStream, StreamExt};

use super::S3Bucket;
use super::error::{classify, status};
use super::metadata::from_headers;
use super::values::{etag, is_folder, size_bytes, timestamp};
use crate::bucket::{BucketError, Metadata, Object, ObjectInfo};

/// Beyond any object's end; compatible stores parse offsets into this many bits.
const OFFSET_MAX: u64 = i64::MAX as u64;

/// The response to HEAD.
pub(super) struct ObjectHead {
    pub(super) info: ObjectInfo,
    pub(super) headers: Option<HashMap<String, String>>,
}

impl S3Bucket {
    pub(super) async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        let ObjectHead { info, headers } = self.fetch_head(key).await?;
        Ok((info, from_headers(headers.as_ref())))
    }

    pub(super) async fn fetch_head(&self, key: &Key) -> Result<ObjectHead, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(key.as_str());
        let output = match head.send().await.map_err(classify) {
            Err(BucketError::NotFound) => return Err(self.not_found().await),
            output => output?,
        };
        let size_bytes = size_bytes(output.content_length);
        let info = info(key, size_bytes, output.e_tag(), output.last_modified())?;
        Ok(ObjectHead { info, headers: output.metadata })
    }

    /// `NotFound`, if the bucket exists: a response to HEAD does not say which of the two is missing, and a missing
    /// bucket does not mean that its objects were deleted.
    pub(super) async fn not_found(&self) -> BucketError {
        match self.client.head_bucket().bucket(self.name.as_str()).send().await.map_err(classify) {
            Ok(_) => BucketError::NotFound,
            Err(BucketError::NotFound) => BucketError::Unavailable(
                format!("there is no bucket named {}: check the name, or create it (qrate setup)", self.name)
                    .into(),
            ),
            Err(error) => error,
        }
    }

    pub(super) async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        let range = range.map(|range| range.start..range.end.min(OFFSET_MAX));
        if range.as_ref().is_some_and(Range::is_empty) {
            return self.nothing_of(key).await;
        }
        let get = self
            .client
            .get_object()
            .bucket(self.name.as_str())
            .key(key.as_str())
            .set_range(range.as_ref().map(|range| format!("bytes={}-{}", range.start, range.end - 1)));
        let output = match get.send().await {
            // The range begins past the end.
            Err(error) if status(&error) == Some(416) => return self.nothing_of(key).await,
            output => output.map_err(classify)?,
        };
        let size_bytes = whole_size(&output, range.is_some())?;
        let info = info(key, size_bytes, output.e_tag(), output.last_modified())?;
        let metadata = from_headers(output.metadata());
        Ok(Object { info, metadata, bytes: pieces(output.body) })
    }

    /// An object of which no byte was requested.
    async fn nothing_of(&self, key: &Key) -> Result<Object, BucketError> {
        let (info, metadata) = self.head(key).await?;
        Ok(Object { info, metadata, bytes: stream::empty().boxed() })
    }
}

/// The object that a response describes; a console's folder is not an object.
fn info(
    key: &Key,
    size_bytes: u64,
    quoted: Option<&str>,
    modified_at: Option<&DateTime>,
) -> Result<ObjectInfo, BucketError> {
    if is_folder(key.as_str(), size_bytes) {
        return Err(BucketError::NotFound);
    }
    let (etag, modified_at) = (etag(quoted.unwrap_or_default()), timestamp(modified_at));
    Ok(ObjectInfo { key: key.clone(), size_bytes, etag, modified_at })
}

/// The size of the whole object: for a range, it follows the slash in `bytes 0-4/10`.
fn whole_size(output: &GetObjectOutput, is_part: bool) -> Result<u64, BucketError> {
    if !is_part {
        return Ok(size_bytes(output.content_length()));
    }
    let whole = output.content_range().and_then(|range| range.rsplit_once('/'));
    let size = whole.and_then(|(_, size)| size.parse().ok());
    size.ok_or_else(|| {
        BucketError::Other("the bucket does not say which part of the object it returned".into())
    })
}

/// The bytes as they arrive. The SDK ends a stalled body, and verifies the checksum of a whole object.
fn pieces(body: ByteStream) -> BoxStream<'static, Result<Bytes, BucketError>> {
    let pieces = stream::unfold(Some(body), |body| async {
        let mut body = body?;
        match body.next().await? {
            Ok(piece) => Some((Ok(piece), Some(body))),
            Err(error) => Some((Err(BucketError::Unavailable(error.into())), None)),
        }
    });
    pieces.boxed()
}
