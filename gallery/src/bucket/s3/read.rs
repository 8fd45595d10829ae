//! Reading objects, and what is known of them.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use bytes::Bytes;
use domain::Key;
use futures::stream::{self, BoxStream, StreamExt};

use super::S3Bucket;
use super::error::{meaning, status};
use super::metadata::from_headers;
use super::values::{etag, is_folder, size_bytes, timestamp};
use crate::bucket::{BucketError, Metadata, Object, ObjectInfo};

/// Past any object's end; what speaks S3's protocol reads an offset into this many bits.
const OFFSET_MAX: u64 = i64::MAX as u64;

/// What HEAD says.
pub(super) struct Look {
    pub(super) info: ObjectInfo,
    pub(super) headers: Option<HashMap<String, String>>,
}

impl S3Bucket {
    pub(super) async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        let Look { info, headers } = self.look(key).await?;
        Ok((info, from_headers(headers.as_ref())))
    }

    pub(super) async fn look(&self, key: &Key) -> Result<Look, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(key.as_str());
        let output = match head.send().await.map_err(meaning) {
            Err(BucketError::NotFound) => return Err(self.not_found().await),
            output => output?,
        };
        let size_bytes = size_bytes(output.content_length);
        let info = info(key, size_bytes, output.e_tag(), output.last_modified())?;
        Ok(Look { info, headers: output.metadata })
    }

    /// `NotFound`, if the bucket is there: an answer to HEAD does not say which of the two is missing, and a bucket
    /// that was taken away is no reason to think that its objects were deleted.
    pub(super) async fn not_found(&self) -> BucketError {
        match self.client.head_bucket().bucket(self.name.as_str()).send().await.map_err(meaning) {
            Ok(_) => BucketError::NotFound,
            Err(BucketError::NotFound) => BucketError::Unavailable(
                format!("there is no bucket named {}: check the name, or make it (qrate setup)", self.name)
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
            output => output.map_err(meaning)?,
        };
        let size_bytes = whole_size(&output, range.is_some())?;
        let info = info(key, size_bytes, output.e_tag(), output.last_modified())?;
        let metadata = from_headers(output.metadata());
        Ok(Object { info, metadata, bytes: pieces(output.body) })
    }

    /// An object of which no byte was asked for.
    async fn nothing_of(&self, key: &Key) -> Result<Object, BucketError> {
        let (info, metadata) = self.head(key).await?;
        Ok(Object { info, metadata, bytes: stream::empty().boxed() })
    }
}

/// What an answer says of an object; of what a console makes for a folder, that there is none.
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

/// The size of the whole object: of a part, it stands behind the slash in `bytes 0-4/10`.
fn whole_size(output: &GetObjectOutput, is_part: bool) -> Result<u64, BucketError> {
    if !is_part {
        return Ok(size_bytes(output.content_length()));
    }
    let whole = output.content_range().and_then(|range| range.rsplit_once('/'));
    let size = whole.and_then(|(_, size)| size.parse().ok());
    size.ok_or_else(|| BucketError::Other("the bucket does not say which part of the object it gives".into()))
}

/// The bytes as they come. The SDK ends a body that stands still, and compares the checksum of a whole object.
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
