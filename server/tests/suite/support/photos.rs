//! Photos to upload.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A JPEG with a gradient, which another colour makes another file.
pub(crate) fn jpeg(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let shade = |at: u32, most: u32| u8::try_from(at * 255 / most).unwrap_or(u8::MAX);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([shade(x, width) ^ colour[0], shade(y, height) ^ colour[1], colour[2]])
    });
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
    bytes
}
