//! The statements that read.

use domain::{Change, Entry, EntryId, RequestId, Seq, Space};
use futures::stream::FuturesOrdered;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use tokio::task::spawn_blocking;

use super::super::{CatalogError, Counters, Since, Take};
use crate::sqlite::{classify, number, unreadable};

/// Entries read at once: a row of their own for each would take longer to hand over than to read.
const PART_ENTRIES: i64 = 256;
/// Parts that are parsed at once.
const PARTS_AT_ONCE: usize = 2;

/// The spaces, sorted, with their counters.
pub(super) async fn all_counters(
    connection: &mut SqliteConnection,
) -> Result<Vec<(Space, Counters)>, CatalogError> {
    let rows: Vec<(String, u64, u64, u64)> =
        sqlx::query_as("SELECT space, last_id, last_seq, floor FROM spaces ORDER BY space")
            .fetch_all(connection)
            .await
            .map_err(classify)?;
    let parsed = |(space, last_id, last_seq, floor): (String, u64, u64, u64)| {
        let space: Space = space.parse().map_err(|error| unreadable(&error))?;
        Ok((space, Counters { last_id, last_seq, floor }))
    };
    rows.into_iter().map(parsed).collect()
}

/// The counters of a space; `None` if it was never used.
pub(super) async fn counters(
    connection: &mut SqliteConnection,
    space: &Space,
) -> Result<Option<Counters>, CatalogError> {
    let row: Option<(u64, u64, u64)> =
        sqlx::query_as("SELECT last_id, last_seq, floor FROM spaces WHERE space = ?")
            .bind(space.as_str())
            .fetch_optional(connection)
            .await
            .map_err(classify)?;
    Ok(row.map(|(last_id, last_seq, floor)| Counters { last_id, last_seq, floor }))
}

/// The result that a request id is remembered with.
pub(super) async fn request(
    connection: &mut SqliteConnection,
    space: &Space,
    request: &RequestId,
) -> Result<Option<Change>, CatalogError> {
    let row = sqlx::query("SELECT change FROM log WHERE space = ? AND request = ?")
        .bind(space.as_str())
        .bind(request.as_str())
        .fetch_optional(connection)
        .await
        .map_err(classify)?;
    row.as_ref().map(|row| json(row, 0)).transpose()
}

/// The entries of a space at this moment: nobody else writes while we have the connection.
pub(super) async fn each_entry(
    connection: &mut SqliteConnection,
    space: &Space,
    take: Take<'_>,
) -> Result<Seq, CatalogError> {
    let Some(counters) = counters(connection, space).await? else {
        return Ok(0);
    };
    let (mut after, mut parsing) = (0, FuturesOrdered::new());
    loop {
        let part = part(connection, space, after).await?;
        let is_last = part.is_none();
        if let Some((last, text)) = part {
            after = last;
            // A million of them must not occupy a thread of the runtime.
            parsing.push_back(spawn_blocking(move || parsed(&text)));
        }
        while is_last || parsing.len() >= PARTS_AT_ONCE {
            let Some(entries) = parsing.next().await else { return Ok(counters.last_seq) };
            entries.expect("parsing does not panic")?.into_iter().for_each(&mut *take);
        }
    }
}

/// The next entries above an id: the last of them, and a line of JSON for each; `None` if there are no more.
async fn part(
    connection: &mut SqliteConnection,
    space: &Space,
    after: EntryId,
) -> Result<Option<(EntryId, String)>, CatalogError> {
    let part = "SELECT max(id), group_concat(entry, char(10) ORDER BY id) FROM \
        (SELECT id, entry FROM entries WHERE space = ? AND id > ? ORDER BY id LIMIT ?)";
    let (last, text): (Option<u64>, Option<String>) = sqlx::query_as(part)
        .bind(space.as_str())
        .bind(number(after))
        .bind(PART_ENTRIES)
        .fetch_one(connection)
        .await
        .map_err(classify)?;
    Ok(last.zip(text))
}

fn parsed(lines: &str) -> Result<Vec<Entry>, CatalogError> {
    lines.lines().map(|line| serde_json::from_str(line).map_err(|error| unreadable(&error))).collect()
}

/// The next changes, up to a gap, which only damage can make and which then counts as the floor.
pub(super) async fn since(
    connection: &mut SqliteConnection,
    space: &Space,
    after: Seq,
    limit: usize,
) -> Result<Since, CatalogError> {
    let counters = counters(connection, space).await?.unwrap_or_default();
    if after < counters.floor {
        return Ok(Since::Truncated);
    }
    if after >= counters.last_seq || limit == 0 {
        return Ok(Since::Changes(Vec::new()));
    }
    let mut rows =
        sqlx::query("SELECT seq, change FROM log WHERE space = ? AND seq > ? ORDER BY seq LIMIT ?")
            .bind(space.as_str())
            .bind(number(after))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch(connection);
    let mut changes = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(classify)? {
        if row.try_get::<u64, _>(0).map_err(classify)? != after + 1 + changes.len() as u64 {
            break;
        }
        changes.push(json(&row, 1)?);
        tokio::task::consume_budget().await;
    }
    Ok(if changes.is_empty() { Since::Truncated } else { Since::Changes(changes) })
}

/// A column of JSON, read.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: usize) -> Result<T, CatalogError> {
    serde_json::from_str(row.try_get(column).map_err(classify)?).map_err(|error| unreadable(&error))
}
