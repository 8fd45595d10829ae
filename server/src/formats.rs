//! The file formats of codes: their extensions and media types.

use gallery::Format;

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

    /// Whether the look affects it.
    pub(crate) fn has_a_look(self) -> bool {
        self.format != Format::Terminal
    }
}
