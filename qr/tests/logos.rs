//! Uploaded logos: every format, broken and hostile ones, and the one form in which they are kept.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Luma, LumaA, Rgb, Rgba, RgbaImage};
use qr::{LOGO_SIDE_PIXELS, Logo, LogoError};

/// Red on the left, half-transparent blue on the right.
fn picture(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 128]) }
    })
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("memory takes it");
    bytes.into_inner()
}

/// What is kept of an upload, as pixels.
fn kept(upload: &[u8]) -> RgbaImage {
    let logo = Logo::read(upload).expect("it is a picture");
    let picture = image::load_from_memory(logo.png()).expect("it is a PNG").into_rgba8();
    assert_eq!((picture.width() as usize, picture.height() as usize), logo.size());
    picture
}

fn svg(content: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10">{content}</svg>"#
    )
}

#[test]
fn every_kind_of_png_keeps_its_pixels() {
    let small = picture(6, 4);
    assert_eq!(kept(&encoded(small.clone(), ImageFormat::Png)), small);
    let opaque = DynamicImage::from(image::RgbImage::from_pixel(5, 5, Rgb([9, 90, 200])));
    let greys =
        DynamicImage::from(image::GrayImage::from_fn(9, 9, |x, y| Luma([u8::try_from(20 * x + y).unwrap()])));
    let half = DynamicImage::from(image::GrayAlphaImage::from_pixel(3, 3, LumaA([7, 130])));
    for picture in [opaque.clone(), greys, half] {
        assert_eq!(kept(&encoded(picture.clone(), ImageFormat::Png)), picture.into_rgba8());
    }
    let deep = encoded(opaque.to_rgb16(), ImageFormat::Png);
    assert_eq!(kept(&deep), opaque.into_rgba8(), "16 bits");
    // A palette of four, two bits a pixel, the first transparent.
    let palette: &[u8] = include_bytes!("palette.png");
    assert_eq!(palette[24..26], [2, 3]);
    let kept = kept(palette);
    assert_eq!([kept.get_pixel(0, 0).0, kept.get_pixel(1, 0).0], [[0; 4], [200, 30, 40, 255]]);
}

#[test]
fn jpegs_keep_their_colours() {
    let colour = Rgb([30, 120, 200]);
    let logo = kept(&encoded(image::RgbImage::from_pixel(40, 24, colour), ImageFormat::Jpeg));
    assert_eq!(logo.dimensions(), (40, 24));
    let is_near = |pixel: &Rgba<u8>| (0..3).all(|i| pixel[i].abs_diff(colour[i]) < 6) && pixel[3] == 255;
    assert!(logo.pixels().all(is_near));
    let greys = encoded(image::GrayImage::from_pixel(17, 9, Luma([200])), ImageFormat::Jpeg);
    assert!(kept(&greys).pixels().all(|pixel| pixel[0].abs_diff(200) < 4 && pixel[0] == pixel[2]));
}

/// A JPEG with these EXIF data.
fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    let length = u16::try_from(2 + 6 + tiff.len()).expect("it is short").to_be_bytes();
    [&jpeg[..2], b"\xFF\xE1", &length, b"Exif\0\0", tiff, &jpeg[2..]].concat()
}

/// EXIF data of one tag, in both byte orders.
fn oriented(value: u8) -> [Vec<u8>; 2] {
    let little = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[value, 0, 0, 0][..], &[0; 4]].concat();
    let big = [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", &[0, value, 0, 0][..], &[0; 4]].concat();
    [little, big]
}

