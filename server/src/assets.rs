//! The embedded files, their addresses, and serving them. `build.rs` made the table: hashed names, so that browsers
//! may cache them forever, and files already compressed.

use std::io::Read as _;

use app::model::{AssetUrls, StudioUrls, WakeUrls};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::bufread::GzDecoder;

use crate::conditional::{check_if_match, matches_if_none_match};
use crate::inputs::FileName;
use crate::problem::Problem;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// An embedded file.
struct File {
    /// As in the site folder.
    name: &'static str,
    /// Below the base path, with the content hash.
    url: &'static str,
    content_type: &'static str,
    /// Only where there is no `gzip` form.
    identity: Option<&'static [u8]>,
    /// Only where it is smaller.
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl File {
    /// In a content coding chosen by `best`.
    fn bytes(&self, coding: &str) -> Bytes {
        let kept = match coding {
            "br" => self.br,
            "gzip" => self.gzip,
            _ => self.identity,
        };
        kept.map_or_else(|| self.inflated(), Bytes::from_static)
    }

    /// For the few clients that accept no coding: they wait some milliseconds instead of costing everyone memory.
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

/// `GET /favicon.ico`: browsers request it where no page links to an icon.
pub(crate) async fn favicon(headers: HeaderMap) -> Result<Response, Problem> {
    send(file("icon.svg").expect("build.rs embeds an icon"), &headers, "public, max-age=86400")
}

fn send(file: &'static File, headers: &HeaderMap, caching: &'static str) -> Result<Response, Problem> {
    let coding = best(file, headers.get(header::ACCEPT_ENCODING));
    // The name contains the content hash; each coding is a representation of its own.
    let etag = format!("\"{}.{coding}\"", file.url);
    let mut response_headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        response_headers.insert(name, HeaderValue::from_str(value).expect("our own files have ASCII names"));
    };
    set(header::CACHE_CONTROL, caching);
    set(header::ETAG, &etag);
    set(header::VARY, "accept-encoding");
    check_if_match(headers, &etag)?;
    if matches_if_none_match(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    set(header::CONTENT_TYPE, file.content_type);
    if coding != IDENTITY {
        set(header::CONTENT_ENCODING, coding);
    }
    Ok((response_headers, file.bytes(coding)).into_response())
}

const IDENTITY: &str = "identity";

/// The coding that the client prefers (RFC 9110, 12.5.3), and of equal ones the smallest.
fn best(file: &File, accept: Option<&HeaderValue>) -> &'static str {
    let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (IDENTITY, weight(accept, IDENTITY).unwrap_or(0));
    for (coding, kept) in [("gzip", file.gzip), ("br", file.br)] {
        let weight = weight(accept, coding).unwrap_or(0);
        if kept.is_some() && weight > 0 && weight >= best.1 {
            best = (coding, weight);
        }
    }
    best.0
}

/// The client's preference for a coding, in thousandths; `None` if it does not mention it.
fn weight(accept: &str, coding: &str) -> Option<u32> {
    let weights = accept.split(',').map(|part| {
        let (name, parameter) = part.split_once(';').unwrap_or((part, "q=1"));
        let value = parameter.trim().trim_start_matches("q=").parse().unwrap_or(1.0f32);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let thousandths = (value.clamp(0.0, 1.0) * 1000.0) as u32;
        (name.trim(), thousandths)
    });
    let find = |wanted: &str| weights.clone().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    find(coding).or_else(|| find("*")).map(|(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::*;

    static FILE: File = File {
        name: "a.css",
        url: "assets/a.0.css",
        content_type: "text/css",
        identity: None,
        br: Some(b"br"),
        gzip: Some(b"gzip"),
    };

    #[test]
    fn what_the_client_likes() {
        for (accept, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("GZIP;q=0.5", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0.1, gzip;q=0.9", "gzip"),
            ("*", "br"),
            ("*;q=0", "identity"),
            ("br;q=0,gzip;q=0", "identity"),
            ("identity;q=1, br;q=0.5", "identity"),
            ("deflate", "identity"),
            ("", "identity"),
        ] {
            let accept = HeaderValue::from_static(accept);
            assert_eq!(best(&FILE, Some(&accept)), coding, "{accept:?}");
        }
        assert_eq!(best(&FILE, None), "identity");
    }

    #[test]
    fn none_is_lost_with_its_plain_form() {
        for file in FILES {
            let digest = sha2::Sha256::digest(file.bytes(IDENTITY));
            let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(file.url.contains(&hash), "{}", file.name);
        }
    }
}
