//! A queue in the catalog's SQLite file: the catalog writes the jobs of its entries in the commit of the entries. It
//! outlives the program; what the program had received when it ended is delivered again at once after the next start.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Space, Timestamp};
use futures::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::arrivals::Arrivals;
use super::{
    ATTEMPTS_MAX, DELAY_MAX, DeadLetter, DeadLetterId, DeadLetters, Delivery, Depth, Job, JobKind, LEASE_MAX,
    Queue, QueueError, RECEIVE_MAX, Receipt,
};
use crate::catalog::CatalogError;
use crate::clock::{Clock, after};
use crate::sqlite::{SqliteFile, classify, number, unreadable};

/// Rows per statement.
const CHUNK: usize = 100;

/// A queue in a SQLite file. Cheap to clone: every clone is the same queue.
#[derive(Clone)]
pub struct SqliteQueue {
    file: Arc<SqliteFile>,
    arrivals: Arc<Arrivals>,
    clock: Clock,
}

impl fmt::Debug for SqliteQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteQueue").field("file", &self.file).finish_non_exhaustive()
    }
}

impl SqliteQueue {
    /// The queue in an open file. Nobody but this program has the file open: workers of an earlier run are gone.
    pub async fn over(file: Arc<SqliteFile>, clock: Clock) -> Result<Self, CatalogError> {
        let queue = Self { file, arrivals: Arc::default(), clock };
        let now = queue.now_ms();
        let release = "UPDATE jobs SET is_leased = 0, due_at_ms = ?1
            WHERE died_at_ms IS NULL AND due_at_ms > ?1 AND is_leased = 1";
        queue.execute(release, vec![now]).await?;
        Ok(queue)
    }

    /// What `send` does, in the caller's transaction; `announce` follows once it is committed.
    pub(crate) async fn put(
        &self,
        connection: &mut SqliteConnection,
        jobs: &[Job],
    ) -> Result<(), CatalogError> {
        let now = self.now_ms();
        for jobs in jobs.chunks(CHUNK) {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO jobs (space, kind, id, revision, sent_at_ms, due_at_ms) ",
            );
            insert.push_values(jobs, |mut row, job| {
                row.push_bind(job.space.as_str())
                    .push_bind(job.kind.as_str())
                    .push_bind(number(job.id))
                    .push_bind(number(job.revision))
                    .push_bind(now)
                    .push_bind(now);
            });
            // Whoever has the job keeps it; one that waits is due now; a dead one starts from the beginning.
            insert.push(
                " ON CONFLICT (space, kind, id) DO UPDATE SET
                    revision = max(revision, excluded.revision),
                    due_at_ms = CASE WHEN is_leased THEN due_at_ms ELSE min(due_at_ms, excluded.due_at_ms) END,
                    sent_at_ms = iif(died_at_ms IS NULL, sent_at_ms, excluded.sent_at_ms),
                    attempts = iif(died_at_ms IS NULL, attempts, 0),
                    died_at_ms = NULL",
            );
            insert.build().execute(&mut *connection).await.map_err(classify)?;
        }
        Ok(())
    }

    /// So many jobs were committed.
    pub(crate) fn announce(&self, jobs: usize) {
        self.arrivals.announce(jobs);
    }

    /// The jobs that are claimed now, and when the next one is due if there are none.
    async fn claim(
        &self,
        most: usize,
        lease: Duration,
    ) -> Result<(Vec<Delivery>, Option<Timestamp>), QueueError> {
        loop {
            let now = self.clock.now();
            let next = self.next_due().await?;
            if next.is_none_or(|next| next > now) {
                return Ok((Vec::new(), next));
            }
            let until = after(now, lease.min(LEASE_MAX));
            let most = most.clamp(1, RECEIVE_MAX);
            let claimed =
                self.file.write(move |connection| claim(connection, most, now, until).boxed()).await?;
            // If all of them were dead, others may be due.
            if !claimed.is_empty() {
                return Ok((claimed, None));
            }
        }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, CatalogError> {
        let due: Option<u64> = sqlx::query_scalar("SELECT min(due_at_ms) FROM jobs WHERE died_at_ms IS NULL")
            .fetch_one(&mut *self.file.connection().await?)
            .await
            .map_err(classify)?;
        Ok(due.map(Timestamp::from_unix_ms))
    }

    /// Runs a statement about jobs in a transaction; returns how many it changed.
    async fn execute(&self, sql: &'static str, values: Vec<i64>) -> Result<u64, CatalogError> {
        self.file.write(move |connection| execute(connection, sql, values).boxed()).await
    }

    fn now_ms(&self) -> i64 {
        number(self.clock.now().unix_ms())
    }
}

