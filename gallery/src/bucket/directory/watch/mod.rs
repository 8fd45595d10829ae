//! Watches the directory through `notify`: the stream of hints, and the thread behind it. Not here: what an event
//! means (`listener`).
//!
//! It has its own thread, because adding a watch waits for `notify`'s thread, which therefore cannot do it itself.

mod handler;
mod listener;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc::channel;
use tokio_stream::wrappers::ReceiverStream;

use self::handler::{Handler, Raw};
use self::listener::Listener;
use crate::bucket::Hint;

/// Events that may wait; beyond that the tree is read again.
const EVENTS_MAX: usize = 8192;
/// Hints that may wait for the reader.
const HINTS_MAX: usize = 1024;

/// Hints from now on. Ends at once if the system cannot watch.
pub(super) fn watch(root: PathBuf) -> BoxStream<'static, Hint> {
    match start(root) {
        Ok((hints, _)) => hints,
        Err(error) => {
            tracing::warn!(%error, "the bucket's directory cannot be watched: changes by other programs show up later");
            stream::empty().boxed()
        }
    }
}

/// The hints, and the thread behind them.
fn start(root: PathBuf) -> notify::Result<(BoxStream<'static, Hint>, JoinHandle<()>)> {
    let (raw, events) = sync_channel(EVENTS_MAX);
    let handler = Handler { raw, missed: Arc::default() };
    let stop = StopWhenDropped(handler.clone());
    let (hints, reader) = channel(HINTS_MAX);
    let listener = Listener::start(root, handler, hints)?;
    let thread = std::thread::Builder::new().name("bucket-watch".into());
    let thread = thread.spawn(move || listener.run(&events)).map_err(notify::Error::io)?;
    Ok((ReceiverStream::new(reader).inspect(move |_| _ = &stop).boxed(), thread))
}

/// Lives in the stream. When the channel is too full for the word to stop, the listener is awake, and finds out when it
/// tells of what was missed.
struct StopWhenDropped(Handler);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.handle(Raw::Stop);
    }
}
