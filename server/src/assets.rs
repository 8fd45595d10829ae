//! The files that are part of the program: their addresses, and how they go out. `build.rs` made the table: hashed
//! names, so that a browser may keep them for ever, and each file compressed once and for all.

use std::io::Read as _;
use std::sync::Arc;

use app::model::{AssetUrls, StudioUrls, WakeUrls};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::bufread::GzDecoder;

use crate::coding::Coding;
use crate::conditional::{has_it, refuse_another};
use crate::inputs::FileName;
use crate::problem::Problem;
use crate::site::Site;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// An embedded file.
struct File {
    /// As in the site folder.
    name: &'static str,
    /// Below the base path, with the hash of the content.
    url: &'static str,
    content_type: &'static str,
    /// Only where no `gzip` gives it back.
    identity: Option<&'static [u8]>,
    /// Only where it is smaller.
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl File {
    /// As it is embedded in a coding.
    fn embedded(&self, coding: Coding) -> Option<&'static [u8]> {
        match coding {
            Coding::Identity => self.identity,
            Coding::Gzip => self.gzip,
            Coding::Brotli => self.br,
        }
    }

    /// In a coding that it is embedded in, or plain.
    fn bytes(&self, coding: Coding) -> Bytes {
        self.embedded(coding).map_or_else(|| self.inflated(), Bytes::from_static)
    }

    /// For the few clients that take no coding: they wait some milliseconds for what others would pay for in memory.
    fn inflated(&self) -> Bytes {
        let mut bytes = Vec::new();
        let mut decoder = GzDecoder::new(self.gzip.unwrap_or_default());
        decoder.read_to_end(&mut bytes).expect("build.rs compressed it");
        bytes.into()
    }
}

/// Where the embedded files are.
pub fn asset_urls() -> AssetUrls {
    let url = |name: &str| file(name).map(|file| file.url.to_owned());
    let wake = url("wake.js").zip(url("frontend.js")).zip(url("frontend_bg.wasm"));
    let contents = url("contents.js").zip(url("contents_bg.wasm"));
    let studio = url("studio.js").zip(url("studio_worker.js")).zip(url("studio_bg.wasm"));
    let studio = studio.map(|((script, worker), wasm)| StudioUrls { script, worker, wasm });
    let preset = |preset: qr::Preset| url(&format!("preset-{}.svg", preset.name));
    AssetUrls {
        style: url("style.css").expect("build.rs embeds a style sheet"),
        wake: wake.zip(contents).zip(studio).map(|((((script, glue), wasm), contents), studio)| WakeUrls {
            script,
            glue,
            wasm,
            contents,
            studio,
        }),
        icon: url("icon.svg").expect("build.rs embeds an icon"),
        presets: qr::PRESETS.map(|named| preset(named).expect("build.rs draws each")).into(),
    }
}

fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

/// `GET /assets/{file}.{hash}.{ext}`
pub(crate) async fn asset(FileName(name): FileName, headers: HeaderMap) -> Result<Response, Problem> {
    let file = FILES
        .iter()
        .find(|file| file.url.strip_prefix("assets/") == Some(&name))
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "There is no such file. Load the page again."))?;
    send(file, &headers, "public, max-age=31536000, immutable")
}

/// `GET /favicon.ico`: browsers ask for it where no page told them better.
pub(crate) async fn favicon(headers: HeaderMap) -> Result<Response, Problem> {
    send(file("icon.svg").expect("build.rs embeds an icon"), &headers, "public, max-age=86400")
}

/// `GET /robots.txt`: what people keep here is not for search engines.
pub(crate) async fn robots(State(site): State<Arc<Site>>) -> String {
    format!("User-agent: *\nDisallow: {}\n", site.shell.base)
}

fn send(file: &'static File, headers: &HeaderMap, caching: &'static str) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT_ENCODING);
    let coding = Coding::preferred(accept, |coding| file.embedded(coding).is_some());
    // The name holds a hash of the content; each coding is a representation of its own.
    let etag = format!("\"{}.{}\"", file.url, coding.as_str());
    let mut response_headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        response_headers.insert(name, HeaderValue::from_str(value).expect("our own files have ASCII names"));
    };
    set(header::CACHE_CONTROL, caching);
    set(header::ETAG, &etag);
    set(header::VARY, "accept-encoding");
    refuse_another(headers, &etag)?;
    if has_it(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    set(header::CONTENT_TYPE, file.content_type);
    if coding != Coding::Identity {
        set(header::CONTENT_ENCODING, coding.as_str());
    }
    Ok((response_headers, file.bytes(coding)).into_response())
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn none_is_lost_with_its_plain_form() {
        for file in FILES {
            let digest = sha2::Sha256::digest(file.bytes(Coding::Identity));
            let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(file.url.contains(&hash), "{}", file.name);
        }
    }
}
