//! Where everything is: the addresses of one space, below the base path.

#[cfg(feature = "ssr")]
use domain::payload::PayloadKind;
use domain::{EntryId, Seq, Space};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::shown::Shown;

/// The addresses of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// Where the program lives; starts and ends with a slash.
    pub(crate) base: String,
    /// The space that the page shows.
    pub(crate) space: Space,
}

impl Addresses {
    /// The page of the space.
    pub(crate) fn space_page(&self) -> String {
        if self.space.is_main() { self.base.clone() } else { self.below("") }
    }

    /// A page of its listing, from 1.
    pub(crate) fn listing_page(&self, page: u32) -> String {
        if page <= 1 { self.space_page() } else { format!("{}?page={page}", self.space_page()) }
    }

    /// The page of the space, with the composer of a kind of content.
    #[cfg(feature = "ssr")]
    pub(crate) fn composer(&self, kind: PayloadKind) -> String {
        let page = self.space_page();
        if kind == PayloadKind::Text { page } else { format!("{page}?kind={kind}") }
    }

    /// Where the composer posts.
    pub(crate) fn save(&self) -> String {
        self.below("/save")
    }

    /// Where the composer posts to see its code drawn.
    #[cfg(feature = "ssr")]
    pub(crate) fn preview(&self) -> String {
        self.below("/preview")
    }

    /// Where it posts for a file of its code.
    #[cfg(feature = "ssr")]
    pub(crate) fn draw(&self) -> String {
        self.below("/draw")
    }

    /// Where it posts a logo.
    #[cfg(feature = "ssr")]
    pub(crate) fn upload_logo(&self) -> String {
        self.below("/logo")
    }

    /// Where it posts to make its look the space's default.
    #[cfg(feature = "ssr")]
    pub(crate) fn look(&self) -> String {
        self.below("/look")
    }

    /// Below this are the logos that were kept.
    #[cfg(feature = "ssr")]
    pub(crate) fn logos(&self) -> String {
        self.below("/logos/")
    }

    /// A logo that was kept.
    #[cfg(feature = "ssr")]
    pub(crate) fn kept_logo(&self, id: &str) -> String {
        format!("{}{id}.png", self.logos())
    }

    /// The page of the space, with a look in its composer.
    #[cfg(feature = "ssr")]
    pub(crate) fn look_link(&self, look: &domain::Look) -> String {
        let query = if look.is_plain() { "look=plain" } else { look.as_str() };
        format!("{}?{query}", self.space_page())
    }

    /// An embedded file.
    #[cfg(feature = "ssr")]
    pub(crate) fn asset(&self, file: &str) -> String {
        format!("{}{file}", self.base)
    }

    /// The code of an entry in another format: `pdf`, `txt`, `uri`.
    #[cfg(feature = "ssr")]
    pub(crate) fn drawn_as(&self, shown: &Shown, extension: &str) -> String {
        self.below(&format!("/files/{}.{extension}{}", shown.id, of_version(shown)))
    }

    /// The page of an entry.
    pub(crate) fn entry(&self, id: EntryId) -> String {
        self.below(&format!("/e/{id}"))
    }

    /// Where «Remove» posts.
    pub(crate) fn remove(&self, id: EntryId) -> String {
        self.below(&format!("/e/{id}/remove"))
    }

    /// Where «Undo» and «Restore» post.
    pub(crate) fn restore(&self, id: EntryId) -> String {
        self.below(&format!("/e/{id}/restore"))
    }

    /// The object of an entry.
    pub(crate) fn file(&self, shown: &Shown) -> String {
        self.below(&format!("/files/{}/{}{}", shown.id, percent_encoded(&shown.file_name), of_version(shown)))
    }

    /// The object of an entry, to be kept as a file.
    pub(crate) fn download(&self, shown: &Shown) -> String {
        let file = self.file(shown);
        let mark = if file.contains('?') { '&' } else { '?' };
        format!("{file}{mark}download")
    }

    /// The code as SVG, drawn from its value.
    pub(crate) fn drawn(&self, shown: &Shown) -> String {
        self.below(&format!("/files/{}.svg{}", shown.id, of_version(shown)))
    }

