//! The file formats of codes: their extensions and media types.

use axum::http::{HeaderMap, header};
use gallery::Format;

use crate::inputs::weighted_media_types;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileFormat {
    pub(crate) format: Format,
    /// Without the dot; also its name in forms.
    pub(crate) extension: &'static str,
    pub(crate) content_type: &'static str,
}

const TEXT: &str = "text/plain; charset=utf-8";

/// All of them.
const ALL: [FileFormat; 5] = [
    FileFormat { format: Format::Png, extension: "png", content_type: "image/png" },
    FileFormat { format: Format::Svg, extension: "svg", content_type: "image/svg+xml" },
    FileFormat { format: Format::Pdf, extension: "pdf", content_type: "application/pdf" },
    FileFormat { format: Format::Terminal, extension: "txt", content_type: TEXT },
    FileFormat { format: Format::DataUri, extension: "uri", content_type: TEXT },
];

impl FileFormat {
    /// The format with this extension.
    pub(crate) fn named(extension: &str) -> Option<Self> {
        ALL.into_iter().find(|format| format.extension == extension)
    }

    /// The format that a request prefers to JSON (RFC 9110, 12.5.1): of several with the same weight the first.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(u16, Option<Self>)> = None;
        for (accepted, weight) in weighted_media_types(headers, header::ACCEPT) {
            let format = match &*accepted {
                "application/json" | "application/*" | "*/*" => None,
                "image/*" => Some(ALL[0]),
                "text/*" => Self::named("txt"),
                accepted => match ALL.into_iter().find(|format| format.media_type() == accepted) {
                    Some(format) => Some(format),
                    None => continue,
                },
            };
            if weight > best.map_or(0, |(weight, _)| weight) {
                best = Some((weight, format));
            }
        }
        best?.1
    }

    /// The media type without parameters.
    fn media_type(self) -> &'static str {
        self.content_type.split(';').next().unwrap_or_default()
    }

    /// Whether people copy it and do not save it.
    pub(crate) fn is_copied(self) -> bool {
        self.format == Format::DataUri
    }

    /// Whether the look affects it.
    pub(crate) fn has_a_look(self) -> bool {
        self.format != Format::Terminal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_format_is_chosen() {
        for (accept, extension) in [
            ("image/png", Some("png")),
            ("IMAGE/SVG+xml", Some("svg")),
            ("image/*", Some("png")),
            ("image/png;q=0, application/json", None),
            ("image/png;q=0.1, application/json", None),
            ("application/json;q=0.1, image/png", Some("png")),
            ("application/json, image/png", None),
            ("image/png, application/json", Some("png")),
            ("image/webp, */*;q=0.1", None),
            ("text/plain; charset=utf-8; q=0.5, application/pdf;q=0.6", Some("pdf")),
            ("image/png;q=x", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(FileFormat::accepted(&headers).map(|format| format.extension), extension, "{accept}");
        }
    }
}
