//! The implementations of the longer verbs. Not here: their public signatures (`gallery`).

pub(crate) mod describe;
pub(crate) mod labelling;
pub(crate) mod photo_change;
pub(crate) mod processing;
pub(crate) mod publish;
pub(crate) mod purge;
pub(crate) mod removal;
pub(crate) mod settings;
pub(crate) mod tables;
pub(crate) mod upload;
pub(crate) mod verified;
