//! Leave to act: what a caller of the gallery has to show. The verbs take a `Grant` instead of a space, so a caller that
//! has not asked who may do it has nothing to call them with, and does not compile. Not here: who is granted what, which
//! is decided where a request comes in.
//!
//! A grant names its space and, by its type, a kind of act; one for a greater act serves for a lesser one:
//!
//! ```
//! # use gallery::{Draft, Gallery, GalleryError, Grant, OnReuse, Write};
//! async fn save(gallery: &Gallery, grant: &Grant<Write>, draft: Draft) -> Result<(), GalleryError> {
//!     let published = gallery.publish(grant, draft, OnReuse::NewId).await?;
//!     gallery.entry(grant, published.change.entry.id).await.map(drop)
//! }
//! ```
//!
//! Who may read does not write by it:
//!
//! ```compile_fail,E0277
//! # use gallery::{Draft, Gallery, GalleryError, Grant, OnReuse, Read};
//! async fn save(gallery: &Gallery, grant: &Grant<Read>, draft: Draft) -> Result<(), GalleryError> {
//!     gallery.publish(grant, draft, OnReuse::NewId).await.map(drop)
//! }
//! ```
//!
//! and a route that knows the space from its address, and did not ask, gets nothing:
//!
//! ```compile_fail,E0308
//! # use domain::{EntryId, Space};
//! # use gallery::{Gallery, GalleryError};
//! async fn show(gallery: &Gallery, space: &Space, id: EntryId) -> Result<(), GalleryError> {
//!     gallery.entry(space, id).await.map(drop)
//! }
//! ```
//!
//! nor can it make a grant by itself:
//!
//! ```compile_fail,E0451
//! # use domain::Space;
//! # use std::marker::PhantomData;
//! # use gallery::{AllSpaces, Audience, Grant, Read};
//! fn everywhere() -> Grant<Read, AllSpaces> {
//!     Grant { scope: AllSpaces, audience: Audience::Some, act: PhantomData }
//! }
//! ```

use std::fmt;
use std::marker::PhantomData;

use domain::Space;

/// Leave to do one kind of act in one space, or with the storage of all of them.
pub struct Grant<A, S = Space> {
    scope: S,
    audience: Audience,
    act: PhantomData<fn() -> A>,
}

/// Seeing what is there.
#[derive(Debug)]
pub enum Read {}

/// Changing entries, and reading.
#[derive(Debug)]
pub enum Write {}

/// Changing what holds for a space, and writing.
#[derive(Debug)]
pub enum Administer {}

/// The scope of a grant for the storage as a whole: checking, exporting, importing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllSpaces;

/// Who else has the same leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everyone: what is read may be kept where others find it.
    Everyone,
    /// Only some: what is read is for the one who asked.
    Some,
}

/// The acts that include reading.
pub trait MayRead: act::Act {}
/// The acts that include writing.
pub trait MayWrite: MayRead {}
/// The acts that include administering.
pub trait MayAdminister: MayWrite {}

impl MayRead for Read {}
impl MayRead for Write {}
impl MayWrite for Write {}
impl MayRead for Administer {}
impl MayWrite for Administer {}
impl MayAdminister for Administer {}

/// Nobody adds an act.
mod act {
    pub trait Act: 'static {}
    impl Act for super::Read {}
    impl Act for super::Write {}
    impl Act for super::Administer {}
}

impl<A: MayRead> Grant<A> {
    /// Grants an act in a space. Only for the extractor that has looked at who is asking: `tools/tidy.sh` keeps its callers
    /// to one file of the program.
    pub fn issue(space: Space, audience: Audience) -> Self {
        Self { scope: space, audience, act: PhantomData }
    }

    /// Where.
    pub fn space(&self) -> &Space {
        &self.scope
    }

    /// Who else may do it.
    pub fn audience(&self) -> Audience {
        self.audience
    }
}

impl<A: MayRead> Grant<A, AllSpaces> {
    /// Grants an act on the storage as a whole, for someone who can open its files. For the same file as `issue`.
    pub fn issue_for_all() -> Self {
        Self { scope: AllSpaces, audience: Audience::Some, act: PhantomData }
    }
}

impl<A, S: Clone> Clone for Grant<A, S> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), audience: self.audience, act: PhantomData }
    }
}

impl<A, S: fmt::Debug> fmt::Debug for Grant<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("act", &std::any::type_name::<A>())
            .field("scope", &self.scope)
            .field("audience", &self.audience)
            .finish()
    }
}
