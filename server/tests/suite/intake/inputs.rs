//! The worst known inputs of each parser.

use image::{DynamicImage, ImageFormat};
use reqwest::Method;
use serde_json::json;

use super::{drawings, pictures};

/// An input from a stranger.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) way: Way,
}

/// How it reaches the server.
pub(super) enum Way {
    /// As a request.
    Sent { method: Method, path: String, content_type: &'static str, body: Vec<u8> },
    /// As an upload, which a worker then works on.
    Photo(Vec<u8>),
    /// As a file in the bucket under the key of a logo.
    LogoInBucket(Vec<u8>),
    /// As a file in the bucket.
    Object(Vec<u8>),
}

const JSON: &str = "application/json";
const JSON_LINES: &str = "application/x-ndjson";
const FORM: &str = "application/x-www-form-urlencoded";
const API: &str = "/api/v1/spaces/main";

/// Requests.
pub(super) fn sent() -> Vec<Input> {
    let logos = drawings::all().into_iter().map(|(name, svg)| (name, svg.into_bytes()));
    let logos = logos.chain(pictures_as_logos());
    let logos =
        logos.map(|(name, file)| Input { name, way: post(&format!("{API}/logos"), "image/png", file) });
    logos.chain(bodies()).chain(tables()).chain(addresses()).collect()
}

/// Pictures of the kinds that logos may have, as costly as possible.
fn pictures_as_logos() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("PNG of 16 bits", pictures::png(4000, 16, 4)),
        ("PNG that is too large", pictures::png(5000, 8, 1)),
        (
            "PNG with a colour profile",
            pictures::png_with(8, 8, 1, &[(b"iCCP", [&b"a\0\0"[..], &pictures::bomb(150)].concat())]),
        ),
        ("PNG with compressed text", pictures::png_with(8, 8, 1, &texts())),
        ("JPEG", pictures::jpeg(4000)),
        ("JPEG of many scans", pictures::jpeg_of_scans(4000, 50_000)),
        ("JPEG with EXIF data that lead in circles", {
            let exif = [&b"Exif\0\0II*\0\x08\0\0\0"[..], &[0xFF; 60_000]].concat();
            let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
            let jpeg = pictures::jpeg(16);
            [&jpeg[..2], b"\xFF\xE1", &length, &exif, &jpeg[2..]].concat()
        }),
    ]
}

fn texts() -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let text = |head: &[u8]| [head, &pictures::bomb(50)].concat();
    vec![(b"zTXt", text(b"a\0\0")), (b"iTXt", text(b"a\0\x01\0\0\0")), (b"zTXt", text(b"b\0\0"))]
}

