//! How much memory a photo takes, and so how many pixels it may have: JPEG, WebP and GIF are decoded as a whole, and a
//! recipe may need the last pixel first. Not here: the header that says how many there are.

/// More pixels than this are never decoded: a few kilobytes can claim gigapixels.
pub const MAX_PIXELS: u64 = 100_000_000;

/// What deriving pictures takes at most, the bytes of the photo and of the derived pictures included. Photos that
/// would take more are refused from the header: how many pixels that allows depends on the format.
pub const MEMORY_BYTES: u64 = 248 * 1024 * 1024;

/// For a view of the largest size, while it is resized and encoded.
const VIEW_BYTES: u64 = 48 * 1024 * 1024;

/// A result weighs at most this many times as much as the photo, if that is less than what its pixels allow.
const RESULT_GROWTH: u64 = 3;

/// What a pixel costs, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Decoded.
    pub(crate) channels: u64,
    /// What the decoder needs beside that until it is done.
    pub(crate) working: u64,
}

impl Cost {
    /// The most that a pixel takes in an encoded result: noise takes about one byte as JPEG, and all of its channels
    /// as PNG.
    fn encoded(self) -> u64 {
        if self.channels == 4 { 4 } else { 1 }
    }

    /// What a photo with this many pixels takes, the file itself included.
    pub(crate) fn memory_bytes(self, file_bytes: u64, pixels: u64) -> u64 {
        let decoding = pixels * (self.channels + self.working);
        let result = (RESULT_GROWTH * file_bytes).min(pixels * self.encoded());
        // A small photo's view is small, too.
        let view = VIEW_BYTES.min(pixels * 12);
        file_bytes + decoding.max(pixels * self.channels + view.max(result))
    }

    /// How many pixels a photo in a file of this size may have.
    pub(crate) fn most_pixels(self, file_bytes: u64) -> u64 {
        let memory = MEMORY_BYTES.saturating_sub(file_bytes);
        let by_decoding = memory / (self.channels + self.working);
        let by_view = memory.saturating_sub(VIEW_BYTES) / self.channels;
        let by_file = memory.saturating_sub(RESULT_GROWTH * file_bytes) / self.channels;
        let by_result = by_file.max(memory / (self.channels + self.encoded()));
        by_decoding.min(by_view).min(by_result).min(MAX_PIXELS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_photos_fit() {
        for channels in [1, 3, 4] {
            for working in [0, 2, 3, 6, 8] {
                let cost = Cost { channels, working };
                for file_bytes in [1000, 10 << 20, 25 << 20, 50 << 20] {
                    let most = cost.most_pixels(file_bytes);
                    assert!(cost.memory_bytes(file_bytes, most) <= MEMORY_BYTES);
                    let is_most = cost.memory_bytes(file_bytes, most + most / 20) > MEMORY_BYTES;
                    assert!(is_most || most == MAX_PIXELS, "{cost:?} {file_bytes}");
                }
            }
        }
    }
}
