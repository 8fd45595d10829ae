//! An error with its causes, for one line of a log or a terminal. Not here: sentences for users, which name no causes.

use std::error::Error;

/// An error and its causes, separated by colons. Some are whole sentences: only the caller knows whether the line ends
/// with a period.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (**error).source());
    let causes = causes.map(|cause| cause.to_string().trim_end_matches('.').to_owned());
    causes.collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CatalogError;
    use crate::error::GalleryError;

    #[test]
    fn causes_are_joined_without_periods() {
        let disk = std::io::Error::other("no such device");
        let error = GalleryError::from(CatalogError::Other(disk.into()));
        assert_eq!(
            causes(&error),
            "The catalog is currently unavailable: the catalog failed: no such device"
        );
    }
}
