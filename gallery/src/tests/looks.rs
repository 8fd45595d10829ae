//! Codes with looks: saved, drawn again, with the default look of their space; and drafts. What the tests of logos
//! share is here, too.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use domain::{Body, CodeText, Level, Sha256, Space, StyleText};
use futures::future::join_all;
use qr::PRESETS;

use crate::bucket::Bucket as _;
use crate::drawing::DRAFTS_MAX;
use crate::space::settings::ASK_EVERY;
use crate::testing::{Stage, draft, granted, object};
use crate::{Draft, Format, GalleryError, OnReuse, Published};

pub(super) const TEXT: &str = "https://example.org/menu";

pub(super) fn code(level: Level) -> CodeText {
    CodeText::parse(TEXT, level).unwrap()
}

pub(super) fn styled(look: &str, request: &str) -> Draft {
    Draft { text: code(Level::M), look: look.parse().unwrap(), ..draft(TEXT, request) }
}

pub(super) async fn publish(stage: &Stage, look: &str, request: &str) -> Result<Published, GalleryError> {
    stage.gallery.publish(&granted(&Space::main()), styled(look, request), OnReuse::Conflict).await
}

/// A logo of one colour.
pub(super) async fn logo(stage: &Stage, colour: &str) -> Sha256 {
    stage.gallery.keep_logo(&granted(&Space::main()), svg(colour)).await.unwrap()
}

pub(super) fn svg(colour: &str) -> Bytes {
    let square = format!(r#"<rect width="8" height="8" fill="{colour}"/>"#);
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{square}</svg>"#).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_preset_is_saved_with_its_look_and_score() {
    let stage = Stage::open().await;
    let saves = PRESETS.map(|preset| publish(&stage, preset.text, preset.name));
    for (preset, published) in PRESETS.iter().zip(join_all(saves).await) {
        let content = published.unwrap().change.entry.content;
        let style = content.style().cloned().unwrap();
        assert_eq!(style.look, StyleText::from(&preset.style()), "{}", preset.name);
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
    let style = publish(&stage, "ink=a0a0a0&quiet=1", "r")
        .await
        .unwrap()
        .change
        .entry
        .content
        .style()
        .cloned()
        .unwrap();
    let score = style.score.unwrap();
    assert!(score.points < 60, "{score:?}");
    assert!(
        score.reasons.iter().any(|reason| reason.contains("The quiet zone should be 4 modules wide, not 1.")),
        "{score:?}"
    );
    assert!(score.reasons.iter().any(|reason| reason.contains("contrast")), "{score:?}");
}

#[tokio::test]
async fn undrawable_look_is_reported_and_leaves_nothing() {
    let stage = Stage::open().await;
    let missing = "ab".repeat(32);
    for (look, sentence) in [
        ("finder-ink=d0d0d0", "The code cannot be read in this style"),
        ("ink=d2d2d2&shape=dots&size=1", "The code cannot be read in this style"),
        ("unit=px&size=20", "The picture must be at least 33 pixels wide"),
        ("unit=mm&size=1000", "the maximum is 4,096"),
        ("frame=label&caption=%E6%97%A5", "The caption cannot contain “日”"),
        ("logo=us", "There is no logo “us”."),
        (&format!("logo={missing}"), "There is no logo “"),
        ("logo=-", "There is no logo “-”."),
    ] {
        let refused = publish(&stage, look, "r").await.unwrap_err();
        assert!(matches!(refused, GalleryError::Drawing(_)), "{look}: {refused:?}");
        assert!(refused.to_string().contains(sentence), "{look}: {refused}");
    }
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![], 0));
    publish(&stage, "shape=dots", "r").await.unwrap();
}

#[tokio::test]
async fn preview_equals_the_saved_file() {
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
        let preview = stage
            .gallery
            .preview(&granted(&Space::main()), &code(Level::M), look.parse().unwrap())
            .await
            .unwrap();
        assert_eq!((preview.svg.as_bytes(), preview.version, preview.level), (&svg[..], 2, Level::M));
        let entry = stage.entry(if look.is_empty() { 1 } else { 2 }).await;
        assert_eq!(preview.score, entry.content.style().cloned().unwrap().score.map(|score| *score));
        let again = stage.gallery.draw_entry(&entry, Format::Svg).await.unwrap().unwrap();
        assert_eq!((again.bytes, again.lacks_logo), (svg, false));
    }
}

impl crate::Gallery {
    async fn draw_text(&self, look: &str, format: Format) -> Bytes {
        self.draw(&granted(&Space::main()), &code(Level::M), look.parse().unwrap(), format).await.unwrap()
    }
}

