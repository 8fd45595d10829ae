//! Codes in pictures that other programs could have made: what is found (`codes`), and what it may cost (`limits`).

mod codes;
mod limits;

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat};
use qr::{DetectError, Level, Symbol, detect, png};

const TEXT: &str = "日本語とASCIIと🎉: https://example.org/?q=1";

/// Our own picture, as pixels.
fn picture() -> GrayImage {
    let symbol = Symbol::encode(TEXT, Level::M).expect("it is short");
    image::load_from_memory(&png(&symbol)).expect("it is a PNG").into_luma8()
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("memory takes it");
    bytes.into_inner()
}

fn text_in(picture: impl Into<DynamicImage>) -> Result<String, DetectError> {
    detect(&encoded(picture, ImageFormat::Png)).map(|reading| reading.text)
}

fn found() -> Result<String, DetectError> {
    Ok(TEXT.into())
}

/// With a valid checksum (PNG third edition, 5.3 and annex D).
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let crc = body.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 },
        )
    });
    [&u32::try_from(data.len()).expect("small").to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}
