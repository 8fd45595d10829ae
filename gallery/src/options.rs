//! How a gallery works, as whoever opens it wants it. Not here: where that is configured (the server).

use std::time::Duration;

use crate::reconcile::left_out::LeftOut;

/// How a gallery works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time between two reconciliations of the whole bucket.
    pub reconcile_every: Duration,
    /// What others put into the bucket and is left out because of its name.
    pub left_out: LeftOut,
}

impl Default for Options {
    fn default() -> Self {
        Self { reconcile_every: Duration::from_secs(5 * 60), left_out: LeftOut::default() }
    }
}
