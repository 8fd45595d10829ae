//! Lists all objects, a page at a time. S3 lists in the order of the keys' UTF-8 bytes, which is the order of `Key`.

use std::sync::atomic::Ordering;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, Object};
use domain::{Key, KeyError, RESERVED_PREFIX, Visible};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::S3Bucket;
use super::error::classify;
use super::notification::decoded;
use super::values::{etag, is_folder, size_bytes, timestamp};
use crate::bucket::{BucketError, ObjectInfo};

/// Objects inspected together, where a list has no etags.
const LOOKS_AT_ONCE: usize = 16;

/// Where the next page begins.
enum Next {
    First,
    /// Where the last page ended.
    Token(String),
    /// After this key.
    After(String),
}

impl S3Bucket {
    pub(super) fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let pages = stream::try_unfold(Some(Next::First), move |next| async move {
            let Some(next) = next else { return Ok(None) };
            let page = self.page(next).await?;
            let is_encoded = page.encoding_type() == Some(&EncodingType::Url);
            let key_of = move |object: &Object| {
                let key = object.key().unwrap_or_default();
                if is_encoded { decoded(key) } else { key.to_owned() }
            };
            let last_key = page.contents().last().map(key_of).unwrap_or_default();
            let next = following(&page, &last_key)?;
            let objects = stream::iter(page.contents.unwrap_or_default())
                .map(move |object| async move { self.listed(&key_of(&object), object).await })
                .buffered(LOOKS_AT_ONCE);
            Ok(Some((objects.try_filter_map(|object| async { Ok(object) }), next)))
        });
        pages.try_flatten().boxed()
    }

    pub(super) fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let list = self.client.list_objects_v2().bucket(self.name.as_str()).prefix(folder);
        let pages = list.encoding_type(EncodingType::Url).into_paginator().send();
        let pages = stream::try_unfold(pages, |mut pages| async move {
            let Some(page) = pages.next().await else { return Ok(None) };
            let page = page.map_err(classify)?;
            let is_encoded = page.encoding_type() == Some(&EncodingType::Url);
            let objects = page.contents.unwrap_or_default().into_iter().filter_map(move |object| {
                let name = object.key().unwrap_or_default();
                let key = Key::reserved(&if is_encoded { decoded(name) } else { name.to_owned() })?;
                let etag = etag(object.e_tag().unwrap_or_default());
                let (size_bytes, modified_at) =
                    (size_bytes(object.size()), timestamp(object.last_modified()));
                Some(Ok(ObjectInfo { key, size_bytes, etag, modified_at }))
            });
            Ok(Some((stream::iter(objects.collect::<Vec<_>>()), pages)))
        });
        pages.try_flatten().boxed()
    }

    async fn page(&self, next: Next) -> Result<ListObjectsV2Output, BucketError> {
        let list = self
            .client
            .list_objects_v2()
            .bucket(self.name.as_str())
            // XML cannot hold every character of a key.
            .encoding_type(EncodingType::Url);
        let list = match next {
            Next::First => list,
            Next::Token(token) => list.continuation_token(token),
            Next::After(key) => list.start_after(key),
        };
        list.send().await.map_err(classify)
    }

    /// The listed object; `None` if it is not part of the gallery.
    async fn listed(&self, key: &str, object: Object) -> Result<Option<ObjectInfo>, BucketError> {
        let size_bytes = size_bytes(object.size());
        if is_folder(key, size_bytes) {
            self.leave_out(key, "it has no bytes and a slash at its end: a folder");
            return Ok(None);
        }
        let key: Key = match key.parse() {
            Ok(key) => key,
            Err(KeyError::Reserved) => return Ok(None),
            Err(KeyError::Length) if key.is_empty() => return Ok(None),
            Err(KeyError::Length) => {
                let why = "its key is longer than 1,024 bytes";
                return Err(BucketError::Unnamed { name: Visible(key).to_string(), why });
            }
        };
        let Some(quoted) = object.e_tag() else {
            return match self.head(&key).await {
                Ok((info, _)) => Ok(Some(info)),
                Err(BucketError::NotFound) => Ok(None),
                Err(error) => Err(error),
            };
        };
        let modified_at = timestamp(object.last_modified());
        Ok(Some(ObjectInfo { key, size_bytes, etag: etag(quoted), modified_at }))
    }

    /// Logs the first one.
    fn leave_out(&self, key: &str, reason: &'static str) {
        if !self.has_logged_left_out.swap(true, Ordering::Relaxed) {
            tracing::info!(
                key,
                reason,
                "an object is not part of the gallery, and neither are others like it"
            );
        }
    }
}

/// What follows this page, if anything; the rest of `_qrate/` is skipped.
fn following(page: &ListObjectsV2Output, last_key: &str) -> Result<Option<Next>, BucketError> {
    if page.is_truncated() != Some(true) {
        return Ok(None);
    }
    if last_key.starts_with(RESERVED_PREFIX) {
        return Ok(Some(Next::After(format!("{RESERVED_PREFIX}{}", char::MAX))));
    }
    match page.next_continuation_token() {
        Some(token) => Ok(Some(Next::Token(token.to_owned()))),
        None => Err(BucketError::Other("the bucket does not say where its list continues".into())),
    }
}
