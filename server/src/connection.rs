//! A client's connection, watched: for what it waits, since when, and what is held for it. Not here: who has to go when
//! there are too many (`connections`), its task (`watched`) and its requests (`under_way`).

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;

/// A client whose machine acknowledges nothing for so long is gone.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(60);

/// What the system keeps of an answer until the client has acknowledged it. By default that grows to 4 MiB for each
/// client. The system counts twice as much, for its own bookkeeping: over 100 ms of distance that is 2.5 MB a second.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// What of that may wait for being sent: a client that reads nothing costs this much, however large the answer.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 32 * 1024;

/// About what a client that takes nothing costs in the system.
const SYSTEM_BYTES: u64 = 32 * 1024;

/// A connection.
pub(crate) struct Connection {
    pub(crate) id: u64,
    socket: TcpStream,
    /// Requests whose answer is not complete.
    requests: AtomicUsize,
    /// When the last answer was complete or the client last sent something.
    heard_at: Moment,
    /// Whether the client has sent something of a request that we have not begun.
    has_begun: AtomicBool,
    /// Since when the client takes nothing.
    blocked_at: Moment,
    /// Since when the rest of a request is waited for.
    body_due_at: Moment,
    /// Bytes of answers that were made, and that the system took.
    made_bytes: AtomicU64,
    sent_bytes: AtomicU64,
    /// What `Connections` counts for it while it takes nothing.
    pub(crate) counted_bytes: AtomicU64,
}

/// What a connection waits for its client with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Its next request, if there is one.
    Request,
    /// The rest of a request.
    Body,
    /// That it takes the answer.
    Answer,
}

impl Connection {
    pub(crate) fn new(id: u64, socket: TcpStream, now: Duration) -> Self {
        if let Err(error) = set_options(&socket) {
            tracing::debug!(%error, "socket options");
        }
        let heard_at = Moment::default();
        heard_at.set(now);
        Self {
            id,
            socket,
            requests: AtomicUsize::new(0),
            heard_at,
            has_begun: AtomicBool::new(false),
            blocked_at: Moment::default(),
            body_due_at: Moment::default(),
            made_bytes: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            counted_bytes: AtomicU64::new(0),
        }
    }

    /// For what it waits, and since when; none while it is our turn.
    pub(crate) fn waits(&self) -> Option<(Waits, Duration)> {
        if let Some(since) = self.blocked_at.get() {
            return Some((Waits::Answer, since));
        }
        if self.requests.load(SeqCst) == 0 {
            return self.heard_at.get().map(|since| (Waits::Request, since));
        }
        self.body_due_at.get().map(|since| (Waits::Body, since))
    }

    /// What is held for a client that takes nothing.
    pub(crate) fn held_bytes(&self) -> u64 {
        SYSTEM_BYTES + self.made_bytes.load(Relaxed).saturating_sub(self.sent_bytes.load(Relaxed))
    }

    /// Makes it one whose client was last heard then.
    #[cfg(test)]
    pub(crate) fn hear_at(&self, at: Duration) {
        self.heard_at.set(at);
    }

    /// Makes it one whose client takes nothing of an answer.
    #[cfg(test)]
    pub(crate) fn stall(&self, since: Duration, made_bytes: u64) {
        self.requests.store(1, Relaxed);
        self.blocked_at.set(since);
        self.made_bytes.store(made_bytes, Relaxed);
    }

    /// Whether it waits for a request since `idle_for`, of which nothing has come, or nothing more for longer than a pause.
    /// What lies with the system, because we are busy, has come.
    pub(crate) fn is_silent(&self, now: Duration, idle_for: Duration, pause: Duration) -> bool {
        if self.has_unread() {
            return false;
        }
        // Asked after that: what was there may have been read meanwhile, and the request begun.
        let Some((Waits::Request, since)) = self.waits() else { return false };
        let needed = if self.has_begun.load(SeqCst) { pause.max(idle_for) } else { idle_for };
        now.saturating_sub(since) >= needed
    }

    /// A request begins.
    pub(crate) fn begin_request(&self) {
        self.requests.fetch_add(1, SeqCst);
        self.has_begun.store(false, SeqCst);
    }

    /// Its answer is complete, or will never be.
    pub(crate) fn end_request(&self, now: Duration) {
        self.body_due_at.clear();
        self.heard_at.set(now);
        self.has_begun.store(false, SeqCst);
        self.requests.fetch_sub(1, SeqCst);
    }

    /// The rest of a request has to come, or does so no longer.
    pub(crate) fn wait_for_body(&self, now: Option<Duration>) {
        match now {
            None => self.body_due_at.clear(),
            Some(now) if self.body_due_at.get().is_none() => self.body_due_at.set(now),
            Some(_) => {}
        }
    }

    /// So many bytes of an answer were made.
    pub(crate) fn made(&self, bytes: u64) {
        self.made_bytes.fetch_add(bytes, Relaxed);
    }

    /// So many bytes were taken by the system, or it failed: the client is waited for no longer. Whether it was.
    pub(crate) fn wrote(&self, written: &io::Result<usize>) -> bool {
        if let Ok(bytes) = written {
            self.sent_bytes.fetch_add(*bytes as u64, Relaxed);
        }
        let was_blocked = self.blocked_at.get().is_some();
        self.blocked_at.clear();
        was_blocked
    }

    /// The client takes nothing now. Whether that is new.
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
            // Before the system lets go of it: nobody must find it in neither place.
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

    /// Tells the client that nothing more comes.
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

    /// Ends it; its task finds out by itself.
    pub(crate) fn end(&self) {
        // When the client has gone already, that is as good.
        let _ = SockRef::from(&self.socket).shutdown(Shutdown::Both);
    }

    /// The same, and what the client has not taken is forgotten at once: otherwise the system would keep it for minutes.
    pub(crate) fn reset(&self) {
        let _ = SockRef::from(&self.socket).set_linger(Some(Duration::ZERO));
        self.end();
    }
}

fn set_options(socket: &TcpStream) -> io::Result<()> {
    // A change should not wait for the acknowledgement of the one before.
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

/// A moment, or none: milliseconds since `Connections` began, and one.
#[derive(Default)]
struct Moment(AtomicU64);

impl Moment {
    fn set(&self, at: Duration) {
        self.0.store(u64::try_from(at.as_millis()).unwrap_or(u64::MAX - 1) + 1, Relaxed);
    }

    fn clear(&self) {
        // Read first: it is clear nearly always, and others look at it.
        if self.0.load(Relaxed) != 0 {
            self.0.store(0, Relaxed);
        }
    }

    fn get(&self) -> Option<Duration> {
        self.0.load(Relaxed).checked_sub(1).map(Duration::from_millis)
    }
}
