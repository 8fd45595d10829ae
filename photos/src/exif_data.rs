//! The few facts of a photo's EXIF data that are shown or used: orientation, date and camera. Whatever is broken in it
//! is as if it were not there. Not here: where a format keeps the data (`header`).

use exif::{DateTime, Exif, In, Reader, Tag, Value};

/// Read from the start of the data. Maker notes and thumbnails lie behind what is wanted, and the parser keeps every
/// entry of every directory, which for data that overlap grows with the square of their size: 30 MB for these.
const MAX_EXIF_BYTES: usize = 16 * 1024;

/// Longer names of cameras are cut.
const MAX_CAMERA_CHARS: usize = 80;

/// What is known of a photo.
#[derive(Debug, Default)]
pub(crate) struct ExifData {
    /// 1 to 8, or anything else if broken (EXIF 3.0, tag 0x0112).
    pub(crate) orientation: u32,
    /// `2026-05-04T03:02:01`, with an offset from UTC (`+02:00`) if there is one.
    pub(crate) taken_at: Option<String>,
    /// Maker and model.
    pub(crate) camera: Option<String>,
}

/// Reads a TIFF header and its directories, after an optional `Exif\0\0`.
pub(crate) fn read(data: &[u8]) -> ExifData {
    let data = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
    let start = data[..data.len().min(MAX_EXIF_BYTES)].to_vec();
    let exif = Reader::new().continue_on_error(true).read_raw(start);
    let Ok(exif) = exif.or_else(|error| error.distill_partial_result(|_| {})) else {
        return ExifData::default();
    };
    let orientation = field(&exif, Tag::Orientation).and_then(|value| value.get_uint(0)).unwrap_or(1);
    ExifData { orientation, taken_at: taken_at(&exif), camera: camera(&exif) }
}

fn field(exif: &Exif, tag: Tag) -> Option<&Value> {
    exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match field(exif, tag)? {
        Value::Ascii(parts) => parts.first().map(Vec::as_slice),
        _ => None,
    }
}

fn taken_at(exif: &Exif) -> Option<String> {
    let of = |tag| DateTime::from_ascii(ascii(exif, tag)?).ok();
    let mut date = of(Tag::DateTimeOriginal).or_else(|| of(Tag::DateTimeDigitized))?;
    let is_date = (1..=12).contains(&date.month)
        && (1..=days(date.year, date.month)).contains(&date.day)
        && date.year >= 1826;
    if !is_date || date.hour > 23 || date.minute > 59 || date.second > 59 {
        return None;
    }
    // A broken offset leaves what was there before: none.
    let _ = ascii(exif, Tag::OffsetTimeOriginal).map(|offset| date.parse_offset(offset));
    let offset = date.offset.filter(|offset| offset.abs() <= 14 * 60).map_or(String::new(), |offset| {
        let sign = if offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
    });
    Some(date.to_string().replace(' ', "T") + &offset)
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn camera(exif: &Exif) -> Option<String> {
    let text = |tag| {
        let text = String::from_utf8_lossy(ascii(exif, tag)?).replace(char::REPLACEMENT_CHARACTER, "");
        let text = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
        Some(text.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    let camera = match (text(Tag::Make), text(Tag::Model)) {
        // Many models name their maker themselves.
        (Some(make), Some(model)) if !model.to_lowercase().starts_with(&make.to_lowercase()) => {
            format!("{make} {model}")
        }
        (make, model) => model.or(make)?,
    };
    Some(camera.chars().take(MAX_CAMERA_CHARS).collect())
}
