//! The addresses that an upload uses: the page names those of the server, here they get their parameters.

use domain::{EntryId, Parameters};

/// Where uploads go, and what they refer to, as the page says.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    /// Takes an upload.
    pub(crate) upload: String,
    /// Tells whether a file is known.
    pub(crate) known: String,
    /// The pages of entries start with this.
    pub(crate) entries: String,
}

impl Addresses {
    /// Where a file goes. The phone number travels in a header, because addresses are logged.
    pub(crate) fn upload(&self, name: &str, recipe: &str, request: &str) -> String {
        let wish = Parameters::from([("name", name), ("recipe", recipe), ("request", request)]);
        format!("{}?{wish}", self.upload)
    }

    /// Whether the space has a file with this digest.
    pub(crate) fn known(&self, digest: &str) -> String {
        format!("{}?{}", self.known, Parameters::from([("sha256", digest)]))
    }

    /// The page of an entry.
    pub(crate) fn entry(&self, id: EntryId) -> String {
        format!("{}{id}", self.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded() {
        let addresses = Addresses {
            upload: "/s/main/photos".to_owned(),
            known: "/s/main/photos/known".to_owned(),
            entries: "/s/main/e/".to_owned(),
        };
        assert_eq!(
            addresses.upload("ä & b#1.jpg", "flip", "r1"),
            "/s/main/photos?name=%C3%A4+%26+b%231.jpg&recipe=flip&request=r1"
        );
        assert_eq!(addresses.known("0a"), "/s/main/photos/known?sha256=0a");
        assert_eq!(addresses.entry(12), "/s/main/e/12");
    }
}