#[test]
fn photographs_are_turned_upright() {
    let corners = image::RgbImage::from_fn(48, 32, |x, y| {
        Rgb([if x < 16 { 250 } else { 10 }, if y < 16 { 250 } else { 10 }, u8::try_from(5 * x).unwrap()])
    });
    let jpeg = encoded(corners.clone(), ImageFormat::Jpeg);
    let stored = kept(&jpeg);
    for value in 1..=8 {
        let mut expected = DynamicImage::from(stored.clone());
        expected.apply_orientation(image::metadata::Orientation::from_exif(value).unwrap());
        let expected = expected.into_rgba8();
        for exif in oriented(value) {
            assert!(kept(&with_exif(&jpeg, &exif)) == expected, "{value}");
        }
    }
    let [exif, _] = oriented(6);
    for broken in [&exif[..19], &exif[..7], b"", &oriented(9)[0], &[b"II*\0", &[0xFF; 20][..]].concat()] {
        assert!(kept(&with_exif(&jpeg, broken)) == stored, "{broken:?}");
    }
    // A large one is turned when it is small; a PNG can say it, too.
    let large = with_exif(&encoded(image::RgbImage::new(1024, 256), ImageFormat::Jpeg), &exif);
    assert_eq!(Logo::read(&large).unwrap().size(), (128, 512));
    let png = encoded(corners, ImageFormat::Png);
    let chunk = [b"eXIf", &exif[..]].concat();
    let length = u32::try_from(exif.len()).unwrap().to_be_bytes();
    let turned = [&png[..33], &length, &chunk, &crc32(&chunk).to_be_bytes(), &png[33..]].concat();
    assert!(kept(&turned) == image::imageops::rotate90(&kept(&png)), "a PNG");
}

