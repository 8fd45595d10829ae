//! A client's connection and its state: what it waits for, since when, and what is held for it. Not here: which
//! connections to close when there are too many (`connections`), its task (`tracked_stream`) and its requests (`in_flight`).

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;

/// A client whose machine acknowledges nothing for this long is gone.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(60);

/// How much of a response the system buffers until the client has acknowledged it. The default grows to 4 MiB per
/// client. The system doubles the number for its own overhead: with a round trip of 100 ms that allows 2.5 MB per
/// second.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// How much of that may wait to be sent: a client that does not read costs this much, however large the response.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 32 * 1024;

/// The approximate cost, in the system, of a client that does not read.
const SYSTEM_BYTES: u64 = 32 * 1024;

/// A connection.
pub(crate) struct Connection {
    pub(crate) id: u64,
    socket: TcpStream,
    /// Requests with incomplete responses.
    requests: AtomicUsize,
    /// When the last response was completed or the client last sent something.
    heard_at: AtomicMoment,
    /// Whether the client has sent part of a request that we have not begun.
    has_begun: AtomicBool,
    /// Since when the client has not been reading.
    blocked_at: AtomicMoment,
    /// Since when we have been waiting for the rest of a request.
    body_due_at: AtomicMoment,
    /// Response bytes produced by us, and accepted by the system.
    made_bytes: AtomicU64,
    sent_bytes: AtomicU64,
    /// What `Connections` counts for it while the client does not read.
    pub(crate) counted_bytes: AtomicU64,
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitingFor {
    /// Its next request, if any.
    Request,
    /// The rest of a request.
    Body,
    /// The client to read the response.
    Answer,
}

impl Connection {
    pub(crate) fn new(id: u64, socket: TcpStream, now: Duration) -> Self {
        if let Err(error) = set_options(&socket) {
            tracing::debug!(%error, "socket options");
        }
        let heard_at = AtomicMoment::default();
        heard_at.set(now);
        Self {
            id,
            socket,
            requests: AtomicUsize::new(0),
            heard_at,
            has_begun: AtomicBool::new(false),
            blocked_at: AtomicMoment::default(),
            body_due_at: AtomicMoment::default(),
            made_bytes: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            counted_bytes: AtomicU64::new(0),
        }
    }

    /// What it waits for, and since when; `None` while it is our turn.
    pub(crate) fn waits(&self) -> Option<(WaitingFor, Duration)> {
        if let Some(since) = self.blocked_at.get() {
            return Some((WaitingFor::Answer, since));
        }
        if self.requests.load(SeqCst) == 0 {
            return self.heard_at.get().map(|since| (WaitingFor::Request, since));
        }
        self.body_due_at.get().map(|since| (WaitingFor::Body, since))
    }

    /// The bytes held for a client that does not read.
    pub(crate) fn held_bytes(&self) -> u64 {
        SYSTEM_BYTES + self.made_bytes.load(Relaxed).saturating_sub(self.sent_bytes.load(Relaxed))
    }

    /// Sets the time when the client was last heard, for tests.
    #[cfg(test)]
    pub(crate) fn received_at(&self, at: Duration) {
        self.heard_at.set(at);
    }

    /// Makes it a connection whose client does not read, for tests.
    #[cfg(test)]
    pub(crate) fn stall(&self, since: Duration, made_bytes: u64) {
        self.requests.store(1, Relaxed);
        self.blocked_at.set(since);
        self.made_bytes.store(made_bytes, Relaxed);
    }

    /// Whether it has been waiting for a request since `idle_for`, of which nothing has arrived, or nothing more for
    /// longer than a pause. Data that the system holds because we are busy has arrived.
    pub(crate) fn is_silent(&self, now: Duration, idle_for: Duration, pause: Duration) -> bool {
        if self.has_unread() {
            return false;
        }
        // Checked after that: the data may have been read meanwhile, and the request begun.
        let Some((WaitingFor::Request, since)) = self.waits() else { return false };
        let needed = if self.has_begun.load(SeqCst) { pause.max(idle_for) } else { idle_for };
        now.saturating_sub(since) >= needed
    }

