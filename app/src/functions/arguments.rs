//! How arguments travel: space and entry in the path, the rest in a form or a query. Not here: those of each function
//! (`form`).

use domain::{EntryId, Parameters, Space};

use crate::addresses::filled;

/// What the path of a function names.
#[derive(Debug, Clone)]
pub struct Target {
    /// The space.
    pub space: Space,
    /// The entry, if the function is about one.
    pub id: Option<EntryId>,
}

impl Target {
    /// The path of a function with its segments filled in.
    pub(crate) fn fill(&self, pattern: &str) -> String {
        let path = filled(pattern, self.space.as_str());
        match self.id {
            Some(id) => filled(&path, &id.to_string()),
            None => path,
        }
    }

    /// The entry of a function about one.
    #[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "only the host receives"))]
    pub(super) fn entry(&self) -> EntryId {
        self.id.expect("its path has a segment for the entry")
    }
}

/// The arguments of a function: split by the browser, combined by the host.
pub(super) trait Arguments: Sized + Send + 'static {
    /// What goes into the path, and the rest.
    fn send(self) -> (Target, Parameters);

    /// The same read back.
    #[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "only the host receives"))]
    fn receive(target: Target, parameters: Parameters) -> Self;
}
