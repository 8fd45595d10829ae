//! Export from one gallery and import into another: nothing is lost, and nothing invalid is imported.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use domain::{Key, Space};
use futures::{StreamExt as _, TryStreamExt as _};

use crate::OnReuse;
use crate::bucket::{Bucket, BucketError, DirectoryBucket, FaultPoint, MemoryBucket, Metadata, Object};
use crate::catalog::{Catalog as _, MemoryCatalog};
use crate::check::check;
use crate::testing::{
    Alteration, AlteredBucket, Fault, FaultyCatalog, Stage, draft, exported, granted, object, operator,
};
use crate::transfer::{ExportError, ImportError, Imported, export, import};

/// Codes in two spaces, one removed, one gone, one restored, and foreign objects.
async fn stage() -> Stage {
    let stage = Stage::open().await;
    let (main, team) = (Space::main(), "team".parse().unwrap());
    for n in 1..=4 {
        stage.publish(&format!("text {n}"), &n.to_string()).await.unwrap();
    }
    stage.gallery.publish(&granted(&team), draft("of the team", "r"), OnReuse::Conflict).await.unwrap();
    stage.bucket.overwrite(&"../a b+%/ü.txt".parse().unwrap(), Bytes::from_static(b"of others"));
    stage.gallery.reconcile().await.unwrap();
    stage.gallery.remove(&granted(&main), 1).await.unwrap();
    stage.gallery.remove(&granted(&main), 2).await.unwrap();
    stage.gallery.restore(&granted(&main), 2).await.unwrap();
    let gone = stage.entry(3).await.content.key.clone();
    stage.bucket.delete(&gone).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    stage.gallery.shutdown().await;
    stage
}

