//! Recognises a picture format by its first bytes. Not here: anything past them (`header`).

/// A supported format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// JPEG (ITU-T T.81), baseline or progressive.
    Jpeg,
    /// PNG (third edition), with or without animation.
    Png,
    /// WebP (RFC 9649), lossy or lossless.
    Webp,
    /// GIF87a or GIF89a.
    Gif,
}

impl Media {
    /// The media type for HTTP, `image/jpeg` for example.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The usual file extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A supported picture.
    Photo(Media),
    /// A picture in a format that is known by this name and not decoded.
    Unsupported(&'static str),
    /// Nothing that is known.
    Unknown,
}

/// How many bytes [`sniff`] needs to tell every format.
pub const SNIFF_BYTES: usize = 64;

/// Recognises the format by content; [`SNIFF_BYTES`] from the start are enough.
pub fn sniff(bytes: &[u8]) -> Content {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Content::Photo(Media::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Content::Photo(Media::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Content::Photo(Media::Webp),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Content::Photo(Media::Gif),
        _ => unsupported(bytes).map_or(Content::Unknown, Content::Unsupported),
    }
}

fn unsupported(bytes: &[u8]) -> Option<&'static str> {
    if let [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] = bytes {
        return of_brands(brands);
    }
    if let [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] = bytes {
        // Canon's has a mark of its own; other makers' RAW files look like any TIFF.
        return Some(if bytes.get(8..10) == Some(b"CR") { "RAW (CR2)" } else { "TIFF or RAW" });
    }
    const SIGNATURES: [(&[u8], &str); 13] = [
        (b"FUJIFILMCCD-RAW", "RAW (RAF)"),
        (b"IIRO", "RAW (ORF)"),
        (b"IIRS", "RAW (ORF)"),
        (b"MMOR", "RAW (ORF)"),
        (b"IIU\0", "RAW (RW2)"),
        (b"FOVb", "RAW (X3F)"),
        (b"\xFF\x0A", "JPEG XL"),
        (b"\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
        (b"8BPS", "PSD"),
        (b"\0\0\x01\0", "ICO"),
        (b"qoif", "QOI"),
    ];
    let known = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    known.map(|(_, name)| *name).or_else(|| is_bmp(bytes).then_some("BMP"))
}

/// The brands of an ISO base media file (ISO/IEC 14496-12, 4.3): the major one, a version, and compatible ones.
fn of_brands(brands: &[u8]) -> Option<&'static str> {
    let name = |brand: &[u8]| match brand {
        b"avif" | b"avis" => Some("AVIF"),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"hevm" | b"hevs" => Some("HEIC"),
        b"crx " => Some("RAW (CR3)"),
        _ => None,
    };
    let compatible = || brands.get(8..).unwrap_or_default().chunks_exact(4).take(10);
    let is_heif = |brand: &[u8]| matches!(brand, b"mif1" | b"msf1");
    let major = brands.get(..4)?;
    name(major)
        .or_else(|| compatible().filter(|_| is_heif(major)).find_map(name))
        .or_else(|| is_heif(major).then_some("HEIF"))
}

/// Two letters are not enough: the size of the header that follows has to be a usual one.
fn is_bmp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM")
        && matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        for (bytes, content) in [
            (&b"\xFF\xD8\xFF\xE0"[..], Content::Photo(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Content::Photo(Media::Png)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Content::Photo(Media::Webp)),
            (b"GIF89a=1;", Content::Photo(Media::Gif)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Content::Unsupported("HEIC")),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Content::Unsupported("HEIC")),
            (b"\0\0\0\x18ftypmif1\0\0\0\0miafavif", Content::Unsupported("AVIF")),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", Content::Unsupported("HEIF")),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Content::Unsupported("AVIF")),
            (b"\0\0\0\x18ftypcrx \0\0\0\0", Content::Unsupported("RAW (CR3)")),
            (b"II*\0\x10\0\0\0CR\x02\0", Content::Unsupported("RAW (CR2)")),
            (b"MM\0*\0\0\0\x08", Content::Unsupported("TIFF or RAW")),
            (b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", Content::Unsupported("BMP")),
            (b"BMW is a car and no bitmap", Content::Unknown),
            (b"\0\0\0\x18ftypmp42\0\0\0\0isom", Content::Unknown),
            (b"%PDF-1.7", Content::Unknown),
            (b"<svg>", Content::Unknown),
            (b"", Content::Unknown),
        ] {
            assert_eq!(sniff(bytes), content, "{}", bytes.escape_ascii());
        }
    }
}
