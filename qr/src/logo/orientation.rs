//! The orientation of a photograph: cameras store what the sensor saw, and record in the EXIF data how to turn it.
//!
//! CIPA DC-008 (EXIF), tag 0x0112, in the structure of TIFF 6.0. Damaged data is ignored.

use super::Decoded;

const ORIENTATION: u16 = 0x0112;

/// How to turn the stored picture upright. The default leaves it as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Swap rows and columns.
    swapped: bool,
    /// Read stored columns from the right.
    from_right: bool,
    /// Read stored rows from the bottom.
    from_bottom: bool,
}

impl Orientation {
    /// The orientation recorded in these EXIF data.
    pub(super) fn of(exif: Option<&[u8]>) -> Self {
        let value = exif.and_then(orientation).unwrap_or(1);
        Self {
            swapped: matches!(value, 5..=8),
            from_right: matches!(value, 2 | 3 | 7 | 8),
            from_bottom: matches!(value, 3 | 4 | 6 | 7),
        }
    }

    /// The picture, upright.
    pub(super) fn shown(self, stored: Decoded) -> Decoded {
        if self == Self::default() {
            return stored;
        }
        let (width, height, pixels) = stored;
        let (to_width, to_height) = if self.swapped { (height, width) } else { (width, height) };
        let pixel = |column: usize, row: usize| {
            let (x, y) = if self.swapped { (row, column) } else { (column, row) };
            let x = if self.from_right { width - 1 - x } else { x };
            let y = if self.from_bottom { height - 1 - y } else { y };
            pixels[y * width + x]
        };
        let rows = (0..to_height).flat_map(|row| (0..to_width).map(move |column| (column, row)));
        (to_width, to_height, rows.map(|(column, row)| pixel(column, row)).collect())
    }
}

/// The tag's value.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk()?.to_owned();
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk()?.to_owned();
        Some(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let mut entries = (0..usize::from(short(directory)?)).map(|i| directory.saturating_add(2 + 12 * i));
    let entry = entries.find(|entry| short(*entry) == Some(ORIENTATION))?;
    short(entry.checked_add(8)?)
}
