//! Looks and logos in exports and imports, after a crash, and of foreign objects.

use std::sync::Arc;
use std::time::Duration;

use domain::limits::ADOPTION_AGE;
use domain::{Key, Level, Sha256, Space, StyleText};
use sha2::Digest as _;

use super::looks::{logo, publish, svg};
use crate::LeftOut;
use crate::bucket::{Bucket, MemoryBucket, Metadata};
use crate::catalog::{Catalog as _, MemoryCatalog, Settings};
use crate::check::check;
use crate::drawing::logos::is_kept_form;
use crate::own_object::{OwnKind, OwnMetadata};
use crate::testing::{Fault, Stage, exported, granted, object, operator};
use crate::transfer::{ImportError, from_bucket, import};

#[tokio::test]
async fn logos_and_settings_are_exported() {
    let stage = Stage::open().await;
    let [of_entry, of_space, of_nobody] =
        [logo(&stage, "red").await, logo(&stage, "green").await, logo(&stage, "blue").await];
    publish(&stage, &format!("logo={of_entry}"), "r").await.unwrap();
    let default: StyleText = format!("logo={of_space}&shape=dots").parse().unwrap();
    stage.gallery.set_default_look(&granted(&Space::main()), default.clone()).await.unwrap();
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    for _ in 0..2 {
        import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
        for (id, moves) in [(of_entry, true), (of_space, true), (of_nobody, false)] {
            assert_eq!(bucket.head(&Key::of_logo(&id)).await.is_ok(), moves);
        }
        assert_eq!(
            catalog.settings(&Space::main()).await.unwrap(),
            Settings { look: default.clone(), ..Settings::default() }
        );
    }
    let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
    assert_eq!(snapshot.entries[0].content.body, stage.entry(1).await.content.body);
    let key = stage.entry(1).await.content.key.clone();
    assert!(bucket.head(&key).await.unwrap().1.contains_key("look"), "a rebuilt catalog needs it");
    assert!(check(&operator(), &bucket, &catalog, stage.clock().now()).await.unwrap().is_clean());

    // Another picture under the name of a logo.
    let at = tar.windows(4).position(|bytes| bytes == b"IHDR").unwrap();
    let mut spoiled = tar.clone();
    spoiled[at + 30] ^= 1;
    let refused = import(&operator(), &MemoryBucket::new(), &MemoryCatalog::new(), &spoiled[..]).await;
    assert!(
        matches!(&refused, Err(ImportError::Damaged(why)) if why.contains("not the logo")),
        "{refused:?}"
    );
}

/// Another program compresses the same pixels differently.
#[tokio::test]
async fn recompressed_logo_keeps_its_identity() {
    let stage = Stage::open().await;
    let mut png = object(&stage.bucket, &Key::of_logo(&logo(&stage, "plum").await)).await;
    // Anything may follow the end of a PNG.
    png.extend_from_slice(b"packed otherwise");
    let id = Sha256(sha2::Sha256::digest(&png).into());
    assert!(is_kept_form(&png, &id) && !is_kept_form(&png, &Sha256([0; 32])));
    stage.bucket.put(&Key::of_logo(&id), png.clone().into(), &Metadata::new()).await.unwrap();
    assert_eq!(stage.gallery.logo(&granted(&Space::main()), &id.to_string()).await.unwrap(), png);
    publish(&stage, &format!("logo={id}"), "r").await.unwrap();
    let bucket = MemoryBucket::new();
    import(
        &operator(),
        &bucket,
        &MemoryCatalog::new(),
        &exported(&*stage.bucket, &*stage.catalog, None).await[..],
    )
    .await
    .unwrap();
    assert_eq!(object(&bucket, &Key::of_logo(&id)).await, png);
    // Too large, broken, and not a PNG.
    let mut large = png.clone();
    large[16..20].copy_from_slice(&513_u32.to_be_bytes());
    for bytes in [&large[..], &png[..60], &svg("plum"), b""] {
        assert!(!is_kept_form(bytes, &Sha256(sha2::Sha256::digest(bytes).into())));
    }
}

#[tokio::test]
async fn no_logo_is_imported_before_all_keys_are_known() {
    let stage = Stage::open().await;
    publish(&stage, &format!("logo={}", logo(&stage, "gold").await), "r").await.unwrap();
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let place = |name: &[u8]| tar.windows(name.len()).position(|bytes| bytes == name).unwrap();
    let logo_at = place(b"_qrate/logos/");
    assert!(place(b"main/entries/1.jsonl") < logo_at && place(b"main/log/1.jsonl") < logo_at);
    assert!(logo_at < place(b"main/objects/1"));
}

#[tokio::test(start_paused = true)]
async fn adopted_object_gets_its_look_back() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    let look = "shape=rounded&ink=0b3d91&frame=badge&caption=%D0%96+%26+%C3%A9";
    publish(&stage, look, "r").await.unwrap_err();
    stage.pass(ADOPTION_AGE + Duration::from_millis(1));
    stage.gallery.reconcile().await.unwrap();
    let style = stage.entry(1).await.content.style().cloned().unwrap();
    assert_eq!((style.look.as_str(), style.score), (look, None));
    assert!(publish(&stage, look, "r").await.unwrap().repeated);

    let (bucket, catalog): (Arc<dyn Bucket>, _) = (stage.bucket.clone(), MemoryCatalog::new());
    from_bucket(&operator(), &bucket, &catalog, &LeftOut::default()).await.unwrap();
    let entries = catalog.snapshot(&Space::main()).await.unwrap().entries;
    assert_eq!(entries[0].content.style().unwrap().look.as_str(), look);
}

/// S3 metadata has 2 KB, and what does not fit is left out, the longest first: that must be the name.
#[test]
fn longest_look_fits_into_metadata() {
    let caption = "Ж".repeat(qr::MAX_CAPTION_CHARS);
    let pairs = [
        ("shape", "connected"),
        ("finder", "rounded"),
        ("ball", "rounded"),
        ("ink", "0b3d91"),
        ("gradient", "diagonal"),
        ("ink-2", "00707f"),
        ("finder-ink", "0b3d92"),
        ("paper", "fdfaf3"),
        ("quiet", "20"),
        ("unit", "mm"),
        ("size", "999.999"),
        ("dpi", "1200"),
        ("logo", &"ab".repeat(32)),
        ("logo-size", "33"),
        ("frame", "badge"),
        ("caption", &caption),
    ];
    let look = StyleText::from_pairs(pairs).unwrap();
    let key = Key::own(&"s".repeat(40).parse().unwrap(), &"t".repeat(99), ulid::Ulid::nil());
    let ours = OwnMetadata {
        key: key.clone(),
        name: "☕".repeat(128).parse().unwrap(),
        kind: OwnKind::Code { level: Level::H, look: look.clone() },
        created_at: domain::Timestamp::from_unix_ms(0),
        request: Some("r".repeat(64).parse().unwrap()),
    };
    let mut metadata = ours.write();
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string().len()
    };
    let weight = |(name, value): (&String, &String)| name.len() + encoded(value);
    let name_bytes = encoded(&metadata.remove("name").unwrap());
    assert!(name_bytes > encoded(look.as_str()), "the name would be left out first");
    assert!(metadata.iter().map(weight).sum::<usize>() < 1900);
    let read = OwnMetadata::read(&metadata, &key).unwrap();
    assert_eq!(read, OwnMetadata { name: "".parse().unwrap(), ..ours });
}