#[tokio::test]
async fn whole_gallery_is_exported_and_imported() {
    let stage = stage().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    let imported = import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
    assert_eq!(imported, Imported { spaces: 2, entries: 6, objects: 5 });
    for space in ["main", "team"].map(|space| space.parse::<Space>().unwrap()) {
        assert_eq!(catalog.counters(&space).await.unwrap(), stage.catalog.counters(&space).await.unwrap());
        let (here, there) =
            (catalog.snapshot(&space).await.unwrap(), stage.catalog.snapshot(&space).await.unwrap());
        assert_eq!(here.entries.len(), there.entries.len());
        for (mut here, there) in here.entries.into_iter().zip(there.entries) {
            here.content.etag.clone_from(&there.content.etag);
            assert_eq!(here, there);
        }
    }
    let report = check(&operator(), &bucket, &catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    // Numbers continue from there.
    let gallery = crate::testing::open(&Arc::new(bucket), &Arc::new(FaultyCatalog::around(catalog))).await;
    assert_eq!(gallery.restore(&granted(&Space::main()), 1).await.unwrap().entry.id, 1);
    let next = gallery
        .publish(&granted(&Space::main()), draft("next", "next"), OnReuse::Conflict)
        .await
        .unwrap()
        .change;
    gallery.reconcile().await.unwrap();
    let last = stage.catalog.counters(&Space::main()).await.unwrap();
    assert_eq!((next.entry.id, next.seq), (last.last_id + 1, last.last_seq + 2));
    assert_eq!(
        gallery.subscribe(&granted(&Space::main()), None).await.unwrap().newest(),
        next.seq,
        "nothing differs"
    );
}

#[tokio::test]
async fn single_space_is_exported_and_imported() {
    let stage = stage().await;
    let team: Space = "team".parse().unwrap();
    let tar = exported(&*stage.bucket, &*stage.catalog, Some(&team)).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
    assert_eq!(catalog.spaces().await.unwrap(), [team]);
    let nowhere = "nowhere".parse().unwrap();
    let missing =
        export(&operator(), &*stage.bucket, &*stage.catalog, Some(&nowhere), tokio::io::sink()).await;
    assert!(matches!(missing, Err(ExportError::NoSuchSpace(space)) if space == nowhere));
}

#[tokio::test]
async fn unsupported_keys_are_found_before_writing() {
    let long = format!("team/{}", "x".repeat(256));
    for (key, beside) in [(&*long, None), ("team/a/b", Some("team/a"))] {
        let stage = Stage::open().await;
        stage.publish("of main, which comes first", "r").await.unwrap();
        stage
            .gallery
            .publish(&granted(&"team".parse().unwrap()), draft("of the team", "r"), OnReuse::Conflict)
            .await
            .unwrap();
        let square =
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>"#;
        let logo = stage.gallery.keep_logo(&granted(&Space::main()), square.into()).await.unwrap();
        let look = format!("logo={logo}").parse().unwrap();
        stage.gallery.set_default_look(&granted(&Space::main()), look).await.unwrap();
        for key in [Some(key), beside].into_iter().flatten() {
            stage.bucket.overwrite(&key.parse().unwrap(), Bytes::from_static(b"of others"));
        }
        stage.gallery.reconcile().await.unwrap();
        let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
        let folder = tempfile::tempdir().unwrap();
        let (bucket, catalog) = (DirectoryBucket::open(folder.path()).unwrap(), MemoryCatalog::new());
        let refused = import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap_err();
        assert!(matches!(&refused, ImportError::Unsupported { key: named, .. } if named.as_str() == key));
        let said = refused.to_string();
        assert!(said.contains(key) && said.contains("another key") && said.contains("--bucket"), "{said}");
        assert_eq!(bucket.list().count().await, 0, "not even what could be written");
        assert!(bucket.head(&Key::of_logo(&logo)).await.is_err(), "nor a logo");
        assert_eq!(catalog.spaces().await.unwrap(), []);
        // The remedy: delete that object, and export again.
        stage.bucket.delete(&key.parse().unwrap()).await.unwrap();
        stage.gallery.reconcile().await.unwrap();
        import(&operator(), &bucket, &catalog, &exported(&*stage.bucket, &*stage.catalog, None).await[..])
            .await
            .unwrap();
        assert!(check(&operator(), &bucket, &catalog, stage.clock().now()).await.unwrap().is_clean());
    }
}

#[tokio::test]
async fn export_of_changed_objects_is_refused() {
    let stage = stage().await;
    stage.bucket.overwrite(&"../a b+%/ü.txt".parse().unwrap(), Bytes::from_static(b"changed"));
    let refused = export(&operator(), &*stage.bucket, &*stage.catalog, None, tokio::io::sink()).await;
    assert!(matches!(refused, Err(ExportError::ObjectChanged { id: 5, .. })), "{refused:?}");
}

/// Returns other bytes than were stored, without an error.
struct Corrupting(fn(Bytes) -> Bytes);

#[async_trait::async_trait]
impl Alteration for Corrupting {
    async fn get(
        &self,
        bucket: &MemoryBucket,
        key: &Key,
        range: Option<Range<u64>>,
    ) -> Result<Object, BucketError> {
        let object = bucket.get(key, range).await?;
        let corrupt = self.0;
        Ok(Object { bytes: object.bytes.map_ok(corrupt).boxed(), ..object })
    }
}

#[tokio::test]
async fn object_with_changed_bytes_is_not_exported() {
    let stage = stage().await;
    let flip = |bytes: Bytes| bytes.iter().map(|byte| byte ^ 1).collect();
    let corrupting = AlteredBucket { inner: Arc::clone(&stage.bucket), alteration: Corrupting(flip) };
    let refused = export(&operator(), &corrupting, &*stage.catalog, None, tokio::io::sink()).await;
    assert!(matches!(refused, Err(ExportError::ObjectDamaged { .. })), "{refused:?}");
}

#[tokio::test]
async fn truncated_object_fails_the_export() {
    let stage = stage().await;
    let alteration = Corrupting(|bytes| bytes.slice(1..));
    let short = AlteredBucket { inner: Arc::clone(&stage.bucket), alteration };
    let refused = export(&operator(), &short, &*stage.catalog, None, tokio::io::sink()).await;
    assert!(matches!(refused, Err(ExportError::ObjectChanged { .. })), "{refused:?}");
}

#[tokio::test]
async fn interrupted_import_leaves_no_entry_and_restarts() {
    let stage = stage().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    // The end: a header, the last file, two blocks of zeros.
    for cut in (0..tar.len() - 1024 - 512).step_by(512 * 3 + 100).chain([tar.len() - 1024 - 512 + 10]) {
        let outcome = import(&operator(), &bucket, &catalog, &tar[..cut]).await;
        assert!(matches!(outcome, Err(ImportError::Damaged(_))), "{cut}: {outcome:?}");
        assert_eq!(catalog.spaces().await.unwrap(), []);
        assert_eq!(bucket.list().count().await, 0, "{cut}: a server would make entries of what is left");
    }
    import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
    import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
}

#[tokio::test]
async fn import_refused_by_the_catalog_restarts() {
    let stage = stage().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), FaultyCatalog::default());
    catalog.load_faults.lock().unwrap().extend([None, Some(Fault::Full)]);
    assert!(matches!(import(&operator(), &bucket, &catalog, &tar[..]).await, Err(ImportError::Catalog(_))));
    import(&operator(), &bucket, &catalog, &tar[..]).await.unwrap();
    assert!(check(&operator(), &bucket, &catalog, stage.clock().now()).await.unwrap().is_clean());
}

#[tokio::test]
async fn import_needs_an_empty_space_and_overwrites_nothing() {
    let stage = stage().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let used = Stage::open().await;
    used.publish("something", "r").await.unwrap();
    let refused = import(&operator(), &*used.bucket, &*used.catalog, &tar[..]).await;
    assert!(matches!(refused, Err(ImportError::NotEmpty(space)) if space.is_main()));
    let bucket = MemoryBucket::new();
    let taken = stage.entry(2).await.content.key.clone();
    bucket.put(&taken, "another".into(), &Metadata::new()).await.unwrap();
    let refused = import(&operator(), &bucket, &MemoryCatalog::new(), &tar[..]).await;
    assert!(matches!(refused, Err(ImportError::OtherObject(key)) if key == taken));
    assert_eq!(object(&bucket, &taken).await, b"another");
    assert_eq!(bucket.list().count().await, 1, "only what was there before");
}

#[tokio::test]
async fn failed_import_says_what_it_left_in_the_bucket() {
    let stage = stage().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let bucket = MemoryBucket::new();
    bucket.fail_when(|moment, _| match moment {
        FaultPoint::BeforeDelete => Err(BucketError::Denied("read only".into())),
        _ => Ok(()),
    });
    let refused = import(&operator(), &bucket, &MemoryCatalog::new(), &tar[..tar.len() - 1024 - 512]).await;
    let Err(ImportError::ObjectsLeft { more, .. }) = &refused else { panic!("{refused:?}") };
    assert_eq!(*more + 1, bucket.list().count().await as u64);
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("Delete them before you start the server"), "{said}");
}
