//! The data folder: whether a save has room in it, who uses it, and whether bucket and catalog belong together.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use gallery::bucket::DirectoryBucket;
use gallery::sqlite::SqliteFile;
use gallery::{Check, Verdict};
use rustix::process::{Flock, FlockType, fcntl_getlk};
use tokio::runtime::Handle;

use crate::config::StorageArgs;
use crate::room::try_to_write;
use crate::storage::StorageError;

/// A disk that takes longer counts as failed.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Everything about the folder's contents; nothing if the folder is not used.
pub(super) async fn checks(args: &StorageArgs) -> Vec<Check> {
    let Some(folder) = args.local_folder().map(Path::to_owned) else { return Vec::new() };
    let name = format!("data folder {}", folder.display());
    let args = args.clone();
    let title = name.clone();
    within(ANSWERS_WITHIN, move || examine(title, &folder, &args))
        .await
        .unwrap_or_else(|| vec![Check::wrong(name, "does not respond: check its disk or mount")])
}

/// The result of the work, unless it takes too long or panics. A hanging disk blocks only its own thread.
async fn within<T: Send + 'static>(most: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::time::timeout(most, tokio::task::spawn_blocking(work)).await.ok()?.ok()
}

fn examine(name: String, folder: &Path, args: &StorageArgs) -> Vec<Check> {
    if !folder.is_dir() {
        return vec![match folder.symlink_metadata() {
            Ok(_) => Check::wrong(name, "is not a folder: name another one with --data-dir (QRATE_DATA_DIR)"),
            Err(_) => Check::note(name, "does not exist yet: \"qrate serve\" creates it"),
        }];
    }
    let mut checks = vec![room(name, folder)];
    let user = user(&args.catalog_path());
    let is_free = user.as_ref().is_some_and(|user| user.verdict == Verdict::Fine);
    checks.extend(user);
    checks.push(catalog(args, is_free));
    if args.bucket.is_none() {
        checks.push(bucket(args));
    }
    checks
}

fn room(name: String, folder: &Path) -> Check {
    match try_to_write(folder) {
        Ok(()) => Check::fine(name, "has room for saves"),
        Err(error) => Check::wrong(
            name,
            format!("nothing can be saved in it ({error}): make room, or make it writable"),
        ),
    }
}

/// A running server is fine. This only queries the catalog's lock: taking it could make a starting server believe
/// that another one runs.
fn user(catalog: &Path) -> Option<Check> {
    const WHAT: &str = "use of the data folder";
    let file = catalog.is_file().then(|| File::open(catalog).ok()).flatten()?;
    Some(match fcntl_getlk(&file, &Flock::from(FlockType::WriteLock)) {
        Ok(None) => Check::fine(WHAT, "no server runs on it"),
        Ok(Some(_)) => Check::note(WHAT, "another program uses it, most likely the server"),
        Err(error) => Check::note(WHAT, format!("cannot be determined here ({error})")),
    })
}

/// A running server itself reports damage (`/readyz`); after a kill, the next one does.
fn catalog(args: &StorageArgs, is_free: bool) -> Check {
    let (what, path) = ("catalog", args.catalog_path());
    match path.metadata() {
        Ok(found) if found.is_file() && is_free => {
            match Handle::current().block_on(SqliteFile::inspect(&path)) {
                Ok(()) => Check::fine(what, path.display().to_string()),
                Err(error) => Check::wrong(what, format!("{}: {error}", path.display())),
            }
        }
        Ok(found) if found.is_file() => Check::fine(what, path.display().to_string()),
        Ok(_) => Check::wrong(what, format!("{} is not a file", path.display())),
        Err(_) => Check::note(what, "does not exist yet: \"qrate serve\" creates it"),
    }
}

fn bucket(args: &StorageArgs) -> Check {
    let (what, path) = ("bucket", args.bucket_path());
    match DirectoryBucket::is_at(&path) {
        Ok(true) => Check::fine(what, path.display().to_string()),
        Ok(false) if args.catalog_path().is_file() => {
            Check::wrong(what, StorageError::BucketGone(path).to_string())
        }
        Ok(false) => Check::note(what, "does not exist yet: \"qrate serve\" creates it"),
        Err(error) => Check::wrong(what, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hanging_disk_is_not_waited_for() {
        let (release, hangs) = std::sync::mpsc::channel::<()>();
        assert_eq!(within(Duration::from_millis(10), move || hangs.recv().is_ok()).await, None);
        drop(release);
        assert_eq!(within(ANSWERS_WITHIN, || 1).await, Some(1));
    }
}