#[test]
fn svgs_are_rasterised() {
    let logo = kept(svg(r##"<rect width="10" height="10" fill="#0a0"/>"##).as_bytes());
    let side = u32::try_from(LOGO_SIDE_PIXELS).unwrap();
    assert_eq!(logo.dimensions(), (side, side / 2));
    assert_eq!(logo.get_pixel(100, 100).0, [0, 170, 0, 255]);
    assert_eq!(logo.get_pixel(side - 100, 100).0[3], 0, "nothing is there");
}

#[test]
fn large_logos_are_reduced_and_rereading_changes_nothing() {
    let logo = Logo::read(&encoded(picture(1500, 700), ImageFormat::Png)).unwrap();
    assert_eq!(logo.size(), (512, 238));
    assert_eq!(Logo::read(logo.png()), Ok(logo));
    let thin = Logo::read(&encoded(picture(2000, 1), ImageFormat::Png)).unwrap();
    assert_eq!(thin.size(), (512, 1));
}

#[test]
fn broken_files_are_refused() {
    let error = |bytes: &[u8]| Logo::read(bytes).unwrap_err();
    assert_eq!(error(b""), LogoError::NotAPicture);
    assert_eq!(error(b"GIF89a"), LogoError::NotAPicture);
    assert_eq!(error(b"<svg"), LogoError::NotAPicture);
    let png = encoded(picture(60, 40), ImageFormat::Png);
    let jpeg = encoded(DynamicImage::from(picture(60, 40)).into_rgb8(), ImageFormat::Jpeg);
    for end in (3..png.len() - 20).step_by(7) {
        assert_eq!(error(&png[..end]), LogoError::NotAPicture, "the first {end} bytes");
    }
    assert_eq!(error(&jpeg[..100]), LogoError::NotAPicture);
    assert_eq!(error(&encoded(RgbaImage::new(9, 9), ImageFormat::Png)), LogoError::Empty);
    assert_eq!(error(svg("").as_bytes()), LogoError::Empty);
}

#[test]
fn files_that_claim_to_be_huge_are_refused_before_decoding() {
    let mut png = encoded(picture(60, 40), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(Logo::read(&png), Err(LogoError::TooLarge));
    let mut jpeg = encoded(DynamicImage::from(picture(60, 40)).into_rgb8(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
    assert_eq!(Logo::read(&jpeg), Err(LogoError::TooLarge));
    assert_eq!(Logo::read(svg(&" ".repeat(1024 * 1024)).as_bytes()), Err(LogoError::SvgTooLarge));
    // For files that are not read, the size does not matter.
    let mut gif = b"GIF89a".to_vec();
    gif.resize(2 * 1024 * 1024, 0);
    assert_eq!(Logo::read(&gif), Err(LogoError::NotAPicture));
    assert_eq!(Logo::read(b"\x1F\x8B\x08\0\0\0\0\0"), Err(LogoError::NotAPicture), "a compressed SVG");
}

/// The checksum of PNG chunks (PNG third edition, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Nothing outside the file is read, no script runs, and nothing expands without bounds.
#[test]
fn svgs_read_no_files_and_run_no_scripts() {
    let file = std::env::temp_dir().join(format!("qr-logo-{}.png", std::process::id()));
    std::fs::write(&file, encoded(picture(8, 8), ImageFormat::Png)).unwrap();
    let outside = format!(r#"<image width="20" height="10" href="{}"/>"#, file.display());
    let read = Logo::read(svg(&outside).as_bytes());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(read, Err(LogoError::HasPicture), "a picture beside it");
    let entity = r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&x;</text></svg>"#;
    assert!(Logo::read(entity.as_bytes()).is_err());
    // Each use has ten of the one before.
    let mut bomb = String::from(r#"<rect id="a0" width="1" height="1"/>"#);
    for i in 1..12 {
        let uses = format!(r##"<use xlink:href="#a{}"/>"##, i - 1).repeat(10);
        bomb.push_str(&format!(r#"<g id="a{i}">{uses}</g>"#));
    }
    assert!(Logo::read(svg(&bomb).as_bytes()).is_err());
}

/// Nothing is lost silently.
#[test]
fn svgs_that_would_lose_content_are_refused() {
    let inside = qr::data_uri("image/png", &encoded(picture(8, 8), ImageFormat::Png));
    let image = |attributes: &str, href: &str| {
        format!(r#"<image width="20" height="10" {attributes} xlink:href="{href}"/>"#)
    };
    let square = r#"<rect width="9" height="9"/>"#;
    let with = |content: &str| Logo::read(svg(&format!("{square}{content}")).as_bytes()).err();
    let text = "<text y='9' font-size='9'>Qrate</text>";
    for content in [
        text.to_owned(),
        "<text><tspan>Q</tspan></text>".to_owned(),
        format!("<style>text {{ opacity: .5; isolation: auto }}</style><g clip-path='none'>{text}</g>"),
        format!("<defs><g id='a'>{text}</g></defs><use href='#a'/>"),
        format!("<symbol id='a'>{text}</symbol><use xlink:href='#a'/>"),
        format!("<clipPath id='a'>{text}</clipPath><g clip-path='url(#a)'>{square}</g>"),
        format!("<mask id='a'>{text}</mask><g mask='url(#a)'>{square}</g>"),
        format!("<switch><text systemLanguage='xx'>X</text>{text}</switch>"),
        format!("<switch><foreignObject width='9' height='9'><p>Q</p></foreignObject>{text}</switch>"),
        "<foreignObject width='9' height='9'><p>Q</p></foreignObject>".to_owned(),
    ] {
        assert_eq!(with(&content), Some(LogoError::HasText), "{content}");
    }
    for content in [
        image("", &inside),
        image("opacity='0.5'", "https://example.org/logo.png"),
        image("", "logo.svg"),
        image("", "data:image/svg+xml,%3Csvg%2F%3E"),
        format!("<defs>{}</defs><use href='#a'/>", image("id='a'", &inside)),
    ] {
        assert_eq!(with(&content), Some(LogoError::HasPicture), "{content}");
    }
    assert_eq!(with("<use href='icons.svg#a'/>"), Some(LogoError::NeedsFiles));
    assert_eq!(with("<use xlink:href='https://example.org/icons.svg#a'/>"), Some(LogoError::NeedsFiles));
    assert_eq!(with("<?xml-stylesheet href='logo.css'?>"), Some(LogoError::NeedsFiles));
    for css in ["@import url(logo.css);", "rect { fill: red } @import 'logo.css';"] {
        assert_eq!(with(&format!("<style>{css}</style>")), Some(LogoError::NeedsFiles), "{css}");
    }
    for paint in ["url(others.svg#a)", "url( \"https://example.org/a.svg#a\" ) red"] {
        let rect = format!("<rect width='1' height='1' fill='{paint}'/>");
        assert_eq!(with(&rect), Some(LogoError::NeedsFiles), "{paint}");
    }
    // Invisible content is not missed.
    for content in [
        format!("<g display='none'>{text}{}</g>", image("", &inside)),
        format!("<g style='display:none'>{text}</g>"),
        format!("<style>.st0{{display:none}}</style><g class='st0'>{text}{}</g>", image("", &inside)),
        format!("<defs><g id='a'>{text}</g>{}</defs>", image("", &inside)),
        format!("<switch>{square}{text}</switch>"),
        format!(
            "<switch><foreignObject requiredExtensions='x' width='1' height='1'/><g>{square}</g></switch>"
        ),
        "<text> <tspan/></text><title>Q</title><desc>Q</desc>".to_owned(),
        image("visibility='hidden'", &inside),
        "<use href='#nothing'/>".to_owned(),
    ] {
        assert_eq!(with(&content), None, "{content}");
    }
}

/// Anything that would take all memory, or days, is refused before it is drawn.
#[test]
fn svgs_that_take_too_long_are_refused() {
    let square = r#"<rect width="9" height="9"/>"#;
    let filter =
        |primitive: &str| format!(r##"<filter id="f">{primitive}</filter><g filter="url(#f)">{square}</g>"##);
    let pattern = |paint: &str| {
        format!(
            r##"<pattern id="p" width="90000" height="90000" patternUnits="userSpaceOnUse">{square}</pattern><path d="M0 0h9v9" {paint}="url(#p)"/>"##
        )
    };
    let layers =
        |count: usize| format!("{}{square}{}", r#"<g opacity="0.9">"#.repeat(count), "</g>".repeat(count));
    let mut masks = r##"<mask id="m0"><rect width="9" height="9" fill="#fff"/></mask>"##.to_owned();
    for i in 1..6 {
        let masked =
            format!(r##"<rect width="9" height="9" fill="#fff" mask="url(#m{})"/>"##, i - 1).repeat(10);
        masks.push_str(&format!(r#"<mask id="m{i}">{masked}</mask>"#));
    }
    let mut clips = format!(r#"<clipPath id="c0">{square}</clipPath>"#);
    for i in 1..20 {
        clips.push_str(&format!(r##"<clipPath id="c{i}" clip-path="url(#c{})">{square}</clipPath>"##, i - 1));
    }
    for content in [
        filter(r#"<feTurbulence numOctaves="2000000000"/>"#),
        filter(r#"<feMorphology radius="100000"/>"#),
        pattern("fill"),
        pattern("stroke"),
        format!(
            r##"{}<mask id="m"><rect width="9" height="9" fill="url(#p)"/></mask><g mask="url(#m)">{square}</g>"##,
            pattern("fill")
        ),
        layers(900),
        format!(r##"{masks}<g mask="url(#m2)">{square}</g>"##),
        format!(r##"{masks}<g mask="url(#m5)">{square}</g>"##),
        format!(r##"{clips}<g clip-path="url(#c19)">{square}</g>"##),
        square.repeat(30_000),
    ] {
        let start = &content[..content.len().min(120)];
        assert_eq!(Logo::read(svg(&content).as_bytes()), Err(LogoError::TooElaborate), "{start}");
    }
    for content in [
        layers(5),
        square.repeat(100),
        format!(r##"{}<g mask="url(#m1)">{square}</g>"##, &masks[..masks.find("<mask id=\"m2\"").unwrap()]),
        format!(r##"{clips}<g clip-path="url(#c2)">{square}</g>"##),
        format!(r#"<path d="M0 0{}"/>"#, "h9v9h-9z".repeat(1000)),
    ] {
        let start = &content[..content.len().min(120)];
        assert!(Logo::read(svg(&content).as_bytes()).is_ok(), "{start}");
    }
}
