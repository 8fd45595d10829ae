//! An SVG's tags, counted before any parser sees them: parsers compare all attributes of an element with each other, copy
//! the namespaces of its parents, and unfold entities, so a few kilobytes can ask for all memory.
//!
//! What is not well-formed is left to the parser, which stops at the first error, and so sees no more than was counted.

use crate::logo::error::LogoError;

/// Elements within each other: parsing and drawing call themselves for each.
pub(super) const DEEPEST: usize = 100;
/// Attributes of an element.
const ATTRIBUTES: usize = 256;
/// Declarations of namespaces: drawing programs write some twenty.
const NAMESPACES: usize = 256;

/// Refuses what has a document type, or more of anything than a drawing needs.
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
            if tag.attributes > ATTRIBUTES || namespaces > NAMESPACES || depth > DEEPEST {
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
    fn a_document_type_is_refused_wherever_it_stands() {
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
    fn counts_what_parsers_pay_for() {
        let element = |attributes: usize| format!("<svg><g {}/></svg>", "a='>/>' ".repeat(attributes));
        assert_eq!(check(&element(ATTRIBUTES)), Ok(()));
        assert_eq!(check(&element(ATTRIBUTES + 1)), Err(LogoError::TooElaborate));
        let nested = |depth: usize| format!("{}{}", "<g b='/'>".repeat(depth), "</g>".repeat(depth));
        assert_eq!(check(&nested(DEEPEST)), Ok(()));
        assert_eq!(check(&nested(DEEPEST + 1)), Err(LogoError::TooElaborate));
        assert_eq!(check(&"<g/>".repeat(1000)), Ok(()));
        assert_eq!(check(&"<g xmlns='a'/>".repeat(NAMESPACES + 1)), Err(LogoError::TooElaborate));
        for broken in ["<svg", "<svg a='", "<svg a='<g/>", "<!-- ", "<?xml"] {
            assert_eq!(check(broken), Err(LogoError::NotAPicture), "{broken}");
        }
    }
}