/// Bodies of every form, at their maximum size.
fn bodies() -> Vec<Input> {
    const BODY: usize = 64 * 1024;
    let deep = "[".repeat(BODY);
    let deep_content = format!("{{\"content\":{}", "{\"a\":".repeat(10_000));
    let many = format!(
        "{{\"content\":{{{}\"z\":\"\"}}}}",
        (0..5_000).map(|n| format!("\"{n}\":\"\",")).collect::<String>()
    );
    let long = |name: &str| format!("{{\"text\":\"a\",\"{name}\":\"{}\"}}", "a=".repeat(30_000));
    let mut inputs = Vec::new();
    for (path, content_type, method) in [
        ("spaces/main/entries", JSON, Method::POST),
        ("spaces/main/batch", JSON_LINES, Method::POST),
        ("spaces/main/look", JSON, Method::PUT),
        ("device", JSON, Method::POST),
    ] {
        for (name, json) in [
            ("deep JSON", deep.clone()),
            ("deep content", deep_content.clone()),
            ("content of many fields", many.clone()),
            ("long look", long("look")),
            ("long name", long("name")),
            ("long labels", long("labels")),
        ] {
            let way = Way::Sent {
                method: method.clone(),
                path: format!("/api/v1/{path}"),
                content_type,
                body: json.into(),
            };
            inputs.push(Input { name, way });
        }
    }
    inputs.extend(lines(&deep_content, &many));
    inputs.extend(of_devices());
    let fields = "a&".repeat(120_000);
    let looks = "shape=dots&".repeat(20_000);
    let answers = "kind=wifi&ssid=%00&".repeat(12_000);
    for path in ["save", "preview", "draw", "look"] {
        for (name, form) in [
            ("form of many fields", &fields),
            ("form of many looks", &looks),
            ("content of many answers", &answers),
        ] {
            inputs
                .push(Input { name, way: post(&format!("/s/main/{path}"), FORM, form.clone().into_bytes()) });
        }
    }
    let parts = "--B\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(40_000) + "--B--\r\n";
    let way = post("/s/main/logo", "multipart/form-data; boundary=B", parts.into());
    inputs.push(Input { name: "form of many parts", way });
    let form = "multipart/form-data; boundary=B";
    let photos = "/s/main/photos";
    let files = "--B\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"\"\r\n\r\n\r\n"
        .repeat(40_000)
        + "--B--\r\n";
    let header = format!("--B\r\nx: {}", "x".repeat(60_000_000));
    let field = format!(
        "--B\r\ncontent-disposition: form-data; name=\"phone-number\"\r\n\r\n{}",
        "1".repeat(60_000_000)
    );
    for (name, body) in [
        ("photos of many files", files),
        ("photos with a header without end", header),
        ("photos with a phone number without end", field),
    ] {
        inputs.push(Input { name, way: post(photos, form, body.into()) });
    }
    let zeros = post(&format!("{API}/photos?name=a.jpg"), "image/jpeg", vec![0; 50 * 1024 * 1024]);
    inputs.push(Input { name: "photo of zeros", way: zeros });
    let largest = "the quick brown fox, ".repeat(140);
    for look in [
        "unit=px&size=4096&shape=dots",
        "unit=mm&size=170&dpi=600",
        "frame=label&caption=a&unit=px&size=4000",
    ] {
        let body =
            format!("{{\"text\":\"{largest}\",\"level\":\"L\",\"look\":\"{look}\",\"picture\":\"png\"}}");
        inputs.push(Input { name: "large drawing", way: post(&format!("{API}/entries"), JSON, body.into()) });
    }
    inputs
}

/// Tables of which many codes would be made. They are read and shown, which is all that a stranger need not wait for.
fn tables() -> impl Iterator<Item = Input> {
    const MOST: usize = 50 * 1024 * 1024;
    let repeated = |text: &str| text.repeat(MOST / text.len());
    let rows = |cell: &str| format!("{cell}\n").repeat(100_000);
    let bodies = [
        ("table of commas", repeated(",")),
        ("table of quotation marks", repeated("\"")),
        ("table of empty lines", repeated("\n")),
        ("table of empty cells", repeated(",;\t\n")),
        ("table of rows without end", repeated("a,\"")),
        ("table of one cell", repeated("x")),
        ("table of many rows", rows(&"x,".repeat(30))),
        ("table of long rows", rows(&"the quick brown fox, ".repeat(24))),
        ("table of wrong looks", rows(&format!("text,,,{}", "shape=dots&".repeat(40)))),
    ];
    bodies.into_iter().map(|(name, body)| {
        let head = "--B\r\ncontent-disposition: form-data; name=\"table\"; filename=\"a.csv\"\r\n\r\n";
        let form = [head, &body, "\r\n--B--\r\n"].concat();
        Input { name, way: post("/s/main/many", "multipart/form-data; boundary=B", form.into()) }
    })
}

