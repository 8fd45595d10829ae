//! Codes in looks: saved, drawn again, with logos, in the look of their space; and moved, adopted and checked so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::limits::ADOPTION_AGE;
use domain::{CodeText, Key, Level, Look, Sha256, Space, Style, StyledError};
use futures::future::join_all;
use qr::PRESETS;
use sha2::Digest as _;

use crate::bucket::{Bucket, BucketError, MemoryBucket, Metadata, Moment};
use crate::catalog::{Catalog as _, MemoryCatalog, Settings};
use crate::check::{Finding, check};
use crate::logos::is_kept_form;
use crate::publish::OwnMetadata;
use crate::settings::ASK_EVERY;
use crate::testing::{Fault, Stage, draft, object};
use crate::transfer::{ImportError, export, from_bucket, import};
use crate::{Draft, DrawingError, Format, GalleryError, Published};

const TEXT: &str = "https://example.org/menu";

fn code(level: Level) -> CodeText {
    CodeText::parse(TEXT, level).unwrap()
}

fn styled(look: &str, request: &str) -> Draft {
    Draft { text: code(Level::M), look: look.parse().unwrap(), ..draft(TEXT, request) }
}

async fn publish(stage: &Stage, look: &str, request: &str) -> Result<Published, GalleryError> {
    stage.gallery.publish(&Space::main(), styled(look, request)).await
}

/// A logo of one colour.
async fn logo(stage: &Stage, colour: &str) -> Sha256 {
    stage.gallery.keep_logo(svg(colour)).await.unwrap()
}

fn svg(colour: &str) -> Bytes {
    let square = format!(r#"<rect width="8" height="8" fill="{colour}"/>"#);
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{square}</svg>"#).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_preset_is_saved_with_its_look_and_score() {
    let stage = Stage::open().await;
    let saves = PRESETS.map(|preset| publish(&stage, preset.text, preset.name));
    for (preset, published) in PRESETS.iter().zip(join_all(saves).await) {
        let content = published.unwrap().change.entry.content;
        let style = content.style.unwrap();
        assert_eq!(style.look, Look::from(&preset.style()), "{}", preset.name);
        let png = object(&stage.bucket, &content.key).await;
        assert_eq!(qr::detect(&png).unwrap().text, TEXT, "{}", preset.name);
        let (_, metadata) = stage.bucket.head(&content.key).await.unwrap();
        let expected = Some(style.look.to_string()).filter(|look| !look.is_empty());
        assert_eq!(metadata.get("look").cloned(), expected);
        match style.score {
            Some(score) => assert!(score.points >= 90 && !style.look.is_plain(), "{} {score:?}", preset.name),
            None => assert!(style.look.is_plain()),
        }
    }
}

#[tokio::test]
async fn a_weak_look_is_saved_with_its_reasons() {
    let stage = Stage::open().await;
    let style = publish(&stage, "ink=a0a0a0&quiet=1", "r").await.unwrap().change.entry.content.style.unwrap();
    let score = style.score.unwrap();
    assert!(score.points < 60, "{score:?}");
    assert!(
        score
            .reasons
            .iter()
            .any(|reason| reason.contains("The quiet zone needs to be 4 modules wide, and has 1.")),
        "{score:?}"
    );
    assert!(score.reasons.iter().any(|reason| reason.contains("contrast")), "{score:?}");
}

#[tokio::test]
async fn what_cannot_be_drawn_is_told_and_leaves_nothing() {
    let stage = Stage::open().await;
    let missing = "ab".repeat(32);
    for (look, sentence) in [
        ("finder-ink=d0d0d0", "The code cannot be read in this style"),
        ("ink=d2d2d2&shape=dots&size=1", "The code cannot be read in this style"),
        ("unit=px&size=20", "The picture has to be at least 33 pixels wide"),
        ("unit=mm&size=1000", "4,096 are the most"),
        ("frame=label&caption=%E6%97%A5", "The caption cannot have “日”"),
        ("logo=us", "The logo “us” is not there."),
        (&format!("logo={missing}"), "is not there."),
        ("logo=-", "The logo “-” is not there."),
    ] {
        let refused = publish(&stage, look, "r").await.unwrap_err();
        assert!(matches!(refused, GalleryError::Drawing(_)), "{look}: {refused:?}");
        assert!(refused.to_string().contains(sentence), "{look}: {refused}");
    }
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![], 0));
    publish(&stage, "shape=dots", "r").await.unwrap();
}