async fn execute(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: Vec<i64>,
) -> Result<u64, CatalogError> {
    let statement = values.into_iter().fold(sqlx::query(sql), |statement, value| statement.bind(value));
    Ok(statement.execute(connection).await.map_err(classify)?.rows_affected())
}

/// Claims what is due, in one statement; whatever was delivered too often dies instead.
async fn claim(
    connection: &mut SqliteConnection,
    most: usize,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Delivery>, CatalogError> {
    let rows = sqlx::query(
        "UPDATE jobs SET is_leased = 1, leases = leases + 1, attempts = attempts + 1, due_at_ms = ?
        WHERE job IN (SELECT job FROM jobs WHERE died_at_ms IS NULL AND due_at_ms <= ? ORDER BY due_at_ms, job LIMIT ?)
        RETURNING job, space, kind, id, revision, sent_at_ms, leases, attempts",
    )
    .bind(number(until.unix_ms()))
    .bind(number(now.unix_ms()))
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .fetch_all(&mut *connection)
    .await
    .map_err(classify)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: u64 = row.try_get(0).map_err(classify)?;
        let (job, sent_at) = read_job(row)?;
        let (leases, attempts): (u64, u32) =
            (row.try_get(6).map_err(classify)?, row.try_get(7).map_err(classify)?);
        if attempts > ATTEMPTS_MAX {
            let values = vec![number(now.unix_ms()), number(id)];
            execute(&mut *connection, "UPDATE jobs SET is_leased = 0, died_at_ms = ? WHERE job = ?", values)
                .await?;
            continue;
        }
        let receipt = Receipt::of_parts(id, leases, job.revision);
        claimed.push((id, Delivery { job, receipt, attempts, sent_at }));
    }
    // SQLite returns them in no particular order.
    claimed.sort_unstable_by_key(|(id, delivery)| (delivery.sent_at, *id));
    Ok(claimed.into_iter().map(|(_, delivery)| delivery).collect())
}

/// The job in a row that begins with its number, and when it was sent.
fn read_job(row: &SqliteRow) -> Result<(Job, Timestamp), CatalogError> {
    let space: &str = row.try_get(1).map_err(classify)?;
    let space: Space = space.parse().map_err(|error| unreadable(&error))?;
    let kind = row.try_get(2).map_err(classify)?;
    let kind = JobKind::parse(kind).map_err(|error| unreadable(&error))?;
    let (id, revision) = (row.try_get(3).map_err(classify)?, row.try_get(4).map_err(classify)?);
    let sent_at_ms = row.try_get(5).map_err(classify)?;
    Ok((Job { space, kind, id, revision }, Timestamp::from_unix_ms(sent_at_ms)))
}