/// Many lines in one request.
fn lines(deep: &str, many: &str) -> impl Iterator<Item = Input> {
    let bodies = [
        ("lines of deep JSON", format!("{deep}\n").repeat(200)),
        ("lines of many fields", format!("{many}\n").repeat(200)),
        ("empty lines", "\n".repeat(12_000_000)),
        ("lines that are no JSON", "[\n".repeat(9_999)),
        ("line without end", "x".repeat(20_000_000)),
        ("lines that are no text", "\u{FFFD}\n".repeat(9_999)),
    ];
    bodies
        .into_iter()
        .map(|(name, body)| Input { name, way: post(&format!("{API}/batch"), JSON_LINES, body.into_bytes()) })
}

/// What a device can ask for that is dear.
fn of_devices() -> impl Iterator<Item = Input> {
    let largest = "the quick brown fox, ".repeat(140);
    let wishes = [
        (
            "large picture of a device",
            json!({"type": "GENERATE", "string": largest, "filename": "f", "detail": 4096}),
        ),
        ("long field of a device", json!({"type": "DELETE", "filename": "\u{301}".repeat(30_000)})),
        (
            "long id of a device",
            json!({"type": "DELETE", "deviceId": "\u{1F98A}".repeat(15_000), "filename": "f"}),
        ),
        ("large pictures of a device", json!({"type": "RETRIEVE", "limit": 50})),
    ];
    wishes.into_iter().map(|(name, mut wish)| {
        let fields = wish.as_object_mut().unwrap();
        fields.entry("deviceId").or_insert_with(|| json!("a"));
        Input { name, way: post("/api/v1/device", JSON, wish.to_string().into_bytes()) }
    })
}

/// URLs, and cursors of streams.
fn addresses() -> Vec<Input> {
    let long = "a=b&".repeat(4_000);
    let escaped = "%41".repeat(5_000);
    [
        ("long query", format!("/?{long}")),
        ("long query for entries", format!("{API}/entries?{long}")),
        ("long text in the query", format!("/?text={escaped}&shape=dots")),
        ("long name of a space", format!("/s/{escaped}")),
        ("last entries", format!("{API}/entries?limit=200&cursor=1")),
        ("stream from nowhere", "/s/main/events?after=99999999999999999999".to_owned()),
    ]
    .map(|(name, path)| Input {
        name,
        way: Way::Sent { method: Method::GET, path, content_type: FORM, body: Vec::new() },
    })
    .into()
}

fn post(path: &str, content_type: &'static str, body: Vec<u8>) -> Way {
    Way::Sent { method: Method::POST, path: path.to_owned(), content_type, body }
}

/// Files under the key of a logo, and files that are not pictures.
pub(super) fn in_the_bucket() -> Vec<Input> {
    let svg = |name: &str| drawings::all().into_iter().find(|(of, _)| *of == name).unwrap().1.into_bytes();
    let logos = [
        ("logo in the bucket, entities", svg("entities of elements")),
        ("logo in the bucket, lines that cross", svg("lines that cross")),
        ("logo in the bucket, large PNG", pictures::png(4000, 16, 4)),
        ("logo in the bucket, JPEG of many scans", pictures::jpeg_of_scans(4000, 50_000)),
        (
            "logo in the bucket, colour profile",
            pictures::png_with(600, 8, 1, &[(b"iCCP", [&b"a\0\0"[..], &pictures::bomb(150)].concat())]),
        ),
    ];
    let logos = logos.map(|(name, file)| Input { name, way: Way::LogoInBucket(file) });
    let others = [
        ("an SVG called a picture", svg("lines that cross")),
        ("zeros called a picture", vec![0; 30_000_000]),
        ("nothing called a picture", Vec::new()),
        (
            "PNG with a colour profile in the bucket",
            pictures::png_with(8, 8, 1, &[(b"iCCP", [&b"a\0\0"[..], &pictures::bomb(150)].concat())]),
        ),
        ("PNG with compressed text in the bucket", pictures::png_with(8, 8, 1, &texts())),
    ];
    let others = others.map(|(name, file)| Input { name, way: Way::Object(file) });
    logos.into_iter().chain(others).collect()
}