#[tokio::test]
async fn what_is_drawn_is_what_is_kept() {
    let stage = Stage::open().await;
    for look in ["", "shape=dots&ink=0b3d91&frame=label&caption=Hi"] {
        let content = publish(&stage, look, &format!("r{}", look.len())).await.unwrap().change.entry.content;
        let drawn = |format| stage.gallery.draw_text(look, format);
        let png = drawn(Format::Png).await;
        assert_eq!(png, object(&stage.bucket, &content.key).await);
        assert_eq!(drawn(Format::DataUri).await, qr::data_uri("image/png", &png));
        assert!(drawn(Format::Pdf).await.starts_with(b"%PDF-"));
        let blocks = drawn(Format::Terminal).await;
        assert!(std::str::from_utf8(&blocks).unwrap().contains('▀'));
        let svg = drawn(Format::Svg).await;
        assert_eq!(svg == qr::svg(code(Level::M).symbol()), look.is_empty());
        let preview = stage.gallery.preview(&code(Level::M), look.parse().unwrap()).await.unwrap();
        assert_eq!((preview.svg.as_bytes(), preview.version, preview.level), (&svg[..], 2, Level::M));
        let entry = stage.entry(if look.is_empty() { 1 } else { 2 }).await;
        assert_eq!(preview.score, entry.content.style.clone().unwrap().score.map(|score| *score));
        let again = stage.gallery.draw_entry(&entry, Format::Svg).await.unwrap().unwrap();
        assert_eq!((again.bytes, again.lacks_logo), (svg, false));
    }
}

impl crate::Gallery {
    async fn draw_text(&self, look: &str, format: Format) -> Bytes {
        self.draw(&code(Level::M), look.parse().unwrap(), format).await.unwrap()
    }
}

#[tokio::test]
async fn a_logo_is_kept_once_and_raises_the_level() {
    let stage = Stage::open().await;
    let id = logo(&stage, "#c00").await;
    assert_eq!(logo(&stage, "#c00").await, id);
    let kept = object(&stage.bucket, &Key::of_logo(&id)).await;
    assert_eq!(stage.gallery.logo(&id.to_string()).await.unwrap(), kept);
    assert_eq!(stage.gallery.keep_logo(kept.into()).await.unwrap(), id, "its own form is the same logo");
    let look = format!("logo={id}&logo-size=20");
    let entry = publish(&stage, &look, "r").await.unwrap().change.entry;
    let style = entry.content.style.unwrap();
    assert!(style.level > Level::M, "{style:?}");
    assert_eq!(stage.gallery.level(&code(Level::M), look.parse().unwrap()).await.unwrap(), style.level);
    assert_eq!(style.look.as_str(), look);
    assert_eq!(stage.object_count().await, 1, "the logo is no object of the gallery");
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, [1]);
    // Nothing is left to be raised.
    let long = CodeText::parse(&"a".repeat(2900), Level::L).unwrap();
    let refused = stage.gallery.preview(&long, look.parse().unwrap()).await.unwrap_err();
    assert!(
        matches!(refused, GalleryError::Drawing(DrawingError::Logo(StyledError::TooLong))),
        "{refused:?}"
    );
    // Nothing may be raised.
    let payment = "BCD\n002\n1\nSCT\n\nRed Cross\nDE02120300000000202051\nEUR12.3";
    let payment = CodeText::parse(payment, Level::M).unwrap();
    let refused = stage.gallery.preview(&payment, look.parse().unwrap()).await.unwrap_err();
    assert!(refused.to_string().starts_with("A payment is read at level M only"), "{refused}");
}

