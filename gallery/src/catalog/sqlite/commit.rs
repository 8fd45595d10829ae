//! The statements of a commit: reads what must be known, then writes what was decided. One statement per table,
//! whatever the size of the batch, because each costs a round trip to SQLite's thread.

use domain::{Change, Entry, RequestId, Space};
use serde::Serialize;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::super::decide::{Asked, Decision, Known, decide};
use super::super::{CatalogError, Counters, Mutation};
use super::read::{counters, json};
use crate::queue::SqliteQueue;
use crate::sqlite::{classify, number, unreadable};

/// Decides and stores a batch, in the caller's transaction, with the jobs that it makes.
pub(super) async fn commit(
    connection: &mut SqliteConnection,
    queue: &SqliteQueue,
    space: &Space,
    mutations: Vec<Mutation>,
) -> Result<Decision, CatalogError> {
    let known = known(connection, space, Asked::by(&mutations)).await?;
    let decision = decide(known, mutations);
    if !decision.log.is_empty() {
        store(connection, space, &decision).await?;
        queue.put(connection, &decision.jobs(space)).await?;
    }
    Ok(decision)
}

async fn known(
    connection: &mut SqliteConnection,
    space: &Space,
    asked: Asked,
) -> Result<Known, CatalogError> {
    let mut known =
        Known { counters: counters(connection, space).await?.unwrap_or_default(), ..Known::default() };
    if !asked.requests.is_empty() {
        let requests = asked.requests.iter().map(|request| request.as_str().to_owned());
        let mut select = among("SELECT request, change FROM log WHERE space = ", space, "request", requests);
        for row in select.build().fetch_all(&mut *connection).await.map_err(classify)? {
            let request: &str = row.try_get(0).map_err(classify)?;
            known.requests.insert(request.parse().map_err(|error| unreadable(&error))?, json(&row, 1)?);
        }
    }
    if !asked.keys.is_empty() {
        let keys = asked.keys.iter().map(|key| key.as_str().to_owned());
        let mut select = among("SELECT key FROM entries WHERE space = ", space, "key", keys);
        for row in select.build().fetch_all(&mut *connection).await.map_err(classify)? {
            let key: &str = row.try_get(0).map_err(classify)?;
            known.keys.insert(key.parse().map_err(|error| unreadable(&error))?);
        }
    }
    if !asked.ids.is_empty() {
        let ids = asked.ids.into_iter().map(number);
        let mut select = among("SELECT entry FROM entries WHERE space = ", space, "id", ids);
        for row in select.build().fetch_all(&mut *connection).await.map_err(classify)? {
            let entry: Entry = json(&row, 0)?;
            known.entries.insert(entry.id, entry);
        }
    }
    Ok(known)
}

async fn store(
    connection: &mut SqliteConnection,
    space: &Space,
    decision: &Decision,
) -> Result<(), CatalogError> {
    put_counters(connection, space, decision.counters).await?;
    put_entries(connection, space, decision.log.iter().map(|logged| &logged.change.entry)).await?;
    let log = decision.log.iter().map(|logged| (&logged.change, logged.request.as_ref()));
    put_log(connection, space, log).await
}

pub(super) async fn put_counters(
    connection: &mut SqliteConnection,
    space: &Space,
    counters: Counters,
) -> Result<(), CatalogError> {
    sqlx::query("INSERT OR REPLACE INTO spaces (space, last_id, last_seq, floor) VALUES (?, ?, ?, ?)")
        .bind(space.as_str())
        .bind(number(counters.last_id))
        .bind(number(counters.last_seq))
        .bind(number(counters.floor))
        .execute(connection)
        .await
        .map_err(classify)?;
    Ok(())
}

/// New entries, or new content for existing ones: a key never changes.
pub(super) async fn put_entries(
    connection: &mut SqliteConnection,
    space: &Space,
    entries: impl Iterator<Item = &Entry>,
) -> Result<(), CatalogError> {
    let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO entries (space, id, key, entry) ");
    insert.push_values(entries, |mut row, entry| {
        row.push_bind(space.as_str())
            .push_bind(number(entry.id))
            .push_bind(entry.content.key.as_str())
            .push_bind(as_json(entry));
    });
    insert.push(" ON CONFLICT (space, id) DO UPDATE SET entry = excluded.entry");
    insert.build().execute(connection).await.map_err(classify)?;
    Ok(())
}

pub(super) async fn put_log(
    connection: &mut SqliteConnection,
    space: &Space,
    log: impl Iterator<Item = (&Change, Option<&RequestId>)>,
) -> Result<(), CatalogError> {
    let mut insert =
        QueryBuilder::<Sqlite>::new("INSERT INTO log (space, seq, change, request, request_at_ms) ");
    insert.push_values(log, |mut row, (change, request)| {
        let request = request.map(RequestId::as_str);
        row.push_bind(space.as_str())
            .push_bind(number(change.seq))
            .push_bind(as_json(change))
            .push_bind(request)
            .push_bind(request.map(|_| remembered_since_ms(change)));
    });
    insert.build().execute(connection).await.map_err(classify)?;
    Ok(())
}

fn remembered_since_ms(change: &Change) -> i64 {
    number(change.entry.content.created_at.unix_ms())
}

/// `{select}{space} AND {column} IN ({values})`
pub(super) fn among<T>(
    select: &'static str,
    space: &Space,
    column: &'static str,
    values: impl Iterator<Item = T>,
) -> QueryBuilder<Sqlite>
where
    T: for<'q> sqlx::Encode<'q, Sqlite> + sqlx::Type<Sqlite>,
{
    let mut query = QueryBuilder::new(select);
    query.push_bind(space.as_str()).push(" AND ").push(column).push(" IN (");
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
    query
}

fn as_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the words of `domain` have no map with keys that are not strings")
}
