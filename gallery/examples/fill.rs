//! Fills a data folder that does not exist yet: `cargo run --release --package gallery --example fill -- FOLDER ENTRIES`.
//!
//! The entries are codes with values of 60 bytes, as if they had been saved one by one, a minute apart. A hundred thousand
//! take less than a minute, since no file is synced and nothing is read back. Not here: anything that the program does.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use domain::payload::title_of;
use domain::{Body, Content, Entry, Key, Level, Sha256, Space, State, SymbolFacts, Timestamp};
use gallery::Clock;
use gallery::bucket::{Bucket as _, DirectoryBucket};
use gallery::catalog::{Catalog as _, Counters, SpaceDump, SqliteCatalog};
use gallery::queue::SqliteQueue;
use gallery::sqlite::SqliteFile;
use sha2::Digest as _;
use ulid::Ulid;

/// Every third has a name, every seventh a label.
const NAMES: [&str; 8] = ["Menu", "Guests", "Table", "Room", "Ticket", "Booth", "Café", "Straße"];
const MINUTE_MS: u64 = 60_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("fill FOLDER ENTRIES".into());
    };
    let (folder, count) = (PathBuf::from(folder), count.parse::<u64>()?);
    // Not into what somebody uses.
    fs::create_dir_all(folder.parent().unwrap_or(Path::new(".")))?;
    fs::create_dir(&folder)?;
    let bucket = Arc::new(DirectoryBucket::open(folder.join("bucket"))?);
    let space = Space::main();
    fs::create_dir(folder.join("bucket").join(space.as_str()))?;

    let now_ms = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let began_at_ms = now_ms.saturating_sub(count * MINUTE_MS);
    let threads = u64::try_from(std::thread::available_parallelism()?.get())?;
    let parts: Vec<_> = (0..threads)
        .map(|thread| {
            let (bucket, space, folder) = (Arc::clone(&bucket), space.clone(), folder.join("bucket"));
            tokio::spawn(async move {
                let mut entries = Vec::new();
                for id in (1..=count).filter(|id| id % threads == thread) {
                    entries.push(entry(&bucket, &folder, &space, id, began_at_ms + id * MINUTE_MS).await?);
                }
                Ok::<_, Box<dyn Error + Send + Sync>>(entries)
            })
        })
        .collect();
    let mut entries = Vec::new();
    for part in parts {
        entries.append(&mut part.await??);
    }
    entries.sort_by_key(|entry| entry.id);

    let file = Arc::new(SqliteFile::open(&folder.join("catalog.sqlite")).await?);
    let queue = SqliteQueue::over(Arc::clone(&file), Clock::system()).await?;
    let catalog = SqliteCatalog::over(file, queue).await?;
    let counters = Counters { last_id: count, last_seq: count, floor: count };
    catalog.load(&space, SpaceDump { counters, entries, log: Vec::new() }).await?;
    catalog.close().await?;
    println!("{count} entries in {}", folder.display());
    Ok(())
}

/// An entry, with its file.
async fn entry(
    bucket: &DirectoryBucket,
    folder: &Path,
    space: &Space,
    id: u64,
    at_ms: u64,
) -> Result<Entry, Box<dyn Error + Send + Sync>> {
    let kind = NAMES[usize::try_from(id)? % NAMES.len()];
    let value = format!("{:-<60}", format!("https://example.com/{}/{id:08}/", kind.to_lowercase()));
    let value: String = value.chars().take(60).collect();
    let name = if id.is_multiple_of(3) { format!("{kind} {id}") } else { String::new() };
    let symbol = qr::Symbol::encode(&value, Level::M)?;
    let png = qr::png(&symbol);
    let title = if name.is_empty() { title_of(&value) } else { name.clone() };
    let key = Key::own(space, &title, Ulid::from_parts(at_ms, u128::from(id)));
    fs::write(folder.join(key.as_str()), &png)?;
    let (info, _) = bucket.head(&key).await?;
    let labels = if id.is_multiple_of(7) { domain::Label::parse_list("lunch")? } else { Vec::new() };
    let content = Content {
        key,
        name: name.parse()?,
        body: Body::Code { value, style: Level::M.into(), symbol: Some(SymbolFacts::from(&symbol)) },
        size_bytes: info.size_bytes,
        sha256: Some(Sha256(sha2::Sha256::digest(&png).into())),
        etag: info.etag,
        created_at: Timestamp::from_unix_ms(at_ms),
        labels,
    };
    Ok(Entry { id, revision: id, state: State::Live, content })
}