#[tokio::test]
async fn a_page_of_thumbnails_asks_the_bucket_once_for_a_logo() {
    let stage = Stage::open().await;
    let id = logo(&stage, "teal").await;
    for n in 0..3 {
        publish(&stage, &format!("logo={id}&quiet={}", 4 + n), &n.to_string()).await.unwrap();
    }
    let other = stage.another().await;
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    stage.bucket.fail_when(move |moment, key| {
        if moment == Moment::BeforeRead && key.is_reserved() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    let entries = [stage.entry(1).await, stage.entry(2).await, stage.entry(3).await];
    let drawn = entries.iter().cycle().take(24).map(|entry| other.draw_entry(entry, Format::Svg));
    for drawn in join_all(drawn).await {
        assert!(!drawn.unwrap().unwrap().lacks_logo);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thumbnail_without_its_logo_is_drawn_all_the_same() {
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
    // Somebody else's picture under its name is none either.
    let refused = other.draw(&code(Level::M), look.parse().unwrap(), Format::Svg).await.unwrap_err();
    assert!(refused.to_string().contains("is not there"), "{refused}");
    stage.bucket.overwrite(&Key::of_logo(&id), svg("red"));
    assert!(matches!(other.logo(&id.to_string()).await, Err(GalleryError::NotFound)));
    stage.bucket.overwrite(&Key::of_logo(&id), png.into());
    assert!(other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo, "known for a while");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(!other.draw_entry(&entry, Format::Svg).await.unwrap().unwrap().lacks_logo);
}

#[tokio::test]
async fn an_entry_whose_look_others_made_up_is_drawn_plain() {
    let stage = Stage::open().await;
    let entry = publish(&stage, "", "r").await.unwrap().change.entry;
    for look in ["shape=of-a-newer-program", "frame=label&caption=%E6%97%A5", &"x".repeat(10_000)] {
        let mut entry = entry.clone();
        entry.content.style = Some(Style { look: Look::stored(look), ..Level::M.into() });
        let drawn = stage.gallery.draw_entry(&entry, Format::Svg).await.unwrap().unwrap();
        assert_eq!(drawn.bytes, qr::svg(code(Level::M).symbol()));
    }
}

#[tokio::test]
async fn hostile_uploads_are_told_what_is_wrong() {
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
        (deep.into(), "not a picture that can be read"),
        (svg("none"), "all of it is transparent"),
    ] {
        let refused = stage.gallery.keep_logo(upload).await.unwrap_err();
        assert!(matches!(refused, GalleryError::Logo(_)), "{refused:?}");
        assert!(refused.to_string().contains(sentence), "{sentence}: {refused}");
    }
    for id in ["", "us", "../../x", &"A".repeat(64), &"ab".repeat(32)] {
        assert!(matches!(stage.gallery.logo(id).await, Err(GalleryError::NotFound)), "{id}");
    }
}

fn object_of_png() -> Vec<u8> {
    qr::png(code(Level::M).symbol())
}

#[tokio::test]
async fn a_bucket_that_fails_is_no_missing_logo() {
    let stage = Stage::open().await;
    let id = logo(&stage, "olive").await;
    let other = stage.another().await;
    stage.bucket.fail_when(|_, key| match key.is_reserved() {
        true => Err(BucketError::Unavailable("the line is down".into())),
        false => Ok(()),
    });
    let look: Look = format!("logo={id}").parse().unwrap();
    let failed = other.draw(&code(Level::M), look, Format::Png).await;
    assert!(matches!(failed, Err(GalleryError::Bucket(_))), "{failed:?}");
    let failed = other.keep_logo(svg("pink")).await;
    assert!(matches!(failed, Err(GalleryError::Bucket(_))), "{failed:?}");
    stage.bucket.fail_when(|_, _| Ok(()));
    other.logo(&id.to_string()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_crash_left_has_its_look_again() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    let look = "shape=rounded&ink=0b3d91&frame=badge&caption=%D0%96+%26+%C3%A9";
    publish(&stage, look, "r").await.unwrap_err();
    stage.pass(ADOPTION_AGE + Duration::from_millis(1));
    stage.gallery.reconcile().await.unwrap();
    let style = stage.entry(1).await.content.style.clone().unwrap();
    assert_eq!((style.look.as_str(), style.score), (look, None));
    assert!(publish(&stage, look, "r").await.unwrap().repeated);

    let (bucket, catalog): (Arc<dyn Bucket>, _) = (stage.bucket.clone(), MemoryCatalog::new());
    from_bucket(&bucket, &catalog).await.unwrap();
    let entries = catalog.snapshot(&Space::main()).await.unwrap().entries;
    assert_eq!(entries[0].content.style.as_ref().unwrap().look.as_str(), look);
}

#[tokio::test(start_paused = true)]
async fn the_look_of_a_space_is_shown_at_once_here_and_in_a_while_elsewhere() {
    let stage = Stage::open().await;
    let (main, new) = (Space::main(), "new".parse().unwrap());
    publish(&stage, "", "r").await.unwrap();
    let other = stage.another().await;
    let looks = async |gallery: &crate::Gallery| gallery.settings(&main).await.unwrap().look.to_string();
    assert_eq!((looks(&stage.gallery).await, looks(&other).await), (String::new(), String::new()));
    stage.gallery.set_default_look(&main, "shape=dots".parse().unwrap()).await.unwrap();
    stage.gallery.set_default_look(&new, "quiet=7".parse().unwrap()).await.unwrap();
    assert_eq!((looks(&stage.gallery).await, looks(&other).await), ("shape=dots".to_owned(), String::new()));
    let unused = other.settings(&new).await.unwrap();
    assert_eq!(unused.look.as_str(), "quiet=7", "a space that was never used");
    let missing = format!("logo={}", "00".repeat(32)).parse().unwrap();
    let refused = stage.gallery.set_default_look(&main, missing).await;
    assert!(matches!(refused, Err(GalleryError::Drawing(_))), "{refused:?}");

    let asked = stage.catalog.settings_read.load(Ordering::Relaxed);
    for _ in 0..100 {
        looks(&other).await;
    }
    assert_eq!(stage.catalog.settings_read.load(Ordering::Relaxed), asked, "from memory");
    tokio::time::advance(ASK_EVERY).await;
    // The catalog that is away leaves what is at hand.
    stage.catalog.is_away.store(true, Ordering::Relaxed);
    while stage.catalog.settings_read.load(Ordering::Relaxed) == asked {
        assert_eq!(looks(&other).await, "");
        tokio::task::yield_now().await;
    }
    stage.catalog.is_away.store(false, Ordering::Relaxed);
    tokio::time::advance(ASK_EVERY).await;
    while looks(&other).await != "shape=dots" {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.catalog.settings_read.load(Ordering::Relaxed), asked + 2);
}

/// S3 leaves out what has no room in 2 KB, the longest first: only the name may be that.
#[test]
fn the_longest_look_goes_with_an_object() {
    let caption = "Ж".repeat(qr::LONGEST_CAPTION);
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
    let look = Look::from_pairs(pairs).unwrap();
    let key = Key::own(&"s".repeat(40).parse().unwrap(), &"t".repeat(99), ulid::Ulid::nil());
    let ours = OwnMetadata {
        key: key.clone(),
        name: "☕".repeat(128).parse().unwrap(),
        level: Level::H,
        look: look.clone(),
        created_at: domain::Timestamp::from_unix_ms(0),
        request: Some("r".repeat(64).parse().unwrap()),
    };
    let mut metadata = ours.write();
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string().len()
    };
    let weight = |(name, value): (&String, &String)| name.len() + encoded(value);
    let name_bytes = encoded(&metadata.remove("name").unwrap());
    assert!(name_bytes > encoded(look.as_str()), "the name would go first");
    assert!(metadata.iter().map(weight).sum::<usize>() < 1900);
    let read = OwnMetadata::read(&metadata, &key).unwrap();
    assert_eq!(read, OwnMetadata { name: "".parse().unwrap(), ..ours });
}

async fn exported(stage: &Stage) -> Vec<u8> {
    let (writer, mut reader) = tokio::io::duplex(4096);
    let mut tar = Vec::new();
    let (outcome, read) = tokio::join!(
        export(&*stage.bucket, &*stage.catalog, None, writer),
        tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut tar)
    );
    outcome.unwrap();
    read.unwrap();
    tar
}

#[tokio::test]
async fn logos_and_settings_move_along() {
    let stage = Stage::open().await;
    let [of_entry, of_space, of_nobody] =
        [logo(&stage, "red").await, logo(&stage, "green").await, logo(&stage, "blue").await];
    publish(&stage, &format!("logo={of_entry}"), "r").await.unwrap();
    let default: Look = format!("logo={of_space}&shape=dots").parse().unwrap();
    stage.gallery.set_default_look(&Space::main(), default.clone()).await.unwrap();
    let tar = exported(&stage).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    for _ in 0..2 {
        import(&bucket, &catalog, &tar[..]).await.unwrap();
        for (id, moves) in [(of_entry, true), (of_space, true), (of_nobody, false)] {
            assert_eq!(bucket.head(&Key::of_logo(&id)).await.is_ok(), moves);
        }
        assert_eq!(catalog.settings(&Space::main()).await.unwrap(), Settings { look: default.clone() });
    }
    let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
    assert_eq!(snapshot.entries[0].content.style, stage.entry(1).await.content.style);
    let key = stage.entry(1).await.content.key.clone();
    assert!(bucket.head(&key).await.unwrap().1.contains_key("look"), "a lost catalog finds it again");
    assert!(check(&bucket, &catalog, stage.clock().now()).await.unwrap().is_clean());

    // Another picture under the name of a logo.
    let at = tar.windows(4).position(|bytes| bytes == b"IHDR").unwrap();
    let mut spoiled = tar.clone();
    spoiled[at + 30] ^= 1;
    let refused = import(&MemoryBucket::new(), &MemoryCatalog::new(), &spoiled[..]).await;
    assert!(
        matches!(&refused, Err(ImportError::Damaged(why)) if why.contains("not the logo")),
        "{refused:?}"
    );
}

/// Another program packs the same pixels in its own way.
#[tokio::test]
async fn a_logo_in_other_bytes_is_the_same_everywhere() {
    let stage = Stage::open().await;
    let mut png = object(&stage.bucket, &Key::of_logo(&logo(&stage, "plum").await)).await;
    // After its end a PNG may have anything.
    png.extend_from_slice(b"packed otherwise");
    let id = Sha256(sha2::Sha256::digest(&png).into());
    assert!(is_kept_form(&png, &id) && !is_kept_form(&png, &Sha256([0; 32])));
    stage.bucket.put(&Key::of_logo(&id), png.clone().into(), &Metadata::new()).await.unwrap();
    assert_eq!(stage.gallery.logo(&id.to_string()).await.unwrap(), png);
    publish(&stage, &format!("logo={id}"), "r").await.unwrap();
    let bucket = MemoryBucket::new();
    import(&bucket, &MemoryCatalog::new(), &exported(&stage).await[..]).await.unwrap();
    assert_eq!(object(&bucket, &Key::of_logo(&id)).await, png);
    // Larger than what is kept, broken, and no PNG.
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
    let tar = exported(&stage).await;
    let place = |name: &[u8]| tar.windows(name.len()).position(|bytes| bytes == name).unwrap();
    let logo_at = place(b"_qrate/logos/");
    assert!(place(b"main/entries/1.jsonl") < logo_at && place(b"main/log/1.jsonl") < logo_at);
    assert!(logo_at < place(b"main/objects/1"));
}

#[tokio::test]
async fn a_check_misses_a_logo_once() {
    let stage = Stage::open().await;
    let id = logo(&stage, "gold").await;
    for n in 0..3 {
        publish(&stage, &format!("logo={id}"), &n.to_string()).await.unwrap();
    }
    let found = async || check(&*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap().findings;
    assert_eq!(found().await, []);
    stage.bucket.delete(&Key::of_logo(&id)).await.unwrap();
    let missing = Finding::MissingLogo { space: Space::main(), id: 1, logo: id.to_string() };
    assert_eq!(found().await, std::slice::from_ref(&missing));
    stage.bucket.put(&Key::of_logo(&id), "x".into(), &Metadata::new()).await.unwrap();
    assert_eq!(found().await, [missing]);
}
