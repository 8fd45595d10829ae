//! A decoded picture: eight bits a channel, in one of four layouts. Not here: what fills it (`decode`).

/// What the bytes of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One byte.
    Grey,
    /// Three bytes, as most JPEG files store them (full range, ITU-T T.871): the encoder wants them so, too.
    YCbCr,
    /// Three bytes.
    Rgb,
    /// Four bytes; colours are not multiplied by the opacity.
    Rgba,
}

impl Layout {
    pub(crate) const fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::YCbCr | Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// A picture as it is stored, not yet upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) layout: Layout,
    pub(crate) bytes: Vec<u8>,
    /// The colour profile (ICC) if it is not sRGB.
    pub(crate) profile: Option<Vec<u8>>,
}

impl Pixels {
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let row_bytes = self.width * self.layout.channels();
        &self.bytes[y * row_bytes..][..row_bytes]
    }

    /// Drops an opacity that hides nothing, in place.
    pub(crate) fn without_needless_alpha(mut self) -> Self {
        if self.layout == Layout::Rgba && self.bytes.chunks_exact(4).all(|pixel| pixel[3] == u8::MAX) {
            let pixels = self.width * self.height;
            for pixel in 0..pixels {
                self.bytes.copy_within(4 * pixel..4 * pixel + 3, 3 * pixel);
            }
            self.bytes.truncate(3 * pixels);
            self.layout = Layout::Rgb;
        }
        self
    }

    /// As red, green and blue, from Y, Cb and Cr if need be.
    pub(crate) fn into_rgb(mut self) -> Self {
        if self.layout == Layout::YCbCr {
            for pixel in self.bytes.chunks_exact_mut(3) {
                let [y, cb, cr] = [pixel[0], pixel[1], pixel[2]];
                pixel.copy_from_slice(&rgb(y, cb, cr));
            }
            self.layout = Layout::Rgb;
        }
        self
    }
}

/// ITU-T T.871, clause 7.
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb].map(to_byte)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and from 0 to 255")]
fn to_byte(level: f32) -> u8 {
    level.round().clamp(0.0, 255.0) as u8
}
