//! A web address: http or https (RFC 9110, 4.2).

use core::fmt;

use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[LINK];
const LINK: Field = Field::new("link", "Link", Input::Link).required().hint("https://example.com/menu");

/// A web address: http or https with a host, without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(Box<str>);

impl Link {
    /// Parses a text that is a web address.
    pub fn parse(text: &str) -> Option<Self> {
        let target = link_target(text)?;
        let is_web = target.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        is_web.then(|| Self(target.into()))
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        Self::typed(&answers.line(&LINK)?, &LINK)
    }

    /// Parses an address typed into a field, possibly without its scheme.
    pub(super) fn typed(line: &str, field: &Field) -> Result<Self, FieldError> {
        if line.contains(char::is_whitespace) {
            return Err(field.error("A link has no spaces: write %20 for each, or remove them."));
        }
        let full = if begins_with_host(line) { &format!("https://{line}") } else { line };
        Self::parse(full).ok_or_else(|| field.error("Start the link with https:// and a host."))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text begins with a host name that has a dot, possibly with a port, rather than with a scheme.
fn begins_with_host(line: &str) -> bool {
    let authority = line.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    host.contains('.') && port.bytes().all(|byte| byte.is_ascii_digit()) && !line.contains("://")
}

/// The text as a link target, if it is safe to follow: http and https with a host, mailto, tel; no spaces and no
/// control characters (browsers drop those, which could hide a scheme).
pub fn link_target(value: &str) -> Option<&str> {
    let value = value.trim();
    if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (scheme, rest) = value.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let safe = match scheme.as_str() {
        "http" | "https" => {
            rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']))
        }
        "mailto" | "tel" => !rest.is_empty(),
        _ => false,
    };
    safe.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_four_schemes_become_links() {
        for link in [
            "https://example.com/a?b#c",
            "HTTP://example.com",
            " https://example.com ",
            "mailto:a@example.com",
            "tel:+4930123",
        ] {
            assert_eq!(link_target(link), Some(link.trim()), "{link}");
        }
        for text in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "https:example.com",
            "https://",
            "http:///x",
            "https://a b",
            "https://example.com\nmore",
            "https://exa\u{0}mple.com",
            "mailto:",
            "ftp://example.com",
            "WIFI:S:cafe;;",
            "example.com",
            "",
        ] {
            assert_eq!(link_target(text), None, "{text:?}");
        }
    }

    #[test]
    fn typed_addresses_become_links() {
        let typed = |line| Link::typed(line, &LINK).map(|link| link.to_string()).map_err(|e| e.sentence);
        for (line, link) in [
            ("https://example.com/é?x=1", "https://example.com/é?x=1"),
            ("example.com", "https://example.com"),
            ("example.com:8080/a", "https://example.com:8080/a"),
            ("HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM"),
        ] {
            assert_eq!(typed(line).as_deref(), Ok(link));
        }
        for line in
            ["javascript:alert(1)", "javascript:alert.x", "mailto:a@b.c", "ftp://a.b", "menu", "https://"]
        {
            assert!(typed(line).is_err_and(|sentence| sentence.starts_with("Start the link with")), "{line}");
        }
        assert!(typed("https://a.b/c d").is_err_and(|sentence| sentence.contains("%20")));
    }
}
