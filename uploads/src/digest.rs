//! The digest of a file, to ask whether the space has it before its bytes are sent.

use std::fmt::Write as _;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::section::window;

/// SHA-256 in hexadecimal; `None` where the browser computes none, because the page is not from a secure origin, or
/// where the file cannot be read.
pub(crate) async fn sha256(file: &File) -> Option<String> {
    if !window().is_secure_context() {
        return None;
    }
    let subtle = window().crypto().ok()?.subtle();
    let bytes: JsValue = JsFuture::from(file.array_buffer()).await.ok()?;
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", &bytes.into()).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    Some(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
