//! Who sends a request, and what they are granted: the only place where grants are made (`tools/tidy.sh` checks
//! that). A handler takes `InSpace`, `OfEntry` or `OfTable` with the kind of act that it performs, and gets the space from its
//! address only together with the grant. Until there are accounts, everyone is granted everything.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{EntryId, Space, TableId};
use gallery::{Administer, AllSpaces, Audience, Grant, MayRead, Read};

use crate::inputs::{entry_id, parsed, segment, table_id};
use crate::problem::Problem;

/// The sender of a request.
pub(crate) struct Asker(());

/// The space in the path, with a grant for it.
pub(crate) struct InSpace<A>(pub(crate) Grant<A>);

/// The entry in the path, with a grant for its space.
pub(crate) struct OfEntry<A> {
    pub(crate) grant: Grant<A>,
    pub(crate) id: EntryId,
}

/// The table in the path, with a grant for its space.
pub(crate) struct OfTable<A> {
    pub(crate) grant: Grant<A>,
    pub(crate) id: TableId,
}

impl Asker {
    /// A grant for a space, or why there is none.
    pub(crate) fn ask<A: MayRead>(&self, space: Space) -> Result<Grant<A>, Problem> {
        Ok(Grant::issue(space, Audience::Everyone))
    }

    /// A grant to read a space, for listing the spaces.
    pub(crate) fn may_read(&self, space: Space) -> Option<Grant<Read>> {
        self.ask(space).ok()
    }
}

/// A grant for the whole storage, for someone who runs a command on it and could open its files just as well.
pub(crate) fn of_operator() -> Grant<Administer, AllSpaces> {
    Grant::issue_for_all()
}

/// A grant to look what has happened in a space, for the program itself.
pub(crate) fn for_function(space: Space) -> Grant<Read> {
    Grant::issue(space, Audience::Everyone)
}

/// A grant for the space `main`, with an audience as accounts will give it.
#[cfg(test)]
pub(crate) fn for_tests<A: MayRead>(audience: Audience) -> Grant<A> {
    Grant::issue(Space::main(), audience)
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(()))
    }
}

impl<A: MayRead, S: Send + Sync> FromRequestParts<S> for InSpace<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let space = parsed(&segment(parts, "space").await?)?;
        Asker::from_request_parts(parts, state).await?.ask(space).map(Self)
    }
}

impl<A: MayRead, S: Send + Sync> FromRequestParts<S> for OfEntry<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InSpace(grant) = InSpace::from_request_parts(parts, state).await?;
        let id = entry_id(&segment(parts, "id").await?)?;
        Ok(Self { grant, id })
    }
}

impl<A: MayRead, S: Send + Sync> FromRequestParts<S> for OfTable<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InSpace(grant) = InSpace::from_request_parts(parts, state).await?;
        let id = table_id(&segment(parts, "table").await?)?;
        Ok(Self { grant, id })
    }
}
