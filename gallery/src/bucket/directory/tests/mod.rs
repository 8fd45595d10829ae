//! What is special about a directory: other programs, killed runs, links, and failing disks. `conformance::bucket`
//! has the promises that all buckets share.

mod faults;
mod others;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use futures::stream::TryStreamExt;
use tempfile::TempDir;

use super::*;
use crate::bucket::Hint;
use crate::testing::hints;

/// A directory and the bucket in it.
struct Place {
    folder: TempDir,
    bucket: DirectoryBucket,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bucket = DirectoryBucket::open(folder.path()).unwrap();
        Self { folder, bucket }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

async fn put(bucket: &DirectoryBucket, name: &str, bytes: &'static str) -> ObjectInfo {
    bucket.put(&key(name), bytes.into(), &Metadata::new()).await.unwrap()
}

async fn listed(bucket: &DirectoryBucket) -> Vec<String> {
    bucket.list().map_ok(|info| info.key.to_string()).try_collect().await.unwrap()
}

/// Temporary files, of this run or others.
fn files_in_the_making(root: &Path) -> usize {
    let below = walkdir::WalkDir::new(root.join("_qrate/tmp")).into_iter().map(Result::unwrap);
    below.filter(|entry| !entry.file_type().is_dir()).count()
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let Place { folder, bucket } = Place::new();
    let metadata = Metadata::from([("name".into(), "n".into())]);
    bucket.put(&key("main/a"), "x".into(), &metadata).await.unwrap();
    let before = bucket.head(&key("main/a")).await.unwrap();
    drop(bucket);
    let bucket = DirectoryBucket::open(folder.path()).unwrap();
    assert_eq!(bucket.head(&key("main/a")).await.unwrap(), before);
    assert_eq!(listed(&bucket).await, ["main/a"]);
}

#[tokio::test]
async fn temporary_files_of_killed_runs_are_deleted_and_those_of_running_ones_kept() {
    let Place { folder, bucket: living } = Place::new();
    let dead = folder.path().join("_qrate/tmp/dead");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join(".tmpHALF"), "half of a pict").unwrap();
    let alive = living.files.write_aside(&"whole".into(), &Metadata::new()).unwrap();
    let opened = DirectoryBucket::open(folder.path()).unwrap();
    assert!(!dead.exists());
    living.files.name(alive, &living.files.root.join("a")).unwrap();
    assert_eq!(listed(&opened).await, ["a"]);
}

#[tokio::test]
async fn a_closed_bucket_leaves_no_temporary_files() {
    let Place { folder, bucket } = Place::new();
    let aside = || fs::read_dir(folder.path().join("_qrate/tmp")).unwrap().count();
    put(&bucket, "a", "x").await;
    assert_eq!(aside(), 1);
    bucket.close().await;
    assert_eq!(aside(), 0);
    // Late writes still succeed, and the end of the program cleans up too.
    put(&bucket, "b", "x").await;
    drop(bucket);
    assert_eq!(aside(), 0);
}

#[tokio::test]
async fn opening_read_only_changes_nothing() {
    let empty = tempfile::tempdir().unwrap();
    let none = DirectoryBucket::open_read_only(empty.path()).map(drop);
    assert!(matches!(none, Err(BucketError::Unavailable(_))), "{none:?}");
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);

    let Place { folder, bucket } = Place::new();
    put(&bucket, "a", "x").await;
    drop(bucket);
    let dead = folder.path().join("_qrate/tmp/dead");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join(".tmpHALF"), "half of a pict").unwrap();
    let everything = || {
        let all = walkdir::WalkDir::new(folder.path()).sort_by_file_name().into_iter();
        all.map(|entry| entry.unwrap().into_path()).collect::<Vec<_>>()
    };
    let before = everything();
    let reader = DirectoryBucket::open_read_only(folder.path()).unwrap();
    assert_eq!(listed(&reader).await, ["a"]);
    drop(reader);
    assert_eq!(everything(), before);
}

#[tokio::test]
async fn a_copy_without_empty_folders_is_writable() {
    let place = Place::new();
    fs::remove_dir_all(place.path("_qrate/tmp")).unwrap();
    put(&place.bucket, "a", "x").await;
    assert_eq!(files_in_the_making(place.folder.path()), 0);
}

#[test]
fn obstacles_to_the_directory_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "x").unwrap();
    std::os::unix::fs::symlink("nowhere", at("link")).unwrap();
    fs::create_dir(at("bucket")).unwrap();
    fs::write(at("bucket/_qrate"), "x").unwrap();
    for (path, culprit) in
        [("file", "file"), ("file/deep", "file/deep"), ("link", "link"), ("bucket", "bucket/_qrate")]
    {
        let opened = DirectoryBucket::open(at(path)).map(drop);
        let Err(BucketError::Blocked(why)) = opened else { panic!("{path}: {opened:?}") };
        assert!(why.starts_with(&format!("{} must be a folder", at(culprit).display())), "{why}");
    }
}

#[tokio::test]
async fn failed_puts_leave_no_temporary_files() {
    let Place { folder, bucket } = Place::new();
    put(&bucket, "a", "x").await;
    for name in ["a", "a/b", "a//b", "_qrate"] {
        bucket.put(&key(name), "y".into(), &Metadata::new()).await.unwrap_err();
    }
    assert_eq!(files_in_the_making(folder.path()), 0);
    assert_eq!(listed(&bucket).await, ["a"]);
}

#[tokio::test]
async fn only_empty_folders_are_removed() {
    let place = Place::new();
    fs::create_dir_all(place.path("theirs/empty")).unwrap();
    put(&place.bucket, "ours/deep/a", "x").await;
    put(&place.bucket, "ours/b", "x").await;
    place.bucket.delete(&key("ours/deep/a")).await.unwrap();
    assert!(!place.path("ours/deep").exists() && place.path("ours/b").exists());
    place.bucket.delete(&key("ours/b")).await.unwrap();
    assert!(!place.path("ours").exists() && place.path("theirs/empty").exists());
}

#[tokio::test]
async fn oversized_metadata_is_dropped_and_the_object_kept() {
    let place = Place::new();
    let metadata = Metadata::from([("large".into(), "x".repeat(1 << 20))]);
    place.bucket.put(&key("a"), "x".into(), &metadata).await.unwrap();
    assert_eq!(place.bucket.head(&key("a")).await.unwrap().1, Metadata::new());
}

#[tokio::test]
async fn file_permissions_follow_the_umask() {
    let place = Place::new();
    put(&place.bucket, "ours", "x").await;
    fs::write(place.path("theirs"), "x").unwrap();
    let mode = |name| fs::metadata(place.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("ours"), mode("theirs"));
}
