//! The facade: the verbs for devices, each of which keeps codes as files in a space of its own. Not here: the other
//! verbs (`gallery`).

use std::sync::Arc;

use domain::limits::SPACE_MAX_BYTES;
use domain::{ChangeKind, DEVICE_PREFIX, Entry, Kind, Name, RequestId, Space};
use sha2::{Digest as _, Sha256};

use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayRead, MayWrite};
use crate::space::window::{Cursor, Filter, Slice};
use crate::verbs::publish::{Draft, Published, write_named};
use crate::verbs::removal::remove;
use crate::verbs::settings;

/// Hexadecimal digits of the digest in the id of a space.
const DIGEST_DIGITS: usize = 32;

/// The space of a device: `device-` and its id, where that is the id of a space. Otherwise 32 hexadecimal digits of the
/// SHA-256 of its id stand there; an id that looks like those is hashed as well, so that no device is taken for another.
pub fn device_space(device: &str) -> Space {
    let looks_hashed = device.len() == DIGEST_DIGITS && device.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fits = device.len() <= SPACE_MAX_BYTES - DEVICE_PREFIX.len() && !device.is_empty();
    let plain = if fits && !looks_hashed { format!("{DEVICE_PREFIX}{device}").parse().ok() } else { None };
    plain.unwrap_or_else(|| {
        let digest = domain::Sha256(Sha256::digest(device).into()).to_string();
        format!("{DEVICE_PREFIX}{}", &digest[..DIGEST_DIGITS])
            .parse()
            .expect("39 letters, digits and hyphens")
    })
}

impl Gallery {
    /// Saves a code under its name as a file is written: what had the name before is removed in the same commit. The
    /// space gets the device's id as its title. `RequestReused` if its request id was used for another draft.
    pub async fn write_named(
        &self,
        grant: &Grant<impl MayWrite>,
        device: &str,
        draft: Draft,
    ) -> Result<Published, GalleryError> {
        let (shared, drawing) = (Arc::clone(self.shared()), Arc::clone(self.drawing()));
        let space = grant.space().clone();
        let device = device.to_owned();
        self.write(async move {
            settings::set_title(&shared, &space, &device).await?;
            write_named(shared, drawing, space, draft).await
        })
        .await
    }

    /// Removes the codes with a name; returns whether there were any. A repetition, which has the same request id, removes
    /// nothing that came since, and has the first result; where there was none, there is nothing to remember it by.
    /// `RequestReused` if its request id was used for something else.
    pub async fn remove_named(
        &self,
        grant: &Grant<impl MayWrite>,
        name: &Name,
        request: RequestId,
    ) -> Result<bool, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        if let Some(first) = shared.catalog.request(&space, &request).await? {
            let is_this = first.kind == ChangeKind::Removed && first.entry.content.name == *name;
            return if is_this { Ok(true) } else { Err(GalleryError::RequestReused) };
        }
        let named = self.named(grant, name).await?;
        for (number, entry) in (1..).zip(&named) {
            // With the last one: a repetition after a crash in between removes the rest.
            let request = (number == named.len()).then(|| request.clone());
            self.write(remove(Arc::clone(&shared), space.clone(), entry.id, None, request)).await?;
        }
        Ok(!named.is_empty())
    }

    /// The codes with a name in the space of a device, newest first; after a restoration there may be several.
    pub async fn named(
        &self,
        grant: &Grant<impl MayRead>,
        name: &Name,
    ) -> Result<Vec<Arc<Entry>>, GalleryError> {
        let Some(open) = self.shared().spaces.get(grant.space()).await? else { return Ok(Vec::new()) };
        // Another instance may have written it a moment ago.
        open.view().catch_up().await?;
        let index = open.view().index();
        Ok(index.live_with_name(name).filter(|entry| entry.content.kind() == Kind::Code).collect())
    }

    /// A slice of all codes in the space of a device, as current as the catalog.
    pub async fn named_all(
        &self,
        grant: &Grant<impl MayRead>,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Slice, GalleryError> {
        if let Some(open) = self.shared().spaces.get(grant.space()).await? {
            open.view().catch_up().await?;
        }
        let codes = Filter { kind: Some(Kind::Code), ..Filter::default() };
        self.browse(grant, &codes, after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_spaces_of_their_own() {
        let space = |device: &str| device_space(device).to_string();
        assert_eq!(space("7f3a-pixel"), "device-7f3a-pixel");
        assert_eq!(space(&"x".repeat(33)), format!("device-{}", "x".repeat(33)));
        let hashed = space("My phone");
        assert_eq!(hashed.len(), "device-".len() + DIGEST_DIGITS);
        let digits = hashed.strip_prefix("device-").unwrap();
        assert_ne!(space(digits), hashed, "an id that looks like a digest is hashed");
        let mut spaces: Vec<String> =
            ["", "a", "A", "a/b", "..", "ä", &"x".repeat(34), digits, "My phone"].map(space).to_vec();
        spaces.sort();
        spaces.dedup();
        assert_eq!(spaces.len(), 9);
    }
}