#[tokio::test]
async fn entry_with_an_invented_look_is_drawn_plain() {
    let stage = Stage::open().await;
    let entry = publish(&stage, "", "r").await.unwrap().change.entry;
    for look in ["shape=of-a-newer-program", "frame=label&caption=%E6%97%A5", &"x".repeat(10_000)] {
        let mut entry = entry.clone();
        let Body::Code { style, .. } = &mut entry.content.body else { panic!("a code") };
        style.look = StyleText::stored(look);
        let drawn = stage.gallery.draw_entry(&entry, Format::Svg).await.unwrap().unwrap();
        assert_eq!(drawn.bytes, qr::svg(code(Level::M).symbol()));
    }
}

#[tokio::test(start_paused = true)]
async fn default_look_is_visible_here_at_once_and_elsewhere_later() {
    let stage = Stage::open().await;
    let (main, new) = (Space::main(), "new".parse().unwrap());
    publish(&stage, "", "r").await.unwrap();
    let other = stage.another().await;
    let looks =
        async |gallery: &crate::Gallery| gallery.settings(&granted(&main)).await.unwrap().look.to_string();
    assert_eq!((looks(&stage.gallery).await, looks(&other).await), (String::new(), String::new()));
    stage.gallery.set_default_look(&granted(&main), "shape=dots".parse().unwrap()).await.unwrap();
    stage.gallery.set_default_look(&granted(&new), "quiet=7".parse().unwrap()).await.unwrap();
    assert_eq!((looks(&stage.gallery).await, looks(&other).await), ("shape=dots".to_owned(), String::new()));
    let unused = other.settings(&granted(&new)).await.unwrap();
    assert_eq!(unused.look.as_str(), "quiet=7", "a space that was never used");
    let missing = format!("logo={}", "00".repeat(32)).parse().unwrap();
    let refused = stage.gallery.set_default_look(&granted(&main), missing).await;
    assert!(matches!(refused, Err(GalleryError::Drawing(_))), "{refused:?}");

    let asked = stage.catalog.settings_read.load(Ordering::Relaxed);
    for _ in 0..100 {
        looks(&other).await;
    }
    assert_eq!(stage.catalog.settings_read.load(Ordering::Relaxed), asked, "from memory");
    tokio::time::advance(ASK_EVERY).await;
    // While the catalog is unavailable, the cached settings apply.
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

#[tokio::test]
async fn drawing_refuses_what_a_save_would() {
    let stage = Stage::open().await;
    let missing = format!("shape=dots&logo={}", "ab".repeat(32));
    // The second one is read from its paths, not from its pixels.
    for look in ["finder-ink=d0d0d0", "ink=d2d2d2&shape=dots&size=1", "unit=px&size=20", &missing] {
        let refused = publish(&stage, look, "r").await.unwrap_err();
        for format in [Format::Svg, Format::Png, Format::Pdf, Format::DataUri] {
            let same = stage
                .gallery
                .draw(&granted(&Space::main()), &code(Level::M), look.parse().unwrap(), format)
                .await;
            assert_eq!(same.unwrap_err().to_string(), refused.to_string(), "{look} {format:?}");
        }
        // Text for terminals ignores the look.
        let blocks = stage.gallery.draw_text(look, Format::Terminal).await;
        assert_eq!(blocks, stage.gallery.draw_text("", Format::Terminal).await, "{look}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn excess_drafts_are_refused_but_saves_are_not() {
    let stage = Stage::open().await;
    let look = "shape=dots&size=9";
    publish(&stage, look, "r").await.unwrap();
    let entry = stage.entry(1).await;
    let preview = async |look: &str| {
        stage.gallery.preview(&granted(&Space::main()), &code(Level::M), look.parse().unwrap()).await
    };
    let at_once = join_all((0..4 * DRAFTS_MAX).map(|_| preview(look))).await;
    let refused = at_once.iter().filter(|preview| matches!(preview, Err(GalleryError::Busy))).count();
    let drawn = at_once.iter().filter(|preview| preview.is_ok()).count();
    // How many are refused depends on how fast they are drawn.
    assert!(drawn >= DRAFTS_MAX && drawn + refused == at_once.len(), "{drawn}, {refused}");
    let drawing = stage.gallery.drawing();
    let all = drawing
        .drafts
        .try_acquire_many(u32::try_from(DRAFTS_MAX).unwrap())
        .expect("each draft frees its place");
    for look in ["", look] {
        assert!(matches!(preview(look).await, Err(GalleryError::Busy)), "{look}");
        for format in [Format::Svg, Format::Png, Format::Terminal] {
            let refused = stage
                .gallery
                .draw(&granted(&Space::main()), &code(Level::M), look.parse().unwrap(), format)
                .await;
            assert!(matches!(refused, Err(GalleryError::Busy)), "{look} {format:?}");
        }
    }
    let refused = stage.gallery.draw_entry(&entry, Format::DataUri).await;
    assert!(matches!(refused, Err(GalleryError::Busy)), "as costly as a draft");
    publish(&stage, "shape=rounded", "s").await.unwrap();
    for format in [Format::Svg, Format::Pdf, Format::Terminal] {
        stage.gallery.draw_entry(&entry, format).await.unwrap().unwrap();
    }
    drop(all);
    preview(look).await.unwrap();
}