    /// What answers as long as the server is there.
    pub(crate) fn alive(&self) -> String {
        format!("{}healthz", self.base)
    }

    /// The changes after a seq, as they happen.
    pub(crate) fn events(&self, after: Seq) -> String {
        self.below(&format!("/events?after={after}"))
    }

    /// A page of the listing as JSON, not older than a seq.
    pub(crate) fn listing_json(&self, page: u32, per_page: u32, at: Seq) -> String {
        self.api(&format!("/entries?page={page}&per_page={per_page}&at={at}"))
    }

    /// The newest live entry with exactly this value, as a listing of one or none.
    pub(crate) fn known_json(&self, value: &str) -> String {
        self.api(&format!("/entries?per_page=1&value={}", percent_encoded(value)))
    }

    fn below(&self, rest: &str) -> String {
        format!("{}s/{}{rest}", self.base, self.space)
    }

    fn api(&self, rest: &str) -> String {
        format!("{}api/v1/spaces/{}{rest}", self.base, self.space)
    }
}

/// What is added to the address of a file so that other content has another address: then it may be cached for ever.
fn of_version(shown: &Shown) -> String {
    shown.content_version.as_ref().map(|version| format!("?v={version}")).unwrap_or_default()
}

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one segment of a path, one value of a query or one field of a form.
pub(crate) fn percent_encoded(text: &str) -> String {
    // A segment of dots alone would be taken for a step in the path.
    if matches!(text, "." | "..") {
        return text.replace('.', "%2E");
    }
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::Standing;

    #[test]
    fn all_below_the_base() {
        let main = Addresses { base: "/qrate/".to_owned(), space: Space::main() };
        assert_eq!(main.space_page(), "/qrate/");
        assert_eq!(main.listing_page(1), "/qrate/");
        assert_eq!(main.listing_page(3), "/qrate/?page=3");
        assert_eq!(main.save(), "/qrate/s/main/save");
        let team = Addresses { base: "/".to_owned(), space: "team-7".parse().unwrap() };
        assert_eq!(team.space_page(), "/s/team-7");
        assert_eq!(team.listing_page(2), "/s/team-7?page=2");
        assert_eq!(team.known_json("ä&1"), "/api/v1/spaces/team-7/entries?per_page=1&value=%C3%A4%261");
    }

    #[test]
    fn other_content_has_another_address() {
        let main = Addresses { base: "/qrate/".to_owned(), space: Space::main() };
        let shown = |content_version: Option<&str>| Shown {
            id: 7,
            standing: Standing::Live,
            is_code: true,
            name: String::new(),
            value: None,
            words: None,
            level: None,
            version: None,
            content_version: content_version.map(str::to_owned),
            key: String::new(),
            file_name: "a b/%.png".to_owned(),
            is_picture: true,
            size_bytes: 1,
            created_at: String::new(),
        };
        let (known, unknown) = (shown(Some("0123abcd")), shown(None));
        assert_eq!(main.file(&known), "/qrate/s/main/files/7/a%20b%2F%25.png?v=0123abcd");
        assert_eq!(main.download(&known), "/qrate/s/main/files/7/a%20b%2F%25.png?v=0123abcd&download");
        assert_eq!(main.drawn(&known), "/qrate/s/main/files/7.svg?v=0123abcd");
        assert_eq!(main.file(&unknown), "/qrate/s/main/files/7/a%20b%2F%25.png");
        assert_eq!(main.download(&unknown), "/qrate/s/main/files/7/a%20b%2F%25.png?download");
        assert_eq!(main.drawn(&unknown), "/qrate/s/main/files/7.svg");
    }

    #[test]
    fn dots_are_no_steps() {
        assert_eq!(percent_encoded(".."), "%2E%2E");
        assert_eq!(percent_encoded("a..b"), "a..b");
    }

    #[test]
    fn all_but_unreserved_characters_are_encoded() {
        assert_eq!(percent_encoded("aZ09-._~"), "aZ09-._~");
        assert_eq!(percent_encoded("a b+c&d=e/f?g#h%\n"), "a%20b%2Bc%26d%3De%2Ff%3Fg%23h%25%0A");
        assert_eq!(percent_encoded("日"), "%E6%97%A5");
    }
}
