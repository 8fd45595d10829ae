//! Texts in the fields of a form.

/// A text as the content of a textarea. It starts with a line feed, because the parser drops one there.
pub(super) fn textarea_content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::textarea_content;

    #[test]
    fn text_cannot_close_its_textarea() {
        assert_eq!(textarea_content("\n</textarea>&lt;"), "\n\n&lt;/textarea>&amp;lt;");
    }
}
