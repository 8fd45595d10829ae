//! The embedded files and their addresses, from the table that `build.rs` makes: hashed names, so that browsers may
//! cache them forever, and files already compressed. Not here: serving them (`assets`).

use std::io::Read as _;

use app::model::{AssetUrls, StudioUrls, WakeUrls};
use bytes::Bytes;
use flate2::bufread::GzDecoder;

use crate::coding::Coding;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// An embedded file.
pub(crate) struct File {
    /// Its path in the site folder.
    pub(crate) name: &'static str,
    /// Its path below the base path, with the content hash.
    pub(crate) url: &'static str,
    pub(crate) content_type: &'static str,
    /// Only if there is no `gzip` form.
    identity: Option<&'static [u8]>,
    /// Only if it is smaller.
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl File {
    /// The embedded form in a content coding.
    pub(crate) fn embedded(&self, coding: Coding) -> Option<&'static [u8]> {
        match coding {
            Coding::Identity => self.identity,
            Coding::Gzip => self.gzip,
            Coding::Brotli => self.br,
        }
    }

    /// The form in a content coding, or the plain one.
    pub(crate) fn bytes(&self, coding: Coding) -> Bytes {
        self.embedded(coding).map_or_else(|| self.inflated(), Bytes::from_static)
    }

    /// For the few clients that accept no coding: inflating takes milliseconds, keeping the plain form would take
    /// memory.
    fn inflated(&self) -> Bytes {
        let mut bytes = Vec::new();
        let mut decoder = GzDecoder::new(self.gzip.unwrap_or_default());
        decoder.read_to_end(&mut bytes).expect("build.rs compressed it");
        bytes.into()
    }
}

/// The addresses of the embedded files.
pub fn asset_urls() -> AssetUrls {
    let url = |name: &str| file(name).map(|file| file.url.to_owned());
    let wake = url("wake.js").zip(url("frontend.js")).zip(url("frontend_bg.wasm"));
    let contents = url("contents.js").zip(url("contents_bg.wasm"));
    let uploads = url("uploads.js").zip(url("uploads_bg.wasm"));
    let studio = url("studio.js").zip(url("studio_worker.js")).zip(url("studio_bg.wasm"));
    let studio = studio.map(|((script, worker), wasm)| StudioUrls { script, worker, wasm });
    let preset = |preset: qr::Preset| url(&format!("preset-{}.svg", preset.name));
    AssetUrls {
        style: url("style.css").expect("build.rs embeds a style sheet"),
        wake: wake.zip(contents).zip(uploads.zip(studio)).map(
            |((((script, glue), wasm), contents), (uploads, studio))| WakeUrls {
                script,
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
        for file in FILES {
            let digest = sha2::Sha256::digest(file.bytes(Coding::Identity));
            let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(file.url.contains(&hash), "{}", file.name);
        }
    }
}
