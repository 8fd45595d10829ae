//! Texts in the fields of a form.

/// A text as what stands between the tags of a textarea. A line feed goes first, because the parser drops one there.
pub(super) fn as_textarea_content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::as_textarea_content;

    #[test]
    fn a_textarea_cannot_be_left() {
        assert_eq!(as_textarea_content("\n</textarea>&lt;"), "\n\n&lt;/textarea>&amp;lt;");
    }
}
