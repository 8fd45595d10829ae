//! Counts an SVG's tags before any parser sees them: parsers compare all attributes of an element with each other,
//! copy the namespaces of its ancestors, and expand entities, so a few kilobytes can demand all memory.
//!
//! Malformed files are left to the parser, which stops at the first error and so sees no more than was counted.

use crate::logo::error::LogoError;

/// Maximum nesting of elements: parsing and drawing recurse into each.
pub(super) const MAX_DEPTH: usize = 100;
/// Attributes of an element.
const MAX_ATTRIBUTES: usize = 256;
/// Namespace declarations: drawing programs write about twenty.
const MAX_NAMESPACES: usize = 256;

/// Refuses a document type, and more of anything than a drawing needs.
pub(super) fn check(text: &str) -> Result<(), LogoError> {
    let (mut rest, mut depth, mut namespaces) = (text, 0_usize, 0);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = after(comment, "-->")?;
        } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
            rest = after(data, "]]>")?;
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            rest = after(instruction, "?>")?;
        } else if rest.starts_with("<!") {
            return Err(LogoError::HasDocumentType);
        } else if let Some(end) = rest.strip_prefix("</") {
            depth = depth.saturating_sub(1);
            rest = end;
        } else {
            let tag = Tag::first_of(rest)?;
            namespaces += tag.text.matches("xmlns").count();
            depth += usize::from(!tag.is_empty_element());
            if tag.attributes > MAX_ATTRIBUTES || namespaces > MAX_NAMESPACES || depth > MAX_DEPTH {
                return Err(LogoError::TooElaborate);
            }
            rest = &rest[tag.text.len()..];
        }
    }
    Ok(())
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, LogoError> {
    text.split_once(end).map(|(_, after)| after).ok_or(LogoError::NotAPicture)
}

/// A start tag.
struct Tag<'a> {
    text: &'a str,
    attributes: usize,
}

impl<'a> Tag<'a> {
    fn first_of(text: &'a str) -> Result<Self, LogoError> {
        let (mut quote, mut attributes) = (None, 0);
        for (at, byte) in text.bytes().enumerate().skip(1) {
            match (quote, byte) {
                (_, b'<') => break,
                (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => attributes += 1,
                (None, b'>') => return Ok(Self { text: &text[..=at], attributes }),
                (None, _) => {}
            }
        }
        Err(LogoError::NotAPicture)
    }

    fn is_empty_element(&self) -> bool {
        self.text.ends_with("/>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_types_are_refused_wherever_they_stand() {
        for text in [
            "<!DOCTYPE svg><svg/>",
            "<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'><svg/>",
            "<!DOCTYPE svg [<!ENTITY a '<g/>'>]><svg>&a;</svg>",
            "<!doctype svg><svg/>",
        ] {
            assert_eq!(check(text), Err(LogoError::HasDocumentType), "{text}");
        }
        for text in
            ["<svg><!-- <!DOCTYPE svg> --></svg>", "<svg><style><![CDATA[ <!DOCTYPE ]]></style></svg>"]
        {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn too_many_levels_attributes_or_namespaces_are_refused() {
        let element = |attributes: usize| format!("<svg><g {}/></svg>", "a='>/>' ".repeat(attributes));
        assert_eq!(check(&element(MAX_ATTRIBUTES)), Ok(()));
        assert_eq!(check(&element(MAX_ATTRIBUTES + 1)), Err(LogoError::TooElaborate));
        let nested = |depth: usize| format!("{}{}", "<g b='/'>".repeat(depth), "</g>".repeat(depth));
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(LogoError::TooElaborate));
        assert_eq!(check(&"<g/>".repeat(1000)), Ok(()));
        assert_eq!(check(&"<g xmlns='a'/>".repeat(MAX_NAMESPACES + 1)), Err(LogoError::TooElaborate));
        for broken in ["<svg", "<svg a='", "<svg a='<g/>", "<!-- ", "<?xml"] {
            assert_eq!(check(broken), Err(LogoError::NotAPicture), "{broken}");
        }
    }
}
