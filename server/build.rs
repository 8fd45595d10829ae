//! Embeds the browser's files: reads the site folder (`make site` fills it), puts each file's content hash into its
//! name, compresses it, and writes the table that `src/embedded.rs` includes.
//!
//! The program also builds without the browser's side: its pages work without JavaScript, the style sheet is
//! assembled from `style/`, and the other files come from `public/`. The presets' pictures are drawn here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest as _, Sha256};

/// Files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// What the page loads to hydrate: all of it, or nothing.
const WAKE_FILES: [&str; 12] = [
    "wake.js",
    "on_demand.js",
    "many.js",
    "frontend.js",
    "frontend_bg.wasm",
    "contents.js",
    "contents_bg.wasm",
    "uploads.js",
    "uploads_bg.wasm",
    "studio.js",
    "studio_worker.js",
    "studio_bg.wasm",
];

/// The text of the presets' pictures. Short, so that shapes are visible at thumbnail size.
const PRESET_TEXT: &str = "QRATE";

/// How many bytes a compressed form must save to be kept: about a packet.
const SAVING_MIN_BYTES: usize = 128;

fn main() {
    pack_relocations();
    let workspace = folder("CARGO_MANIFEST_DIR").join("..");
    let out = folder("OUT_DIR");
    println!("cargo::rerun-if-env-changed=QRATE_SITE");
    let site = env::var_os("QRATE_SITE").map_or_else(|| workspace.join("target/site"), PathBuf::from);
    // Cargo runs this script each time while a watched folder is missing.
    fs::create_dir_all(&site).unwrap_or_else(|error| panic!("create {}: {error}", site.display()));

    let mut files = read_folder(&site);
    if !files.contains_key("style.css") {
        files = Files::from(
            ["style.css", "other_pages.css"].map(|name| style_sheet(&workspace.join("style"), name)),
        );
    }
    for (name, bytes) in read_folder(&workspace.join("public")) {
        files.entry(name).or_insert(bytes);
    }
    if !WAKE_FILES.iter().all(|name| files.contains_key(*name)) {
        files.retain(|name, _| !WAKE_FILES.contains(&name.as_str()));
    }
    files.extend(preset_pictures());
    name_font(&mut files);
    let table = embed(&files, &out);
    fs::write(out.join("embedded.rs"), table).expect("OUT_DIR can be written");
}

/// The style sheet names the font as it will be named.
fn name_font(files: &mut Files) {
    let font = hashed_name("figtree.woff2", &files["figtree.woff2"]);
    if let Some(style) = files.get_mut("style.css") {
        *style = String::from_utf8_lossy(style).replace("figtree.woff2", &font).into_bytes();
    }
}

/// Relocations in their packed form take a megabyte less. Programs with them start from glibc 2.36 on, so they are packed
/// only where the machine that builds has that.
fn pack_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // The linker that comes with Rust for this target can do it.
    if !is("TARGET", "x86_64-unknown-linux-gnu") || !is("PROFILE", "release") {
        return;
    }
    let library = Command::new("getconf").arg("GNU_LIBC_VERSION").output().map(|output| output.stdout);
    let library = String::from_utf8(library.unwrap_or_default()).unwrap_or_default();
    let minor = library.trim().strip_prefix("glibc 2.").and_then(|minor| minor.parse::<u32>().ok());
    if minor.is_some_and(|minor| minor >= 36) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

fn folder(variable: &str) -> PathBuf {
    env::var_os(variable).map(PathBuf::from).unwrap_or_else(|| panic!("cargo sets {variable}"))
}

/// The files in a folder, without subfolders; none if there is no such folder.
fn read_folder(path: &Path) -> Files {
    println!("cargo::rerun-if-changed={}", path.display());
    let Ok(listing) = fs::read_dir(path) else { return Files::new() };
    listing
        .map(|file| file.unwrap_or_else(|error| panic!("list {}: {error}", path.display())))
        .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|file| {
            let name = file.file_name().into_string().unwrap_or_else(|name| panic!("{name:?} is not UTF-8"));
            let bytes = fs::read(file.path()).unwrap_or_else(|error| panic!("read {name}: {error}"));
            (name, bytes)
        })
        .collect()
}

/// A picture of each preset: an ordinary code with a narrow border.
fn preset_pictures() -> Files {
    let picture = |preset: qr::Preset| {
        let style = qr::Style { quiet_zone: 2, ..preset.style() };
        let symbol = qr::Symbol::encode(PRESET_TEXT, qr::Level::M).expect("five letters fit");
        let drawing = qr::Drawing::new(&symbol, &style, None).expect("the tests of qr draw each preset");
        (format!("preset-{}.svg", preset.name), drawing.svg().into_bytes())
    };
    qr::PRESETS.map(picture).into()
}

/// A style sheet without a bundler, under the name that a bundler gives it: the files that it imports, concatenated.
fn style_sheet(folder: &Path, name: &str) -> (String, Vec<u8>) {
    let files = read_folder(folder);
    let sheet = if name == "style.css" { "main.css" } else { name };
    let imports = files.get(sheet).map(|css| String::from_utf8_lossy(css)).unwrap_or_default();
    let parts = imports
        .lines()
        .filter_map(|line| line.trim().strip_prefix("@import"))
        .filter_map(|rest| rest.split(['"', '\'']).nth(1))
        .map(|name| name.trim_start_matches("./"))
        .flat_map(|name| files.get(name).unwrap_or_else(|| panic!("{sheet} imports {name}: no such file")))
        .copied();
    (name.to_owned(), parts.collect())
}

/// Writes the files, compressed if that makes them smaller, and the table of them as Rust.
fn embed(files: &Files, out: &Path) -> String {
    let mut table = format!("static FILES: [File; {}] = [\n", files.len());
    let mut build = Sha256::new();
    for (name, bytes) in files {
        let digest = Sha256::digest(bytes);
        build.update(name);
        build.update(digest);
        let hashed = hashed_name(name, bytes);
        let extension = extension(name);
        let compressed = brotli(bytes);
        let is_compressed = compressed.len() + SAVING_MIN_BYTES <= bytes.len();
        let stored = if is_compressed { &compressed } else { bytes };
        fs::write(out.join(&hashed), stored).expect("OUT_DIR can be written");
        writeln!(
            table,
            "    File {{ name: {name:?}, url: \"assets/{hashed}\", content_type: {:?}, is_compressed: {is_compressed}, \
             stored: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{hashed}\")), gzip: OnceLock::new() }},",
            content_type(extension)
        )
        .expect("a string can be written");
    }
    build.update(env!("CARGO_PKG_VERSION"));
    let build = hexadecimal(&build.finalize()[..6]);
    format!("{table}];\n\n/// Changes with any embedded file.\npub(crate) const BUILD: &str = {build:?};\n")
}

/// The name of a file with the hash of its content in it.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let extension = extension(name);
    let stem = name.trim_end_matches(extension);
    format!("{stem}{}.{extension}", hexadecimal(&Sha256::digest(bytes)[..8]))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').unwrap_or_else(|| panic!("{name} has no extension")).1
}

/// RFC 7932. The highest quality is slow, so it is only used for releases.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let quality = if env::var("PROFILE").is_ok_and(|profile| profile == "release") { 11 } else { 5 };
    let mut compressed = Vec::new();
    {
        let mut encoder = brotli::CompressorWriter::new(&mut compressed, 64 * 1024, quality, 22);
        encoder.write_all(bytes).expect("a vector can be written");
    }
    compressed
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        other => panic!("the site folder holds a file of an unknown kind: .{other}"),
    }
}