/// Pictures that are searched for a code.
pub(super) fn pictures_in_the_bucket() -> Vec<Input> {
    let noise = |side: u32| {
        let mut random = fastrand::Rng::with_seed(7);
        image::GrayImage::from_fn(side, side, |_, _| image::Luma([random.u8(..)]))
    };
    let blank = || DynamicImage::new_rgba8(3000, 3000);
    [
        ("finder patterns side by side", pictures::finder_patterns(2000)),
        ("noise", pictures::encoded(noise(3000), ImageFormat::Png)),
        ("large PNG of 16 bits", pictures::png(4000, 16, 4)),
        ("large PNG of greys", pictures::png(7000, 8, 1)),
        ("PNG of gigapixels", pictures::png(30_000, 8, 1)),
        ("large JPEG", pictures::jpeg(5000)),
        ("progressive JPEG of many scans", pictures::jpeg_of_scans(6000, 50_000)),
        ("large GIF", pictures::encoded(blank(), ImageFormat::Gif)),
        ("large WebP", pictures::encoded(blank(), ImageFormat::WebP)),
    ]
    .map(|(name, file)| Input { name, way: Way::Object(file) })
    .into()
}

/// Pictures that a worker decodes, flips and shrinks.
pub(super) fn photos() -> Vec<Input> {
    [
        ("photo, PNG of 16 bits", pictures::png(4000, 16, 4)),
        ("photo, PNG of gigapixels", pictures::png(30_000, 8, 1)),
        ("photo, large JPEG", pictures::jpeg(9000)),
        ("photo, progressive JPEG of many scans", pictures::jpeg_of_scans(6000, 50_000)),
        (
            "photo, PNG with a colour profile",
            pictures::png_with(600, 8, 1, &[(b"iCCP", [&b"a\0\0"[..], &pictures::bomb(150)].concat())]),
        ),
        ("photo, PNG with compressed text", pictures::png_with(8, 8, 1, &texts())),
        ("photo, large GIF", pictures::encoded(DynamicImage::new_rgba8(3000, 3000), ImageFormat::Gif)),
        ("photo, large WebP", pictures::encoded(DynamicImage::new_rgba8(3000, 3000), ImageFormat::WebP)),
    ]
    .map(|(name, file)| Input { name, way: Way::Photo(file) })
    .into()
}

/// Tars that claim more than they hold.
pub(super) fn tars() -> Vec<(&'static str, Vec<u8>)> {
    let manifest = br#"{"format":2,"spaces":[{"space":"main","counters":{"last_id":1,"last_seq":1,"floor":1},"entries":9007199254740991,"changes":9007199254740991}]}"#;
    let deep = "[".repeat(1024 * 1024);
    let line = format!("{{\"id\":1,\"name\":\"{}\"", "a".repeat(64 * 1024 * 1024));
    let zeros = vec![0; 64 * 1024 * 1024];
    vec![
        ("claimed", tar(&[("qrate.json", b'0', Some(1 << 33), b"{")])),
        ("deep", tar(&[("qrate.json", b'0', None, deep.as_bytes())])),
        (
            "long-line",
            tar(&[
                ("qrate.json", b'0', None, manifest),
                ("main/entries/1.jsonl", b'0', None, line.as_bytes()),
            ]),
        ),
        ("long-name", tar(&[("a", b'L', None, &zeros)])),
        ("long-extension", tar(&[("a", b'x', None, &zeros)])),
        ("claimed-name", tar(&[("a", b'L', Some(1 << 33), b"")])),
        ("claimed-extension", tar(&[("a", b'x', Some(1 << 33), b"")])),
    ]
}

/// A tar of files: name, type, a size that may be invalid, and bytes (POSIX.1, pax, ustar).
fn tar(files: &[(&str, u8, Option<u64>, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, kind, claimed, bytes) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        let size = format!("{:011o}", claimed.unwrap_or(bytes.len() as u64));
        header[124..124 + size.len()].copy_from_slice(size.as_bytes());
        header[148..156].fill(b' ');
        header[156] = *kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}
