//! The file formats of codes: their extensions and media types.

use axum::http::{HeaderMap, header};
use gallery::Format;

use crate::inputs::media_types;

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

    /// The format that a request prefers to JSON.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let first = media_types(headers, header::ACCEPT).find_map(|accepted| match accepted {
            "application/json" | "application/*" | "*/*" => Some(None),
            accepted => ALL.into_iter().find(|format| format.media_type() == accepted).map(Some),
        });
        first.flatten()
    }

    /// The media type without parameters.
    fn media_type(self) -> &'static str {
        self.content_type.split(';').next().unwrap_or_default()
    }

    /// Whether the look affects it.
    pub(crate) fn has_a_look(self) -> bool {
        self.format != Format::Terminal
    }
}