fn is_current(changed: u64) -> Result<(), QueueError> {
    if changed == 0 { Err(QueueError::Stale) } else { Ok(()) }
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn send(&self, jobs: &[Job]) -> Result<(), QueueError> {
        let (queue, sent) = (self.clone(), jobs.to_vec());
        self.file.write(move |connection| async move { queue.put(connection, &sent).await }.boxed()).await?;
        self.announce(jobs.len());
        Ok(())
    }

    async fn receive(
        &self,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError> {
        self.arrivals.wait(wait, &self.clock, || self.claim(most, lease)).await
    }

    async fn extend(&self, receipt: &Receipt, lease: Duration) -> Result<(), QueueError> {
        let (job, leases, _) = receipt.parts().ok_or(QueueError::Stale)?;
        let now = self.clock.now();
        let until = after(now, lease.min(LEASE_MAX));
        let values = [until.unix_ms(), job, leases, now.unix_ms()].map(number);
        let extend =
            "UPDATE jobs SET due_at_ms = ? WHERE job = ? AND leases = ? AND is_leased = 1 AND due_at_ms > ?";
        is_current(self.execute(extend, values.into()).await?)
    }

    async fn done(&self, receipt: &Receipt) -> Result<(), QueueError> {
        const DONE: &str = "DELETE FROM jobs WHERE job = ? AND leases = ? AND is_leased = 1 AND revision = ?";
        // There is more work meanwhile.
        const RENEWED: &str = "UPDATE jobs SET is_leased = 0, attempts = 0, sent_at_ms = ?1, due_at_ms = ?1
            WHERE job = ?2 AND leases = ?3 AND is_leased = 1";
        let (job, leases, revision) = receipt.parts().ok_or(QueueError::Stale)?;
        let now = self.now_ms();
        let written = self.file.write(move |connection| {
            async move {
                let values = [job, leases, revision].map(number);
                if execute(&mut *connection, DONE, values.into()).await? > 0 {
                    return Ok((1, 0));
                }
                let renewed = execute(connection, RENEWED, vec![now, number(job), number(leases)]).await?;
                Ok((renewed, renewed))
            }
            .boxed()
        });
        let (changed, renewed) = written.await?;
        self.announce(usize::try_from(renewed).unwrap_or(usize::MAX));
        is_current(changed)
    }

    async fn give_back(&self, receipt: &Receipt, delay: Duration) -> Result<(), QueueError> {
        let (job, leases, _) = receipt.parts().ok_or(QueueError::Stale)?;
        let due_at = after(self.clock.now(), delay.min(DELAY_MAX));
        let values = [due_at.unix_ms(), job, leases].map(number);
        let release =
            "UPDATE jobs SET is_leased = 0, due_at_ms = ? WHERE job = ? AND leases = ? AND is_leased = 1";
        is_current(self.execute(release, values.into()).await?)?;
        // Someone who waits has to learn when it is due.
        self.announce(1);
        Ok(())
    }

    async fn dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let rows = sqlx::query(
            "SELECT job, space, kind, id, revision, sent_at_ms FROM jobs WHERE died_at_ms IS NOT NULL
            ORDER BY died_at_ms, job LIMIT ?",
        )
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.file.connection().await?)
        .await
        .map_err(classify)?;
        let read = |row: &SqliteRow| {
            let (job, sent_at) = read_job(row)?;
            let id: i64 = row.try_get(0).map_err(classify)?;
            Ok(DeadLetter { id: DeadLetterId(id.to_string()), job, sent_at })
        };
        rows.iter().map(read).collect()
    }

    async fn redrive(&self, which: DeadLetters) -> Result<u64, QueueError> {
        let now = self.now_ms();
        let revived = match which {
            DeadLetters::All => {
                let all = "UPDATE jobs SET died_at_ms = NULL, attempts = 0, sent_at_ms = ?1, due_at_ms = ?1
                    WHERE died_at_ms IS NOT NULL";
                self.execute(all, vec![now]).await?
            }
            DeadLetters::One(id) => {
                let one = "UPDATE jobs SET died_at_ms = NULL, attempts = 0, sent_at_ms = ?1, due_at_ms = ?1
                    WHERE died_at_ms IS NOT NULL AND job = ?2";
                let Ok(id) = id.as_str().parse() else { return Ok(0) };
                self.execute(one, vec![now, id]).await?
            }
        };
        self.announce(usize::try_from(revived).unwrap_or(usize::MAX));
        Ok(revived)
    }

    async fn depth(&self) -> Result<Depth, QueueError> {
        let (waiting, hidden, dead) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE died_at_ms IS NULL AND due_at_ms <= ?1),
                count(*) FILTER (WHERE died_at_ms IS NULL AND due_at_ms > ?1),
                count(*) FILTER (WHERE died_at_ms IS NOT NULL) FROM jobs",
        )
        .bind(self.now_ms())
        .fetch_one(&mut *self.file.connection().await?)
        .await
        .map_err(classify)?;
        Ok(Depth { waiting, hidden, dead })
    }
}
