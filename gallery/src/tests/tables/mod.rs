//! Codes made of tables, on ports in memory and in SQLite: complete and exact, whatever ends the work in between.

mod exact;
mod faults;
mod upkeep;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{EntryId, Space, TableId, Timestamp};
use tempfile::TempDir;

use crate::bucket::{DirectoryBucket, MemoryBucket, Spool};
use crate::catalog::{MemoryCatalog, SqliteCatalog};
use crate::queue::{MemoryQueue, SqliteQueue};
use crate::records::{MemoryRecords, SqliteRecords};
use crate::sqlite::SqliteFile;
use crate::tables::{RowOutcome, Table, TableState, Wishes};
use crate::testing::granted;
use crate::{Clock, Filter, Gallery, GalleryError, Options, Ports, TableUpload};

/// Nothing takes this long, even on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(300);

/// Storage that outlives a gallery.
trait Storage: Default {
    /// Its ports, as a program finds them that has just started.
    async fn ports(&mut self, clock: &Clock) -> Ports;
}

#[derive(Default)]
struct Memory {
    bucket: Arc<MemoryBucket>,
    ports: Option<Ports>,
}

impl Storage for Memory {
    async fn ports(&mut self, clock: &Clock) -> Ports {
        let new = || {
            let queue = MemoryQueue::new(clock.clone());
            Ports {
                bucket: self.bucket.clone(),
                catalog: Arc::new(MemoryCatalog::with_queue(queue.clone())),
                records: Arc::new(MemoryRecords::new(clock.clone())),
                queue: Arc::new(queue),
            }
        };
        self.ports.get_or_insert_with(new).clone()
    }
}

struct Embedded {
    folder: TempDir,
    file: Option<Arc<SqliteFile>>,
}

impl Default for Embedded {
    fn default() -> Self {
        Self { folder: TempDir::new().unwrap(), file: None }
    }
}

impl Storage for Embedded {
    async fn ports(&mut self, clock: &Clock) -> Ports {
        if let Some(before) = self.file.take() {
            before.close().await.unwrap();
        }
        let file = SqliteFile::open(&self.folder.path().join("catalog.sqlite")).await.unwrap();
        let file = self.file.insert(Arc::new(file));
        let queue = SqliteQueue::over(Arc::clone(file), clock.clone()).await.unwrap();
        Ports {
            bucket: Arc::new(DirectoryBucket::open(self.folder.path().join("bucket")).unwrap()),
            catalog: Arc::new(SqliteCatalog::over(Arc::clone(file), queue.clone()).await.unwrap()),
            records: Arc::new(SqliteRecords::over(Arc::clone(file), clock.clone())),
            queue: Arc::new(queue),
        }
    }
}

/// Storage, and how far its clock is ahead.
#[derive(Default)]
struct Stage<S> {
    storage: S,
    ahead_ms: Arc<AtomicU64>,
}

impl<S: Storage> Stage<S> {
    fn clock(&self) -> Clock {
        let ahead_ms = Arc::clone(&self.ahead_ms);
        Clock::from_fn(move || {
            let now = Clock::system().now().unix_ms();
            Timestamp::from_unix_ms(now + ahead_ms.load(Ordering::Relaxed))
        })
    }

    fn pass(&self, time: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    async fn ports(&mut self) -> Ports {
        let clock = self.clock();
        self.storage.ports(&clock).await
    }

    async fn open(&mut self, works: bool) -> Gallery {
        let ports = self.ports().await;
        self.over(ports, works).await
    }

    async fn over(&self, ports: Ports, works: bool) -> Gallery {
        let options = Options { works, reconciles: false, ..Options::default() };
        Gallery::open_with_clock(ports, options, self.clock()).await.unwrap()
    }
}

async fn upload(text: &str) -> TableUpload {
    TableUpload {
        spool: Arc::new(Spool::fill(text.as_bytes()).await.unwrap()),
        file_name: "guests.csv".to_owned(),
        wishes: Wishes::default(),
        request: None,
    }
}

/// Keeps a table in `main` and starts it.
async fn started(gallery: &Gallery, text: &str) -> TableId {
    let grant = granted(&Space::main());
    let table = gallery.keep_table(&grant, upload(text).await).await.unwrap();
    assert_eq!((table.state, table.made), (TableState::Ready, 0));
    gallery.start_table(&grant, table.id).await.unwrap().id
}

/// A table with so many rows, of which every hundredth has a mistake.
fn guests(rows: u32) -> String {
    let row = |n: u32| {
        if n.is_multiple_of(100) { format!(",Nobody {n}\n") } else { format!("guest-{n},Guest {n}\n") }
    };
    format!("text,name\n{}", (1..=rows).map(row).collect::<String>())
}

/// The table once it is as a test wants it.
async fn once(gallery: &Gallery, id: TableId, is_so: impl Fn(&Table) -> bool) -> Table {
    let waits = async {
        loop {
            let table = gallery.table(&granted(&Space::main()), id).await.unwrap();
            if is_so(&table) {
                return table;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waits).await.expect("the table comes so far")
}

async fn ended(gallery: &Gallery, id: TableId) -> Table {
    once(gallery, id, |table| !matches!(table.state, TableState::Ready | TableState::Running)).await
}

/// The values of all entries, by their ids.
async fn values(gallery: &Gallery) -> BTreeMap<EntryId, String> {
    let mut values = BTreeMap::new();
    let mut after = None;
    loop {
        let slice =
            gallery.browse(&granted(&Space::main()), &Filter::default(), after.as_ref(), 1000).await.unwrap();
        let value = |entry: &domain::Entry| entry.content.value().unwrap().to_owned();
        values.extend(slice.entries.iter().map(|entry| (entry.id, value(entry))));
        match slice.next {
            Some(next) => after = Some(next),
            None => return values,
        }
    }
}

async fn outcomes(gallery: &Gallery, table: &Table) -> Vec<RowOutcome> {
    let mut outcomes = Vec::new();
    for part in 0..table.parts_done {
        outcomes.extend(gallery.table_outcomes(&granted(&Space::main()), table, part).await.unwrap());
    }
    outcomes
}

/// Checks that each row of `guests` was saved once or has its mistake, and that nothing else was saved.
async fn assert_exact(gallery: &Gallery, table: &Table, rows: u32) {
    assert_eq!(table.state, TableState::Done, "{:?}", table.trouble);
    assert_eq!((table.layout.rows, table.made, table.wrong), (rows, rows - rows / 100, rows / 100));
    let (values, outcomes) = (values(gallery).await, outcomes(gallery, table).await);
    assert_eq!(values.len(), table.made as usize, "nothing twice, and nothing else");
    // The heading is row 1.
    assert!(outcomes.iter().map(|outcome| outcome.row).eq(2..=rows + 1), "every row, in order");
    for RowOutcome { row, id, mistake } in outcomes {
        let n = row - 1;
        match id {
            Some(id) => assert_eq!((values[&id].as_str(), mistake), (&*format!("guest-{n}"), None)),
            None => assert_eq!((n % 100, mistake.as_deref()), (0, Some("Enter a text first."))),
        }
    }
}

/// Defines each test for both kinds of storage.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod in_memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test::<crate::tests::tables::Memory>().await;
            })*
        }
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test::<crate::tests::tables::Embedded>().await;
            })*
        }
    };
}
use on_both;

fn wrong_number(outcome: &Result<Table, GalleryError>) -> bool {
    matches!(outcome, Err(GalleryError::NoTable))
}
