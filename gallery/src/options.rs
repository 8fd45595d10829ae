//! Options of a gallery. Not here: configuring them (the server).

use std::sync::Arc;
use std::time::Duration;

use crate::labeller::{Labeller, NoLabeller};
use crate::notices::NoticeOptions;
use crate::reconcile::left_out::LeftOut;

/// Options of a gallery.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time between two reconciliations of the whole bucket.
    pub reconcile_every: Duration,
    /// Foreign objects that are left out because of their names.
    pub left_out: LeftOut,
    /// Whether it compares the bucket with the catalog, follows hints, and purges. Of several programs on the same
    /// storage at least one should.
    pub reconciles: bool,
    /// Whether it works on photos and tables. Of several programs on the same storage at least one should.
    pub works: bool,
    /// What finds labels in photos.
    pub labeller: Arc<dyn Labeller>,
    /// How people are told that their photo is done.
    pub notices: NoticeOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            reconcile_every: Duration::from_secs(5 * 60),
            left_out: LeftOut::default(),
            reconciles: true,
            works: true,
            labeller: Arc::new(NoLabeller),
            notices: NoticeOptions::default(),
        }
    }
}
