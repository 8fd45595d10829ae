//! The data folder: whether a save finds room in it, who uses it, and whether bucket and catalog belong together.

use std::path::Path;

use gallery::aws::doctor::Check;
use gallery::bucket::DirectoryBucket;

use crate::config::StorageArgs;
use crate::health::try_to_write;
use crate::storage::{StorageError, local};

/// Everything about what lies in the folder; nothing where nothing is kept in it.
pub(super) async fn checks(args: &StorageArgs) -> Vec<Check> {
    let Some(folder) = args.local_folder().map(Path::to_owned) else { return Vec::new() };
    let name = format!("data folder {}", folder.display());
    if !folder.is_dir() {
        return vec![match folder.symlink_metadata() {
            Ok(_) => Check::wrong(name, "is no folder: name another one, --data-dir (QRATE_DATA_DIR)"),
            Err(_) => Check::note(name, "is not there yet: \"qrate serve\" makes it"),
        }];
    }
    let mut checks = vec![room(name, &folder).await, user(&folder), catalog(args)];
    if args.bucket.is_none() {
        checks.push(bucket(args));
    }
    checks
}

async fn room(name: String, folder: &Path) -> Check {
    let folder = folder.to_owned();
    let tried = tokio::task::spawn_blocking(move || try_to_write(&folder)).await;
    match tried.map_err(std::io::Error::other).flatten() {
        Ok(()) => Check::fine(name, "takes what a save writes"),
        Err(error) => Check::wrong(
            name,
            format!("nothing can be saved in it ({error}): make room, or let it be written"),
        ),
    }
}

/// A running server is nothing wrong.
fn user(folder: &Path) -> Check {
    const WHAT: &str = "use of the data folder";
    match local::lock(folder) {
        Ok(_) => Check::fine(WHAT, "no server runs on it"),
        Err(StorageError::InUse(_)) => Check::note(WHAT, "another program uses it, most likely the server"),
        Err(error) => Check::wrong(WHAT, error.to_string()),
    }
}

fn catalog(args: &StorageArgs) -> Check {
    let (what, path) = ("catalog", args.catalog_path());
    match path.metadata() {
        Ok(found) if found.is_file() => Check::fine(what, path.display().to_string()),
        Ok(_) => Check::wrong(what, format!("{} is no file", path.display())),
        Err(_) => Check::note(what, "is not there yet: \"qrate serve\" makes it"),
    }
}

fn bucket(args: &StorageArgs) -> Check {
    let (what, path) = ("bucket", args.bucket_path());
    match DirectoryBucket::is_at(&path) {
        Ok(true) => Check::fine(what, path.display().to_string()),
        Ok(false) if args.catalog_path().is_file() => {
            Check::wrong(what, StorageError::BucketGone(path).to_string())
        }
        Ok(false) => Check::note(what, "is not there yet: \"qrate serve\" makes it"),
        Err(error) => Check::wrong(what, error.to_string()),
    }
}
