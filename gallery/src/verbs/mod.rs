//! The implementations of the longer verbs. Not here: their public signatures (`gallery`).

pub(crate) mod describe;
pub(crate) mod publish;
pub(crate) mod purge;
pub(crate) mod removal;
pub(crate) mod settings;
pub(crate) mod verified;
