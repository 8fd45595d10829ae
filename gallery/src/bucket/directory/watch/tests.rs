//! The listening thread: when it ends, and how it handles too many events, and a directory that comes and goes.

use std::fs;
use std::future::ready;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

const DEADLINE: Duration = Duration::from_secs(30);

/// A directory with the marker of a bucket.
fn bucket() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("_qrate")).unwrap();
    folder
}

fn start_in(folder: &Path) -> (BoxStream<'static, Hint>, JoinHandle<()>) {
    start(folder.canonicalize().unwrap()).unwrap()
}

/// The first of the expected hints.
async fn next_of(hints: &mut BoxStream<'static, Hint>, wanted: &[Hint]) -> Hint {
    let mut hints = hints.by_ref().filter(|hint| ready(wanted.contains(hint)));
    let next = tokio::time::timeout(DEADLINE, hints.next()).await;
    next.unwrap_or_else(|_| panic!("none of {wanted:?} came")).expect("hints go on")
}

/// Writes until a hint reports it: the first hints may come from something else.
async fn expect_hint_after_writing(folder: &Path, hints: &mut BoxStream<'static, Hint>, name: &str) {
    for attempt in 0.. {
        let name = format!("{name}-{attempt}");
        fs::write(folder.join(&name), "x").unwrap();
        let wanted = [Hint::Key(name.parse().unwrap()), Hint::Everything];
        if next_of(hints, &wanted).await != Hint::Everything {
            return;
        }
    }
}

#[tokio::test]
async fn the_thread_ends_with_its_stream() {
    let folder = bucket();
    // At rest; with more events than anybody reads; and while the directory is away.
    for files in [0, HINTS_MAX + EVENTS_MAX] {
        for away in [false, true] {
            let (hints, thread) = start_in(folder.path());
            (0..files).for_each(|i| drop(fs::File::create(folder.path().join(i.to_string())).unwrap()));
            if away {
                fs::remove_dir(folder.path().join("_qrate")).unwrap();
            }
            drop(hints);
            tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
            if away {
                fs::create_dir(folder.path().join("_qrate")).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn overflow_is_reported_as_everything() {
    let folder = bucket();
    let (mut hints, _) = start_in(folder.path());
    // Nobody reads while each file causes three events.
    (0..HINTS_MAX + EVENTS_MAX)
        .for_each(|i| drop(fs::File::create(folder.path().join(i.to_string())).unwrap()));
    fs::create_dir(folder.path().join("new")).unwrap();
    next_of(&mut hints, &[Hint::Everything]).await;
    // The folder whose creation was missed is watched all the same.
    expect_hint_after_writing(folder.path(), &mut hints, "new/file").await;
}

#[tokio::test]
async fn a_directory_that_returns_is_watched_again() {
    let folder = bucket();
    let outside = tempfile::tempdir().unwrap();
    let away = outside.path().join("bucket");
    fs::create_dir(folder.path().join("in")).unwrap();
    let (mut hints, _) = start_in(folder.path());
    for round in 0..3 {
        fs::rename(folder.path(), &away).unwrap();
        // What happens in it does not reach the path, and an empty directory in its place is not a bucket.
        fs::write(away.join("in/elsewhere"), "x").unwrap();
        fs::create_dir(folder.path()).unwrap();
        fs::write(folder.path().join("stray"), "x").unwrap();
        fs::remove_dir_all(folder.path()).unwrap();
        fs::rename(&away, folder.path()).unwrap();
        assert_eq!(next_of(&mut hints, &[Hint::Everything]).await, Hint::Everything);
        expect_hint_after_writing(folder.path(), &mut hints, &format!("in/{round}")).await;
    }
}

#[tokio::test]
async fn a_replaced_directory_is_watched() {
    let folder = bucket();
    let (mut hints, _) = start_in(folder.path());
    fs::remove_dir_all(folder.path()).unwrap();
    for name in ["_qrate", "in"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    next_of(&mut hints, &[Hint::Everything]).await;
    expect_hint_after_writing(folder.path(), &mut hints, "in/file").await;
}

#[tokio::test]
async fn a_replaced_disk_is_noticed_without_an_event() {
    let outside = tempfile::tempdir().unwrap();
    let place = |name: &str| outside.path().join(name);
    let bucket = place("disk/bucket");
    fs::create_dir_all(bucket.join("_qrate")).unwrap();
    let (mut hints, _) = start_in(&bucket);
    // Nothing happens to the directory itself.
    fs::rename(place("disk"), place("first")).unwrap();
    fs::create_dir_all(bucket.join("_qrate")).unwrap();
    next_of(&mut hints, &[Hint::Everything]).await;
    expect_hint_after_writing(&bucket, &mut hints, "second").await;
    fs::rename(place("disk"), place("second")).unwrap();
    fs::rename(place("first"), place("disk")).unwrap();
    next_of(&mut hints, &[Hint::Everything]).await;
    expect_hint_after_writing(&bucket, &mut hints, "first").await;
}