    /// A request begins.
    pub(crate) fn begin_request(&self) {
        self.requests.fetch_add(1, SeqCst);
        self.has_begun.store(false, SeqCst);
    }

    /// Its response is complete, or never will be.
    pub(crate) fn end_request(&self, now: Duration) {
        self.body_due_at.clear();
        self.heard_at.set(now);
        self.has_begun.store(false, SeqCst);
        self.requests.fetch_sub(1, SeqCst);
    }

    /// We wait for the rest of a request, or no longer do.
    pub(crate) fn wait_for_body(&self, now: Option<Duration>) {
        match now {
            None => self.body_due_at.clear(),
            Some(now) if self.body_due_at.get().is_none() => self.body_due_at.set(now),
            Some(_) => {}
        }
    }

    /// This many bytes of a response were produced.
    pub(crate) fn made(&self, bytes: u64) {
        self.made_bytes.fetch_add(bytes, Relaxed);
    }

    /// The system accepted this many bytes, or failed: the client is no longer waited for. Returns whether it was.
    pub(crate) fn wrote(&self, written: &io::Result<usize>) -> bool {
        if let Ok(bytes) = written {
            self.sent_bytes.fetch_add(*bytes as u64, Relaxed);
        }
        let was_blocked = self.blocked_at.get().is_some();
        self.blocked_at.clear();
        was_blocked
    }

    /// The client does not read now. Returns whether that is new.
    pub(crate) fn block(&self, now: Duration) -> bool {
        let is_new = self.blocked_at.get().is_none();
        if is_new {
            self.blocked_at.set(now);
        }
        is_new
    }

    pub(crate) fn poll_read(
        &self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        now: impl Fn() -> Duration,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.socket.poll_read_ready(context))?;
            // Before the system releases it: it must never be counted in neither place.
            self.heard_at.set(now());
            let had_begun = self.has_begun.swap(true, SeqCst);
            match self.socket.try_read(buffer.initialize_unfilled()) {
                Ok(bytes) => {
                    buffer.advance(bytes);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.has_begun.store(had_begun, SeqCst);
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    pub(crate) fn poll_write(
        &self,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.socket.poll_write_ready(context))?;
            match self.socket.try_write_vectored(parts) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    /// Tells the client that nothing more follows.
    pub(crate) fn end_writing(&self) -> io::Result<()> {
        match SockRef::from(&self.socket).shutdown(Shutdown::Write) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Err(error),
            _ => Ok(()),
        }
    }

    fn has_unread(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        SockRef::from(&self.socket).peek(&mut byte).is_ok_and(|read_bytes| read_bytes > 0)
    }

    /// Closes it; its task notices by itself.
    pub(crate) fn end(&self) {
        // If the client has gone already, that is fine.
        let _ = SockRef::from(&self.socket).shutdown(Shutdown::Both);
    }

    /// The same, discarding unread data at once: otherwise the system would keep it for minutes.
    pub(crate) fn reset(&self) {
        let _ = SockRef::from(&self.socket).set_linger(Some(Duration::ZERO));
        self.end();
    }
}

fn set_options(socket: &TcpStream) -> io::Result<()> {
    // A change should not wait for the acknowledgement of the previous one.
    socket.set_nodelay(true)?;
    let socket = SockRef::from(socket);
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
        socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX))?;
    }
    Ok(())
}

/// An optional point in time: milliseconds since `Connections` began, plus one.
#[derive(Default)]
struct AtomicMoment(AtomicU64);

impl AtomicMoment {
    fn set(&self, at: Duration) {
        self.0.store(u64::try_from(at.as_millis()).unwrap_or(u64::MAX - 1) + 1, Relaxed);
    }

    fn clear(&self) {
        // Read first: it is nearly always clear, and others look at it.
        if self.0.load(Relaxed) != 0 {
            self.0.store(0, Relaxed);
        }
    }

    fn get(&self) -> Option<Duration> {
        self.0.load(Relaxed).checked_sub(1).map(Duration::from_millis)
    }
}
