//! Runs work on a thread of its own, behind everything that somebody waits for. Not here: what the work is.

use std::io;

use tokio::sync::oneshot;

/// How far such threads step back.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Starts a thread; the receiver fails if the work panics. The work goes on even if the receiver is dropped.
pub(crate) fn in_background<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (done, outcome) = oneshot::channel();
    let run = move || {
        // For this thread alone; elsewhere it would hold for the whole program. Without it the work is done, too.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(NICENESS);
        // Nobody may be waiting any more.
        let _ = done.send(work());
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run)?;
    Ok(outcome)
}
