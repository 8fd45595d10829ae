//! The embedded files and their addresses, from the table that `build.rs` makes: hashed names, so that browsers may
//! cache them forever, and files already compressed. Not here: serving them (`assets`).

use std::io::{Read as _, Write as _};
use std::sync::OnceLock;

use app::model::{AssetUrls, StudioUrls, WakeUrls};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::coding::Coding;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// What is inflated at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// An embedded file.
pub(crate) struct File {
    /// Its path in the site folder.
    pub(crate) name: &'static str,
    /// Its path below the base path, with the content hash.
    pub(crate) url: &'static str,
    pub(crate) content_type: &'static str,
    /// Whether it is stored in its Brotli form, because that is smaller.
    is_compressed: bool,
    stored: &'static [u8],
    /// Made when first asked for, by browsers that take no Brotli over plain HTTP.
    gzip: OnceLock<Bytes>,
}

impl File {
    /// Whether it has a form in a content coding.
    pub(crate) fn has(&self, coding: Coding) -> bool {
        self.is_compressed || coding == Coding::Identity
    }

    /// The form in a content coding that it has.
    pub(crate) fn bytes(&self, coding: Coding) -> Bytes {
        if !self.is_compressed {
            return Bytes::from_static(self.stored);
        }
        match coding {
            Coding::Brotli => Bytes::from_static(self.stored),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.inflated())).clone(),
            Coding::Identity => self.inflated().into(),
        }
    }

    /// For the few clients that accept no coding: inflating takes milliseconds, keeping the plain form would take
    /// memory.
    fn inflated(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut decoder = brotli::Decompressor::new(self.stored, BUFFER_BYTES);
        decoder.read_to_end(&mut bytes).expect("build.rs compressed it");
        bytes
    }
}

/// RFC 1952.
fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("a vector can be written");
    encoder.finish().expect("a vector can be written").into()
}

/// The addresses of the embedded files.
pub fn asset_urls() -> AssetUrls {
    let url = |name: &str| file(name).map(|file| file.url.to_owned());
    let wake = url("wake.js").zip(url("on_demand.js")).zip(url("frontend.js")).zip(url("frontend_bg.wasm"));
    let wake = wake.zip(url("many.js"));
    let contents = url("contents.js").zip(url("contents_bg.wasm"));
    let uploads = url("uploads.js").zip(url("uploads_bg.wasm"));
    let studio = url("studio.js").zip(url("studio_worker.js")).zip(url("studio_bg.wasm"));
    let studio = studio.map(|((script, worker), wasm)| StudioUrls { script, worker, wasm });
    let preset = |preset: qr::Preset| url(&format!("preset-{}.svg", preset.name));
    AssetUrls {
        style: url("style.css").expect("build.rs embeds a style sheet"),
        other_style: url("other_pages.css").expect("build.rs embeds a style sheet"),
        font: url("figtree.woff2").expect("build.rs embeds a font"),
        wake: wake.zip(contents).zip(uploads.zip(studio)).map(
            |((((((script, on_demand), glue), wasm), many), contents), (uploads, studio))| WakeUrls {
                script,
                on_demand,
                many,
                glue,
                wasm,
                contents,
                uploads,
                studio,
            },
        ),
        icon: url("icon.svg").expect("build.rs embeds an icon"),
        presets: qr::PRESETS.map(|named| preset(named).expect("build.rs draws each")).into(),
    }
}

/// The file with this name in the site folder.
pub(crate) fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

/// The file at `assets/{name}`.
pub(crate) fn at(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.url.strip_prefix("assets/") == Some(name))
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn inflated_files_match_their_hashes() {
        for file in &FILES {
            let plain = file.bytes(Coding::Identity);
            let digest = sha2::Sha256::digest(&plain);
            let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(file.url.contains(&hash), "{}", file.name);
            if file.has(Coding::Gzip) {
                let mut inflated = Vec::new();
                flate2::read::GzDecoder::new(&*file.bytes(Coding::Gzip)).read_to_end(&mut inflated).unwrap();
                assert_eq!(inflated, plain, "{}", file.name);
            }
        }
    }
}
