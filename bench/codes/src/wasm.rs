//! The encoders, exported to a page. The loop is on this side, because the browser's clock is coarse.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{MAKERS, PAYLOADS};

/// The encoders' names, separated by spaces.
#[wasm_bindgen]
pub fn makers() -> String {
    MAKERS.map(|maker| maker.name).join(" ")
}

/// The number of payloads.
#[wasm_bindgen]
pub fn payloads() -> usize {
    PAYLOADS.len()
}

/// The text of a payload.
#[wasm_bindgen]
pub fn payload(index: usize) -> String {
    PAYLOADS[index].text()
}

/// Encodes a text this many times.
#[wasm_bindgen]
pub fn encode(maker: usize, text: &str, times: u32) {
    (0..times).for_each(|_| (MAKERS[maker].symbol)(text));
}

/// Encodes a text and traces its path this many times.
#[wasm_bindgen]
pub fn encode_and_trace(maker: usize, text: &str, times: u32) {
    (0..times).for_each(|_| (MAKERS[maker].path)(text));
}
