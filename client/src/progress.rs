//! How far long work is, on standard error, if that is a terminal; elsewhere nothing is written.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;
use crate::shown::visible;

/// A line that is redrawn, and removed when the last clone goes.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Bar>);

#[derive(Debug)]
struct Bar(ProgressBar);

impl Progress {
    /// Of bytes; without a total only their number is shown.
    pub(crate) fn of_bytes(name: &str, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}",
            None => "{spinner} {msg} {decimal_bytes} {decimal_bytes_per_sec}",
        };
        Self::new(total, template, visible(name))
    }

    /// Of things that are counted.
    pub(crate) fn of_count(what: &'static str) -> Self {
        Self::new(None, "{spinner} {pos} {msg}", what)
    }

    fn new(total: Option<u64>, template: &str, message: impl Into<Cow<'static, str>>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(message);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(Arc::new(Bar(bar)))
    }

    pub(crate) fn add(&self, more: usize) {
        self.0.0.inc(more as u64);
    }

    /// From the beginning, because a request is sent again.
    pub(crate) fn restart(&self) {
        self.0.0.reset();
    }

    /// Writes something else meanwhile.
    pub(crate) fn aside(&self, write: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        self.0.0.suspend(write)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
