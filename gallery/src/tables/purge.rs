//! Deletes the objects of tables that are forgotten: a table's number says when it arrived, so no record is needed to
//! see that its own has expired. Not here: records, which expire by themselves.

use std::time::Duration;

use domain::limits::TABLE_AGE;
use domain::{Key, Timestamp};
use futures::TryStreamExt as _;

use super::number::arrived_before;
use crate::bucket::{Bucket, BucketError};
use crate::clock::before;

/// A download that began just before the end has long finished then.
const MARGIN: Duration = Duration::from_secs(60 * 60);

/// Deletes what has been kept for longer than `TABLE_AGE`; returns how many objects.
pub(crate) async fn delete_old(bucket: &dyn Bucket, now: Timestamp) -> Result<u64, BucketError> {
    let oldest = before(before(now, TABLE_AGE), MARGIN);
    let is_old = |key: &Key| key.table_id().is_some_and(|id| arrived_before(id, oldest));
    let mut deleted = 0;
    // Listed to the end first: a list may not like that its objects vanish.
    let objects = bucket.list_below(Key::tables_folder()).try_filter_map(|object| {
        let old = is_old(&object.key).then_some(object.key);
        async move { Ok(old) }
    });
    let old: Vec<Key> = objects.try_collect().await?;
    for key in old {
        bucket.delete(&key).await?;
        deleted += 1;
    }
    Ok(deleted)
}
