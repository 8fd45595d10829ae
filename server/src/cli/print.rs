//! Standard output. Whoever reads it may go before the end, as `head` does: that is no error, and nothing is said of it.

use std::io::{self, ErrorKind, StdoutLock, Write as _};

/// Prints what `write` writes.
pub(super) fn print(write: impl FnOnce(&mut StdoutLock<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
