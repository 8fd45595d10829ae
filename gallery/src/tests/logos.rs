//! Logos: stored once, read rarely, and left out when they are unavailable.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::{CodeText, Key, Level, Sha256, Space, StyleText, StyledError};
use futures::future::join_all;
use sha2::Digest as _;
use tokio::time::Instant;

use super::looks::{code, logo, publish, svg};
use crate::bucket::{Bucket as _, BucketError, FaultPoint, MemoryBucket, Metadata, Object};
use crate::check::{Finding, check};
use crate::testing::{Alteration, AlteredBucket, Stage, granted, object, operator};
use crate::{DrawingError, Format, Gallery, GalleryError, Options, Ports};

#[tokio::test]
async fn logo_is_stored_once_and_raises_the_level() {
    let stage = Stage::open().await;
    let id = logo(&stage, "#c00").await;
    assert_eq!(logo(&stage, "#c00").await, id);
    let kept = object(&stage.bucket, &Key::of_logo(&id)).await;
    assert_eq!(stage.gallery.logo(&granted(&Space::main()), &id.to_string()).await.unwrap(), kept);
    assert_eq!(
        stage.gallery.keep_logo(&granted(&Space::main()), kept.into()).await.unwrap(),
        id,
        "its own form is the same logo"
    );
    let look = format!("logo={id}&logo-size=20");
    let entry = publish(&stage, &look, "r").await.unwrap().change.entry;
    let style = entry.content.style().unwrap();
    assert!(style.level > Level::M, "{style:?}");
    assert_eq!(
        stage.gallery.drawing().level(&code(Level::M), look.parse().unwrap()).await.unwrap(),
        style.level
    );
    assert_eq!(style.look.as_str(), look);
    assert_eq!(stage.object_count().await, 1, "the logo is no object of the gallery");
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, [1]);
    // Nothing is left to be raised.
    let long = CodeText::parse(&"a".repeat(2900), Level::L).unwrap();
    let refused =
        stage.gallery.preview(&granted(&Space::main()), &long, look.parse().unwrap()).await.unwrap_err();
    assert!(
        matches!(refused, GalleryError::Drawing(DrawingError::Logo(StyledError::TooLong))),
        "{refused:?}"
    );
    // Nothing may be raised.
    let payment = "BCD\n002\n1\nSCT\n\nRed Cross\nDE02120300000000202051\nEUR12.3";
    let payment = CodeText::parse(payment, Level::M).unwrap();
    let refused =
        stage.gallery.preview(&granted(&Space::main()), &payment, look.parse().unwrap()).await.unwrap_err();
    assert!(refused.to_string().starts_with("A payment code must have level M"), "{refused}");
}

/// Counts the reads of logos from now on; `outcome` decides about each.
fn logo_reads(
    stage: &Stage,
    outcome: impl Fn() -> Result<(), BucketError> + Send + Sync + 'static,
) -> Arc<AtomicUsize> {
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    stage.bucket.fail_when(move |moment, key| {
        if moment != FaultPoint::BeforeRead || !key.is_reserved() {
            return Ok(());
        }
        counted.fetch_add(1, Ordering::Relaxed);
        outcome()
    });
    reads
}

