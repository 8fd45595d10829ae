//! Where a server is: its origin and the base path under which a proxy offers it.

use core::fmt;
use core::str::FromStr;

use domain::Space;
use hyper::header::LOCATION;
use hyper::{Response, Uri};

use crate::failure::Failure;
use crate::shown::visible;

/// A server's address: `https://example.org/qrate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `https://example.org`
    origin: String,
    /// With a slash at both ends.
    base: String,
    pub(super) is_tls: bool,
}

/// A path below a space, with its query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    path: String,
    query: Vec<(&'static str, String)>,
}

impl Path {
    /// Of words and numbers only.
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), query: Vec::new() }
    }

    /// The path of an entry, or of something below it.
    pub(crate) fn of_entry(id: u64, below: &str) -> Self {
        Self::new(format!("entries/{id}{below}"))
    }

    pub(crate) fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The same with the parameter, if there is a value for it.
    pub(crate) fn with_some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, &value),
            None => self,
        }
    }
}

impl Address {
    pub(super) fn in_space(&self, space: &Space, Path { path, query }: &Path) -> Uri {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        let Self { origin, base, .. } = self;
        let uri = format!("{origin}{base}api/v1/spaces/{space}/{path}{mark}{query}");
        uri.parse().expect("a parsed address, ASCII words, numbers, and an encoded query")
    }

    pub(super) fn link(&self, path: &str) -> String {
        visible(&format!("{}{path}", self.origin))
    }

    /// The server redirects: nothing is sent elsewhere, least of all a token.
    pub(super) fn moved<B>(&self, answer: &Response<B>) -> Failure {
        let location =
            answer.headers().get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        let to = location.map_or_else(|| "elsewhere".to_owned(), |to| format!("to {}", visible(&to)));
        Failure::Said {
            exit: crate::failure::Exit::Other,
            status: Some(answer.status().as_u16()),
            sentence: format!(
                "{self} redirects {to}, and redirects are not followed: name the right address with --server \
                 (QRATE_SERVER)."
            ),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", visible(&self.origin), visible(&self.base))
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXAMPLE: &str = "write it like http://127.0.0.1:8080 or https://example.org/qrate";
        let uri: Uri = text.trim().parse().map_err(|_| format!("not an address: {EXAMPLE}"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(format!("http:// or https:// is missing: {EXAMPLE}"));
        };
        if !["http", "https"].contains(&scheme) {
            return Err(format!("only http and https are supported: {EXAMPLE}"));
        }
        if authority.as_str().contains('@') {
            return Err("an address with a name or password is not supported: put a token into a file \
                        (--token-file) or a variable (QRATE_TOKEN)"
                .to_owned());
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(format!("an address has neither ? nor #: {EXAMPLE}"));
        }
        let base = match uri.path().trim_matches('/') {
            "" => "/".to_owned(),
            path => format!("/{path}/"),
        };
        Ok(Self { origin: format!("{scheme}://{authority}"), base, is_tls: scheme == "https" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(server: &str, path: &Path) -> String {
        let address: Address = server.parse().unwrap();
        address.in_space(&"team-7".parse().unwrap(), path).to_string()
    }

    #[test]
    fn addresses_are_joined_with_and_without_a_base() {
        for (server, base) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("https://example.org/qrate", "https://example.org/qrate/"),
            ("https://example.org/a/b//", "https://example.org/a/b/"),
            (" HTTP://example.org ", "http://example.org/"),
        ] {
            let url = joined(server, &Path::of_entry(7, "/file").with("format", "png"));
            assert_eq!(url, format!("{base}api/v1/spaces/team-7/entries/7/file?format=png"), "{server}");
        }
        let path =
            Path::new("entries").with("label", "a&b").with("label", "日 本").with_some("kind", None::<&str>);
        assert_eq!(
            joined("http://a", &path),
            "http://a/api/v1/spaces/team-7/entries?label=a%26b&label=%E6%97%A5+%E6%9C%AC"
        );
        let address: Address = "https://example.org/qrate".parse().unwrap();
        assert_eq!(address.link("/qrate/s/main/7"), "https://example.org/qrate/s/main/7");
        assert_eq!(address.link("/\u{1b}[2J"), r"https://example.org/\u{1b}[2J");
    }

    #[test]
    fn other_addresses_are_refused_with_a_reason() {
        for (server, why) in [
            ("localhost:8080", "http:// or https:// is missing"),
            ("127.0.0.1", "http:// or https:// is missing"),
            ("/qrate", "http:// or https:// is missing"),
            ("ftp://example.org", "only http and https"),
            ("http://ada:secret@example.org", "--token-file"),
            ("http://example.org/?a=1", "neither ? nor #"),
            ("http://example.org/#a", "neither ? nor #"),
            ("http://", "not an address"),
            ("", "not an address"),
            ("http://exa mple.org", "not an address"),
        ] {
            let error = server.parse::<Address>().unwrap_err();
            assert!(error.contains(why), "{server}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_parameter_makes_an_address(value in any::<String>()) {
            let url = joined("http://a/b", &Path::new("entries").with("value", &value));
            let query = url.split_once('?').unwrap().1;
            let read: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
            prop_assert_eq!(&read[0].1, &value);
        }

        #[test]
        fn any_accepted_address_can_be_joined(server in "https?://[a-z0-9.:/?#%\\[\\]@~!$&'()*+,;=|^-]{0,30}") {
            if let Ok(address) = server.parse::<Address>() {
                address.in_space(&Space::main(), &Path::new("entries"));
            }
        }
    }
}
