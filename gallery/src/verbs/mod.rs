//! What the facade's verbs do where that is more than a few lines. Not here: their signatures for callers (`gallery`).

pub(crate) mod describe;
pub(crate) mod publish;
pub(crate) mod purge;
pub(crate) mod removal;
pub(crate) mod settings;
pub(crate) mod verified;