#[tokio::test]
async fn thumbnails_request_a_logo_once() {
    let stage = Stage::open().await;
    let id = logo(&stage, "teal").await;
    for n in 0..3 {
        publish(&stage, &format!("logo={id}&quiet={}", 4 + n), &n.to_string()).await.unwrap();
    }
    let other = stage.another().await;
    let reads = logo_reads(&stage, || Ok(()));
    let entries = [stage.entry(1).await, stage.entry(2).await, stage.entry(3).await];
    let drawn = entries.iter().cycle().take(24).map(|entry| other.draw_entry(entry, Format::Svg));
    for drawn in join_all(drawn).await {
        assert!(!drawn.unwrap().unwrap().lacks_logo);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn thumbnail_without_its_logo_is_drawn() {
    let stage = Stage::open().await;
    let id = logo(&stage, "navy").await;
    let look = format!("shape=dots&logo={id}");
    publish(&stage, &look, "r").await.unwrap();
    let png = object(&stage.bucket, &Key::of_logo(&id)).await;
    stage.bucket.delete(&Key::of_logo(&id)).await.unwrap();
    let other = stage.another().await;
    let entry = stage.entry(1).await;
    let drawn = other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap();
    assert!(drawn.lacks_logo && !drawn.bytes.is_empty());
    // A foreign picture under its key is not a logo either.
    let refused = other
        .draw(&granted(&Space::main()), &code(Level::M), look.parse().unwrap(), Format::Svg)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("There is no logo"), "{refused}");
    stage.bucket.overwrite(&Key::of_logo(&id), svg("red"));
    assert!(matches!(
        other.logo(&granted(&Space::main()), &id.to_string()).await,
        Err(GalleryError::NotFound)
    ));
    stage.bucket.overwrite(&Key::of_logo(&id), png.into());
    assert!(
        other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo,
        "its absence is cached for a while"
    );
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(!other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
}

#[tokio::test]
async fn hostile_uploads_get_a_clear_error() {
    let stage = Stage::open().await;
    let mut huge = object_of_png();
    // Its header claims 60,000 pixels on each side.
    huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let deep = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}", "<g>".repeat(50_000));
    for (upload, sentence) in [
        (Bytes::new(), "not a picture that can be read"),
        (Bytes::from_static(b"GIF89a"), "not a picture that can be read"),
        (Bytes::from_static(b"\x89PNG\r\n\x1a\n then nothing"), "not a picture that can be read"),
        (Bytes::from_static(b"\xff\xd8\xff\xe0"), "not a picture that can be read"),
        (huge.into(), "The logo"),
        (deep.into(), "too complex"),
        (svg("none"), "completely transparent"),
    ] {
        let refused = stage.gallery.keep_logo(&granted(&Space::main()), upload).await.unwrap_err();
        assert!(matches!(refused, GalleryError::Logo(_)), "{refused:?}");
        assert!(refused.to_string().contains(sentence), "{sentence}: {refused}");
    }
    for id in ["", "us", "../../x", &"A".repeat(64), &"ab".repeat(32)] {
        assert!(
            matches!(stage.gallery.logo(&granted(&Space::main()), id).await, Err(GalleryError::NotFound)),
            "{id}"
        );
    }
}

/// Only a small PNG of ours is read as a logo, whatever its digest says.
#[tokio::test]
async fn picture_under_a_logo_key_is_not_read() {
    let stage = Stage::open().await;
    let mut large = object_of_png();
    // Its header claims 513 pixels.
    large[16..20].copy_from_slice(&[0, 0, 2, 1]);
    for picture in [svg("red"), Bytes::from_static(b"\xff\xd8\xff\xe0"), large.into()] {
        let id = Sha256(sha2::Sha256::digest(&picture).into());
        stage.bucket.overwrite(&Key::of_logo(&id), picture);
        assert!(matches!(
            stage.gallery.logo(&granted(&Space::main()), &id.to_string()).await,
            Err(GalleryError::NotFound)
        ));
    }
}

fn object_of_png() -> Vec<u8> {
    qr::png(code(Level::M).symbol())
}

#[tokio::test]
async fn failing_bucket_is_not_a_missing_logo() {
    let stage = Stage::open().await;
    let id = logo(&stage, "olive").await;
    let other = stage.another().await;
    stage.bucket.fail_when(|_, key| match key.is_reserved() {
        true => Err(BucketError::Unavailable("the line is down".into())),
        false => Ok(()),
    });
    let look: StyleText = format!("logo={id}").parse().unwrap();
    let failed = other.draw(&granted(&Space::main()), &code(Level::M), look, Format::Png).await;
    assert!(matches!(failed, Err(GalleryError::Bucket(_))), "{failed:?}");
    let failed = other.keep_logo(&granted(&Space::main()), svg("pink")).await;
    assert!(matches!(failed, Err(GalleryError::Bucket(_))), "{failed:?}");
    stage.bucket.fail_when(|_, _| Ok(()));
    other.logo(&granted(&Space::main()), &id.to_string()).await.unwrap();
}

#[tokio::test]
async fn check_reports_a_missing_logo_once() {
    let stage = Stage::open().await;
    let id = logo(&stage, "gold").await;
    for n in 0..3 {
        publish(&stage, &format!("logo={id}"), &n.to_string()).await.unwrap();
    }
    let found = async || {
        check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap().findings
    };
    assert_eq!(found().await, []);
    stage.bucket.delete(&Key::of_logo(&id)).await.unwrap();
    let missing = Finding::MissingLogo { space: Space::main(), id: 1, logo: id.to_string() };
    assert_eq!(found().await, std::slice::from_ref(&missing));
    stage.bucket.put(&Key::of_logo(&id), "x".into(), &Metadata::new()).await.unwrap();
    assert_eq!(found().await, [missing]);
}

const SLOW: Duration = Duration::from_secs(30);

/// Delays every read of a logo, and counts them.
#[derive(Default)]
struct SlowLogos {
    reads: AtomicUsize,
}

#[async_trait::async_trait]
impl Alteration for SlowLogos {
    async fn get(
        &self,
        bucket: &MemoryBucket,
        key: &Key,
        range: Option<Range<u64>>,
    ) -> Result<Object, BucketError> {
        if key.is_reserved() {
            self.reads.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(SLOW).await;
        }
        bucket.get(key, range).await
    }
}

#[tokio::test(start_paused = true)]
async fn thumbnails_do_not_wait_for_a_slow_bucket() {
    let stage = Stage::open().await;
    let id = logo(&stage, "teal").await;
    publish(&stage, &format!("shape=dots&logo={id}"), "r").await.unwrap();
    let entry = stage.entry(1).await;
    let inner = Arc::clone(&stage.bucket);
    let slow = Arc::new(AlteredBucket { inner, alteration: SlowLogos::default() });
    let options = Options { reconcile_every: Duration::from_secs(300), ..Options::default() };
    let other =
        Gallery::open(Ports::in_memory_beside(slow.clone(), stage.catalog.clone()), options).await.unwrap();
    let look = &entry.content.style().unwrap().look;
    let begun = Instant::now();
    let page = join_all((0..50).map(|_| other.draw_entry(&entry, Format::Svg))).await;
    assert!(page.into_iter().all(|drawn| drawn.unwrap().unwrap().lacks_logo));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert!(other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
    assert!(matches!(
        other.look_for_logo(&granted(&Space::main()), look).await,
        Err(GalleryError::Bucket(_))
    ));
    assert!(begun.elapsed() < Duration::from_secs(1), "the failure is cached");
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(matches!(
        other.look_for_logo(&granted(&Space::main()), look).await,
        Err(GalleryError::Bucket(_))
    ));
    // Meanwhile the read has continued.
    tokio::time::sleep(SLOW).await;
    assert!(!other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
    assert_eq!(slow.alteration.reads.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn logo_of_another_instance_is_available_to_drafts() {
    let stage = Stage::open().await;
    let other = stage.another().await;
    let id = logo(&Stage::open().await, "teal").await;
    let look: StyleText = format!("logo={id}").parse().unwrap();
    assert!(matches!(
        other.look_for_logo(&granted(&Space::main()), &look).await,
        Err(GalleryError::NotFound)
    ));
    assert_eq!(logo(&stage, "teal").await, id);
    other.look_for_logo(&granted(&Space::main()), &look).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn unavailable_bucket_is_asked_once_per_page() {
    let stage = Stage::open().await;
    let id = logo(&stage, "teal").await;
    publish(&stage, &format!("shape=dots&logo={id}"), "r").await.unwrap();
    let entry = stage.entry(1).await;
    let other = stage.another().await;
    let reads = logo_reads(&stage, || Err(BucketError::Unavailable("the line is down".into())));
    for _ in 0..24 {
        assert!(other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 1);
    stage.bucket.fail_when(|_, _| Ok(()));
    tokio::time::advance(Duration::from_secs(11)).await;
    assert!(!other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
}

#[tokio::test]
async fn invalid_logo_names_evict_no_logo() {
    let stage = Stage::open().await;
    let id = logo(&stage, "teal").await.to_string();
    for n in 0..200_u8 {
        let made_up = Sha256([n; 32]).to_string();
        assert!(matches!(
            stage.gallery.logo(&granted(&Space::main()), &made_up).await,
            Err(GalleryError::NotFound)
        ));
    }
    stage.bucket.fail_when(|_, key| match key.is_reserved() {
        true => Err(BucketError::Unavailable("the line is down".into())),
        false => Ok(()),
    });
    stage.gallery.logo(&granted(&Space::main()), &id).await.unwrap();
}
