//! The formats of pictures that can be worked on. Not here: decoding them.

use crate::wire::wire;

wire! {
    /// The format of a picture.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Media {
        /// JPEG (ITU-T T.81).
        "jpeg" = Jpeg,
        /// PNG (ISO/IEC 15948).
        "png" = Png,
        /// WebP (RFC 9649).
        "webp" = Webp,
        /// GIF.
        "gif" = Gif,
    }
}

impl Media {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif];

    /// The format of a file, by its first bytes; 12 are enough.
    pub fn sniff(beginning: &[u8]) -> Option<Self> {
        match beginning {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    /// The word used in JSON and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    /// The usual extension of such files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            _ => self.as_str(),
        }
    }

    /// The media type (RFC 6838).
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        for (bytes, media) in [
            (&b"\xff\xd8\xff\xe0"[..], Some(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Media::Png)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some(Media::Webp)),
            (b"GIF89a", Some(Media::Gif)),
            (b"GIF87a;", Some(Media::Gif)),
            (b"RIFF\x01\x02\x03\x04WAVE", None),
            (b"GIF80a", None),
            (b"\xff\xd8", None),
            (b"", None),
        ] {
            assert_eq!(Media::sniff(bytes), media, "{bytes:?}");
        }
        for media in Media::ALL {
            let named = format!("a.{}", media.extension()).parse::<crate::Key>().unwrap();
            assert_eq!(named.content_type(), media.content_type());
        }
    }
}
