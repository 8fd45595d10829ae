//! Disks that are full, read-only, or gone. What cannot be done to this process is done to a child: the test starts
//! itself again in it.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::others::{hint, hints_until};
use super::*;

/// Set in the child: the directory to work in.
const IN_CHILD: &str = "QRATE_TEST_IN_CHILD";

fn directory_of_child() -> Option<PathBuf> {
    std::env::var_os(IN_CHILD).map(PathBuf::from)
}

/// Runs a test of this file again, in a child.
fn run_in_child(mut command: Command, test: &str, directory: &Path) {
    let name = format!("{}::{test}", module_path!().split_once("::").expect("has a crate").1);
    let output = command.args(["--exact", &name]).env(IN_CHILD, directory).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}{output:?}");
}

#[tokio::test]
async fn a_full_disk_is_reported_and_leaves_nothing() {
    let small = Bytes::from_static(b"fits");
    if let Some(directory) = directory_of_child() {
        let bucket = DirectoryBucket::open(directory).unwrap();
        let large = Bytes::from(vec![1; 100_000]);
        let full = bucket.put(&key("main/large"), large.into(), &Metadata::new()).await;
        assert!(matches!(full, Err(BucketError::Full(_))), "{full:?}");
        // Whatever fits can still be written.
        bucket.put(&key("main/small"), small.into(), &Metadata::new()).await.unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // No file may grow past 8 blocks, and the fatal signal is ignored: writes fail instead.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap());
    run_in_child(limited, "a_full_disk_is_reported_and_leaves_nothing", folder.path());

    assert_eq!(files_in_the_making(folder.path()), 0);
    let bucket = DirectoryBucket::open(folder.path()).unwrap();
    assert_eq!(listed(&bucket).await, ["main/small"]);
    // With room again, the same key is free.
    put(&bucket, "main/large", "x").await;
}

/// Runs a test of this file again as a user bound by permissions, in a directory of theirs. Root is not bound by
/// them, so the child then runs as another user, with a copy of the program that it may read.
fn run_as_nobody(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let nobody = 65_534;
    let program = folder.path().join("program");
    // Not by ourselves: a child started meanwhile by another test would hold the copy open, and a file open for
    // writing cannot be executed.
    let copied = Command::new("cp").arg(std::env::current_exe().unwrap()).arg(&program).status().unwrap();
    assert!(copied.success());
    let directory = folder.path().join("bucket");
    fs::create_dir(&directory).unwrap();
    let mut command = Command::new(program);
    if std::os::unix::fs::chown(&directory, Some(nobody), Some(nobody)).is_ok() {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(nobody).gid(nobody).current_dir(&directory);
    }
    run_in_child(command, test, &directory);
}

#[tokio::test]
async fn a_read_only_directory_is_reported_and_recovers() {
    match directory_of_child() {
        Some(directory) => refused_then_allowed(&directory).await,
        None => run_as_nobody("a_read_only_directory_is_reported_and_recovers"),
    }
}

async fn refused_then_allowed(directory: &Path) {
    let bucket = DirectoryBucket::open(directory).unwrap();
    put(&bucket, "main/a", "x").await;
    let allow = |name: &str, mode| {
        fs::set_permissions(directory.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for refusing in ["", "main", "_qrate/tmp"] {
        allow(refusing, if refusing == "_qrate/tmp" { 0o000 } else { 0o555 });
        let new = if refusing.is_empty() { "new/b" } else { "main/b" };
        let put = bucket.put(&key(new), "x".into(), &Metadata::new()).await;
        assert!(
            matches!(put, Err(BucketError::Denied(_) | BucketError::Unavailable(_))),
            "{refusing}: {put:?}"
        );
        if refusing == "main" {
            let deleted = bucket.delete(&key("main/a")).await;
            assert!(matches!(deleted, Err(BucketError::Denied(_))), "{deleted:?}");
        }
        allow(refusing, 0o755);
        assert_eq!(files_in_the_making(directory), 0);
        assert_eq!(listed(&bucket).await, ["main/a"]);
    }
    // A folder that cannot be read hides its objects: the list is not just shorter.
    put(&bucket, "main/deep/b", "x").await;
    put(&bucket, "a", "x").await;
    put(&bucket, "z", "x").await;
    for mode in [0o000, 0o444, 0o111] {
        allow("main", mode);
        let list: Vec<_> = bucket.list().collect().await;
        let [Ok(first), Err(BucketError::Hidden { below, source }), Ok(last)] = &list[..] else {
            panic!("{mode:o}: {list:?}")
        };
        assert_eq!((first.key.as_str(), below.as_str(), last.key.as_str()), ("a", "main/", "z"));
        assert!(format!("{source:?}").contains("PermissionDenied"), "{source:?}");
    }
    allow("main", 0o000);
    let head = bucket.head(&key("main/a")).await;
    assert!(matches!(head, Err(BucketError::Denied(_))), "{head:?}");
    allow("main", 0o755);
    put(&bucket, "main/b", "x").await;
    // The whole directory is not a part of itself.
    allow("", 0o300);
    let list: Result<Vec<_>, _> = bucket.list().try_collect().await;
    assert!(matches!(list, Err(BucketError::Denied(_))), "{list:?}");
    allow("", 0o755);
}

#[tokio::test]
async fn an_unreadable_folder_is_watched_once_readable() {
    let test = "an_unreadable_folder_is_watched_once_readable";
    let Some(directory) = directory_of_child() else { return run_as_nobody(test) };
    let bucket = DirectoryBucket::open(&directory).unwrap();
    for name in ["closed/a", "open/a"] {
        put(&bucket, name, "x").await;
    }
    let allow =
        |mode| fs::set_permissions(directory.join("closed"), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o300);
    let mut hints = hints(&bucket);
    fs::write(directory.join("closed/b"), "x").unwrap();
    fs::write(directory.join("open/b"), "x").unwrap();
    assert_eq!(hints_until(&mut hints, &hint("open/b")).await, [hint("open/b")]);
    allow(0o700);
    hints_until(&mut hints, &hint("closed/a")).await;
    fs::write(directory.join("closed/c"), "x").unwrap();
    hints_until(&mut hints, &hint("closed/c")).await;
}

#[tokio::test]
async fn a_missing_disk_is_not_taken_for_an_empty_one() {
    let place = Place::new();
    put(&place.bucket, "main/a", "x").await;
    let away = tempfile::tempdir().unwrap();
    fs::rename(place.folder.path(), away.path().join("disk")).unwrap();
    for empty_mount_point in [false, true] {
        assert!(!place.folder.path().exists(), "nothing was made");
        if empty_mount_point {
            fs::create_dir(place.folder.path()).unwrap();
        }
        let put = place.bucket.put(&key("main/b"), "x".into(), &Metadata::new()).await;
        assert!(matches!(put, Err(BucketError::Unavailable(_))), "{put:?}");
        let head = place.bucket.head(&key("main/a")).await;
        assert!(matches!(head, Err(BucketError::Unavailable(_))), "{head:?}");
        for name in ["main/a", "a"] {
            let deleted = place.bucket.delete(&key(name)).await;
            assert!(matches!(deleted, Err(BucketError::Unavailable(_))), "{deleted:?}");
        }
        let list: Result<Vec<_>, _> = place.bucket.list().try_collect().await;
        assert!(matches!(list, Err(BucketError::Unavailable(_))), "{list:?}");
    }
    // Still empty, or it could not be removed.
    fs::remove_dir(place.folder.path()).unwrap();
    fs::rename(away.path().join("disk"), place.folder.path()).unwrap();
    assert_eq!(listed(&place.bucket).await, ["main/a"]);
    put(&place.bucket, "main/b", "x").await;
}
