//! Keeps the catalog consistent with a bucket that others write to as well: hints are followed (`follow`), and now
//! and then all objects are compared with all entries (`pass`). Both inspect single objects (`inspect`); an object
//! without an entry is recognised by its bytes (`recognise`). `state` is their shared memory. Not here: saves
//! (`verbs`).

pub(crate) mod error;
pub(crate) mod follow;
mod hidden;
pub(crate) mod inspect;
pub(crate) mod left_out;
pub(crate) mod pass;
pub(crate) mod progress;
pub(crate) mod reading;
pub(crate) mod recognise;
pub(crate) mod state;
pub(crate) mod unnamed;
