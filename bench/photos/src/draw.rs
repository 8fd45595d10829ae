//! Draws the photographs: a landscape with the noise of a camera's sensor. Not here: measuring.

use std::path::{Path, PathBuf};

use image::{ImageFormat, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

/// EXIF data with nothing but an orientation: the upper side is stored on the right (tag 0x0112, value 6).
const HELD_UPRIGHT: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

/// Draws a file.
type Draw = fn() -> anyhow::Result<Vec<u8>>;

/// Draws each into the folder, unless it is there already.
pub fn draw_all(folder: &Path) -> anyhow::Result<Vec<(&'static str, PathBuf)>> {
    std::fs::create_dir_all(folder)?;
    let photos: [(&'static str, &str, Draw); 3] = [
        ("JPEG of 12 megapixels", "landscape.jpg", || jpeg(&landscape(4000, 3000), None)),
        ("PNG of 4 megapixels", "landscape.png", || png(&landscape(2464, 1648))),
        ("JPEG of 12 megapixels, held upright", "portrait.jpg", || {
            jpeg(&landscape(4032, 3024), Some(HELD_UPRIGHT))
        }),
    ];
    let mut paths = Vec::new();
    for (photo, name, draw) in photos {
        let path = folder.join(name);
        if !path.exists() {
            std::fs::write(&path, draw()?)?;
        }
        paths.push((photo, path));
    }
    Ok(paths)
}

/// Files with the same picture of 12 megapixels in one colour, some 100 kilobytes each; every number makes other bytes.
pub struct NumberedPhotos(Vec<u8>);

impl NumberedPhotos {
    /// Draws the picture.
    pub fn draw() -> anyhow::Result<Self> {
        Ok(Self(jpeg(&RgbImage::from_pixel(4000, 3000, [90, 120, 60].into()), None)?))
    }

    /// The file with a comment (COM, ITU-T T.81 B.2.4.5) that holds this number.
    pub fn file(&self, number: u32) -> Vec<u8> {
        const START_OF_IMAGE_BYTES: usize = 2;
        let mut file = self.0[..START_OF_IMAGE_BYTES].to_vec();
        file.extend([0xFF, 0xFE, 0, 6]);
        file.extend(number.to_be_bytes());
        file.extend(&self.0[START_OF_IMAGE_BYTES..]);
        file
    }
}

fn jpeg(picture: &RgbImage, exif: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 93);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    if let Some(exif) = exif {
        encoder.add_exif_metadata(exif)?;
    }
    encoder.encode(
        picture,
        u16::try_from(picture.width())?,
        u16::try_from(picture.height())?,
        ColorType::Rgb,
    )?;
    Ok(bytes)
}

fn png(picture: &RgbImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// Sky, hills behind each other, and a meadow.
fn landscape(width: u32, height: u32) -> RgbImage {
    let mut random = 0x2545_F491_u32;
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (x as f32 / width as f32, y as f32 / height as f32);
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        let sensor = (random % 1024) as f32 / 1024.0 - 0.5;
        let ridge = |hill: f32| {
            0.35 + 0.15 * hill
                + 0.05 * (across * (7.0 + 3.0 * hill) + hill).sin()
                + 0.01 * (across * (60.0 + 20.0 * hill)).sin()
        };
        let hill = [3.0, 2.0, 1.0, 0.0].into_iter().find(|hill| down > ridge(*hill));
        let (colour, texture) = match hill {
            None => ([150.0 + 60.0 * down, 180.0 + 40.0 * down, 230.0], 3.0),
            Some(hill) => {
                let grass = ((x / 3 + y / 7) % 11) as f32 + 12.0 * (across * 900.0 + down * 500.0).sin();
                let light = 1.0 - 0.15 * hill;
                let shade = [70.0 * light + grass, 110.0 * light + grass, 60.0 * light + 0.5 * grass];
                (shade, 10.0)
            }
        };
        colour.map(|level: f32| to_byte(level + texture * sensor)).into()
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
fn to_byte(level: f32) -> u8 {
    level.clamp(0.0, 255.0) as u8
}
