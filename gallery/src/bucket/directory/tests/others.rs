//! Other programs in the directory: what they write, link, move and delete.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt as _, symlink};
use std::time::Duration;

use super::*;

const DEADLINE: Duration = Duration::from_secs(30);

/// The hints up to and including the one waited for.
pub(super) async fn hints_until(hints: &mut BoxStream<'static, Hint>, wanted: &Hint) -> Vec<Hint> {
    let mut received = Vec::new();
    let receive = async {
        while received.last() != Some(wanted) {
            received.push(hints.next().await.expect("the hints ended"));
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, receive).await;
    assert!(in_time.is_ok(), "{wanted:?} did not come, but {received:?}");
    received
}

pub(super) fn hint(name: &str) -> Hint {
    Hint::Key(key(name))
}

#[tokio::test]
async fn foreign_files_are_objects() {
    let place = Place::new();
    fs::create_dir_all(place.path("photos/2026")).unwrap();
    fs::write(place.path("photos/2026/a b.jpg"), "one").unwrap();
    assert_eq!(listed(&place.bucket).await, ["photos/2026/a b.jpg"]);
    let (first, metadata) = place.bucket.head(&key("photos/2026/a b.jpg")).await.unwrap();
    assert_eq!((first.size_bytes, metadata), (3, Metadata::new()));

    fs::write(place.path("photos/new"), "two").unwrap();
    fs::rename(place.path("photos/new"), place.path("photos/2026/a b.jpg")).unwrap();
    let (second, _) = place.bucket.head(&key("photos/2026/a b.jpg")).await.unwrap();
    assert_ne!(first.etag, second.etag);
    place.bucket.delete(&key("photos/2026/a b.jpg")).await.unwrap();
    assert_eq!(listed(&place.bucket).await, Vec::<String>::new());
}

#[tokio::test]
async fn links_and_special_files_are_ignored_and_not_followed() {
    let place = Place::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "s").unwrap();
    symlink(outside.path(), place.path("out")).unwrap();
    symlink(outside.path().join("secret"), place.path("secret")).unwrap();
    symlink("nowhere", place.path("broken")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket")).unwrap();

    assert_eq!(listed(&place.bucket).await, Vec::<String>::new());
    for (name, in_the_way) in [
        ("out/secret", "`out` in the bucket is a link, but a folder must be there"),
        ("out/new", "`out` in the bucket is a link, but a folder must be there"),
        ("broken/new", "`broken` in the bucket is a link, but a folder must be there"),
        ("socket/new", "`socket` in the bucket is neither a file nor a folder, but a folder must be there"),
        ("secret", "`secret` in the bucket is a link, but a file must be there"),
        ("broken", "`broken` in the bucket is a link, but a file must be there"),
        ("socket", "`socket` in the bucket is neither a file nor a folder, but a file must be there"),
        ("out", "`out` in the bucket is a link, but a file must be there"),
    ] {
        let head = place.bucket.head(&key(name)).await;
        assert!(matches!(head, Err(BucketError::NotFound)), "{name}: {head:?}");
        let put = place.bucket.put(&key(name), "x".into(), &Metadata::new()).await;
        let Err(BucketError::Blocked(why)) = put else { panic!("{name}: {put:?}") };
        assert!(why.contains(in_the_way), "{name}: {why}");
        place.bucket.delete(&key(name)).await.unwrap();
    }
    assert_eq!(fs::read(outside.path().join("secret")).unwrap(), b"s");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert!(place.path("secret").is_symlink() && place.path("socket").exists());
}

#[tokio::test]
async fn names_that_are_not_utf8_are_left_out() {
    let place = Place::new();
    fs::write(place.folder.path().join(OsStr::from_bytes(b"caf\xe9.png")), "x").unwrap();
    put(&place.bucket, "café.png", "x").await;
    fs::create_dir_all(place.path(&["x".repeat(250).as_str(); 4].join("/"))).unwrap();
    fs::write(place.path(&format!("{}/{}", [&*"x".repeat(250); 4].join("/"), "y".repeat(100))), "x").unwrap();
    let mut list: Vec<_> = place.bucket.list().collect().await;
    let Some(Err(BucketError::Unnamed { name, why })) = list.pop() else { panic!("{list:?}") };
    assert!(name.len() == 1104 && why.contains("1,024"), "{name} {why}");
    let said: Vec<_> = list.iter().map(|item| item.as_ref().map(|info| info.key.as_str())).collect();
    let [Ok("café.png"), Err(BucketError::Unnamed { name, why })] = &said[..] else { panic!("{said:?}") };
    assert!(name == r"caf\xe9.png" && why.contains("UTF-8"), "{name} {why}");
}

#[tokio::test]
async fn a_name_that_is_not_utf8_triggers_a_full_comparison() {
    let place = Place::new();
    let mut hints = hints(&place.bucket);
    for _ in 0..2 {
        fs::write(place.folder.path().join(OsStr::from_bytes(b"caf\xe9.png")), "x").unwrap();
        hints_until(&mut hints, &Hint::Everything).await;
    }
}

#[tokio::test]
async fn truncation_while_reading_is_an_error() {
    let place = Place::new();
    fs::write(place.path("a"), vec![1; 1_000_000]).unwrap();
    let mut bytes = place.bucket.get(&key("a"), None).await.unwrap().bytes;
    bytes.next().await.unwrap().unwrap();
    fs::write(place.path("a"), "short").unwrap();
    let rest: Result<Vec<_>, _> = bytes.try_collect().await;
    assert!(matches!(rest, Err(BucketError::Changed)), "{rest:?}");
}

#[tokio::test]
async fn overwriting_while_reading_is_an_error_and_never_a_mixture() {
    let place = Place::new();
    fs::write(place.path("a"), vec![1; 1_000_000]).unwrap();
    for range in [None, Some(100_000..900_000)] {
        let mut object = place.bucket.get(&key("a"), range).await.unwrap();
        let first = object.bytes.next().await.unwrap().unwrap();
        let before = first[0];
        assert!(first.iter().all(|byte| *byte == before));
        let written_at = fs::metadata(place.path("a")).unwrap().modified().unwrap();
        // Of the same length, never shorter in between, and with the old modification time.
        let file = fs::OpenOptions::new().write(true).open(place.path("a")).unwrap();
        file.write_all_at(&vec![before + 1; 1_000_000], 0).unwrap();
        file.set_modified(written_at).unwrap();
        let rest: Result<Vec<_>, _> = object.bytes.try_collect().await;
        assert!(matches!(rest, Err(BucketError::Changed)));
    }
}

#[tokio::test]
async fn replacing_while_reading_does_not_mix_versions() {
    let place = Place::new();
    fs::write(place.path("a"), vec![1; 1_000_000]).unwrap();
    fs::write(place.path("b"), vec![2; 1_000_000]).unwrap();
    let object = place.bucket.get(&key("a"), None).await.unwrap();
    fs::rename(place.path("b"), place.path("a")).unwrap();
    let chunks: Vec<Bytes> = object.bytes.try_collect().await.unwrap();
    assert!(chunks.concat() == vec![1; 1_000_000]);
}

#[tokio::test]
async fn every_way_into_and_out_of_the_directory_causes_a_hint() {
    let place = Place::new();
    let outside = tempfile::tempdir_in(place.path("_qrate")).unwrap();
    fs::create_dir_all(outside.path().join("folder/in")).unwrap();
    fs::write(outside.path().join("folder/in/file"), "x").unwrap();
    fs::write(outside.path().join("file"), "x").unwrap();
    let mut hints = hints(&place.bucket);

    fs::write(place.path("written"), "x").unwrap();
    hints_until(&mut hints, &hint("written")).await;
    fs::rename(outside.path().join("file"), place.path("moved in")).unwrap();
    hints_until(&mut hints, &hint("moved in")).await;
    fs::rename(outside.path().join("folder"), place.path("folder")).unwrap();
    hints_until(&mut hints, &hint("folder/in/file")).await;
    fs::write(place.path("folder/in/later"), "x").unwrap();
    hints_until(&mut hints, &hint("folder/in/later")).await;
    // Created without being opened, and without any sign that it is a link.
    fs::hard_link(place.path("moved in"), place.path("folder/in/linked")).unwrap();
    fs::remove_file(place.path("moved in")).unwrap();
    hints_until(&mut hints, &hint("folder/in/linked")).await;
    fs::rename(place.path("folder/in/linked"), outside.path().join("moved out")).unwrap();
    hints_until(&mut hints, &hint("folder/in/linked")).await;
    fs::remove_dir_all(place.path("folder/in")).unwrap();
    hints_until(&mut hints, &hint("folder/in/later")).await;
    fs::write(place.path("folder/x"), "x").unwrap();
    hints_until(&mut hints, &hint("folder/x")).await;
    fs::rename(place.path("folder"), outside.path().join("folder")).unwrap();
    hints_until(&mut hints, &Hint::Everything).await;
}

#[tokio::test]
async fn fast_filled_new_folders_cause_hints() {
    let place = Place::new();
    let mut hints = hints(&place.bucket);
    for round in 0..100 {
        let name = format!("{round}/a/b/c/file");
        fs::create_dir_all(place.path(&name).parent().unwrap()).unwrap();
        fs::write(place.path(&name), "x").unwrap();
        hints_until(&mut hints, &hint(&name)).await;
        let renamed = format!("{round}/b/b/c/file");
        fs::rename(place.path(&format!("{round}/a")), place.path(&format!("{round}/b"))).unwrap();
        fs::remove_file(place.path(&renamed)).unwrap();
        fs::write(place.path(&renamed), "y").unwrap();
        hints_until(&mut hints, &hint(&renamed)).await;
    }
}

#[tokio::test]
async fn files_cause_hints_only_when_closed() {
    let place = Place::new();
    let mut hints = hints(&place.bucket);
    let half = fs::File::create(place.path("slow")).unwrap();
    half.write_all_at(b"half", 0).unwrap();
    // A link is reported late, later than the file above would be if it were taken for one.
    fs::hard_link(place.path("slow"), place.path("link")).unwrap();
    let received = hints_until(&mut hints, &hint("link")).await;
    assert_eq!(received, [hint("link")]);
    drop(half);
    hints_until(&mut hints, &hint("slow")).await;
}

#[tokio::test]
async fn our_own_folder_causes_no_hints() {
    let place = Place::new();
    let mut hints = hints(&place.bucket);
    fs::write(place.path("_qrate/snapshot"), "x").unwrap();
    put(&place.bucket, "main/a", "x").await;
    put(&place.bucket, "main/b", "x").await;
    let received = hints_until(&mut hints, &hint("main/b")).await;
    assert!(received.iter().all(|h| *h == hint("main/a") || *h == hint("main/b")), "{received:?}");
}
