//! What became of the rows of a part: an object that is written once, a line of JSON for each row. Its name follows from
//! the table and the part, so that a repetition finds what is there. Not here: making the codes (`worker`).

use bytes::{Bytes, BytesMut};
use domain::{EntryId, Key, Space, TableId};
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};

use crate::bucket::{Bucket, BucketError, Metadata};
use crate::error::GalleryError;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowOutcome {
    /// Its number.
    pub row: u32,
    /// The entry that was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EntryId>,
    /// Why none was: a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
}

/// Writes what became of the rows of a part, unless that is known. Returns what is written there.
pub(crate) async fn write_part(
    bucket: &dyn Bucket,
    space: &Space,
    id: TableId,
    part: usize,
    outcomes: Vec<RowOutcome>,
) -> Result<Vec<RowOutcome>, GalleryError> {
    let lines = outcomes
        .iter()
        .map(|outcome| serde_json::to_string(outcome).expect("our own types become JSON") + "\n");
    let lines: String = lines.collect();
    let key = Key::of_table_part(space, id, part);
    match bucket.put(&key, Bytes::from(lines).into(), &Metadata::new()).await {
        Ok(_) => Ok(outcomes),
        Err(BucketError::AlreadyExists) => read_part(bucket, space, id, part).await,
        Err(error) => Err(error.into()),
    }
}

/// What became of the rows of a part that is done.
pub(crate) async fn read_part(
    bucket: &dyn Bucket,
    space: &Space,
    id: TableId,
    part: usize,
) -> Result<Vec<RowOutcome>, GalleryError> {
    let object = bucket.get(&Key::of_table_part(space, id, part), None).await?;
    let all = BytesMut::new();
    let bytes = object.bytes.try_fold(all, |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    let lines = bytes.await?;
    let lines = lines.freeze();
    let lines = lines.as_ref().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let outcomes = lines.map(serde_json::from_slice).collect::<Result<_, _>>();
    outcomes.map_err(|error: serde_json::Error| BucketError::Other(error.into()).into())
}
