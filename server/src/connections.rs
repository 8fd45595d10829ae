//! All connections, and which to close when there are too many: those that keep us waiting longest. So a crowd of
//! idle connections takes no places from active clients.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::connection::{Connection, WaitingFor};

/// The approximate total held for clients that do not read: our data and the system's buffers.
const STALLED_MAX_BYTES: u64 = 192 * 1024 * 1024;

/// A client that does not read for this long is disconnected.
const STALLED_MAX: Duration = Duration::from_secs(30);

/// The same while others wait for places.
const STALLED_MAX_IN_A_CROWD: Duration = Duration::from_secs(5);

/// How long a client may pause within a request or a response, however many others wait.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a request may be in transit over a new or just answered connection.
const ON_ITS_WAY: Duration = Duration::from_millis(50);

/// All connections.
pub(crate) struct Connections {
    began: Instant,
    places: Arc<Semaphore>,
    places_max: usize,
    open: Mutex<OpenConnections>,
    /// Held for clients that do not read.
    stalled_bytes: AtomicU64,
}

#[derive(Default)]
struct OpenConnections {
    next_id: u64,
    by_id: HashMap<u64, (Arc<Connection>, OwnedSemaphorePermit)>,
}

impl Connections {
    pub(crate) fn new(places_max: usize) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            places: Arc::new(Semaphore::new(places_max)),
            places_max,
            open: Mutex::default(),
            stalled_bytes: AtomicU64::new(0),
        })
    }

    /// The current time, as seen by connections.
    pub(crate) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// A place, if one is free.
    pub(crate) fn try_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// A place, as soon as one is free.
    pub(crate) async fn place(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.places).acquire_owned().await.expect("nobody closes it")
    }

    /// Registers a connection.
    pub(crate) fn enter(&self, socket: TcpStream, place: OwnedSemaphorePermit) -> Arc<Connection> {
        let mut open = self.open();
        let id = open.next_id;
        open.next_id += 1;
        let connection = Arc::new(Connection::new(id, socket, self.now()));
        open.by_id.insert(id, (Arc::clone(&connection), place));
        connection
    }

    /// Its task has ended.
    pub(crate) fn left(&self, connection: &Connection) {
        self.release(connection);
        let gone = self.open().by_id.remove(&connection.id);
        drop(gone);
    }

    /// Counts what is held for a connection whose client does not read. If the total is too high, the longest-waiting
    /// ones are closed.
    pub(crate) fn hold(&self, connection: &Connection) {
        let held_bytes = connection.held_bytes();
        connection.counted_bytes.store(held_bytes, Relaxed);
        if self.stalled_bytes.fetch_add(held_bytes, Relaxed) + held_bytes > STALLED_MAX_BYTES {
            let mut to_free_bytes = STALLED_MAX_BYTES / 8;
            for (stalled, ..) in self.waiting(|waits, _| waits == WaitingFor::Answer) {
                if to_free_bytes == 0 {
                    break;
                }
                to_free_bytes = to_free_bytes.saturating_sub(stalled.counted_bytes.load(Relaxed));
                stalled.reset();
            }
        }
    }

    /// No longer counts it.
    pub(crate) fn release(&self, connection: &Connection) {
        self.stalled_bytes.fetch_sub(connection.counted_bytes.swap(0, Relaxed), Relaxed);
    }

    /// Closes those that keep us waiting longest, a sixteenth of all, so that others find places.
    pub(crate) fn make_room(&self) {
        let mut most = self.places_max.div_ceil(16);
        let is_over_time =
            |waits, waited| waited >= if waits == WaitingFor::Request { ON_ITS_WAY } else { PAUSE };
        for (connection, waits, _) in self.waiting(is_over_time) {
            if most == 0 {
                break;
            }
            if waits != WaitingFor::Request {
                connection.reset();
            } else if connection.is_silent(self.now(), ON_ITS_WAY, PAUSE) {
                // It may still have to read its last response.
                connection.end();
            } else {
                continue;
            }
            most -= 1;
        }
    }

    /// Closes those whose clients do not read for too long.
    pub(crate) fn end_stalled(&self, is_crowded: bool) {
        let is_crowded = is_crowded || self.places.available_permits() < self.places_max / 8;
        let most = if is_crowded { STALLED_MAX_IN_A_CROWD } else { STALLED_MAX };
        for (connection, ..) in self.waiting(|waits, waited| waits == WaitingFor::Answer && waited >= most) {
            connection.reset();
        }
    }

    /// Closes those that have been idle for a while with no request arriving; returns whether any are left of the
    /// connections at that time.
    pub(crate) fn end_idle(&self, idle_for: Duration, had_come: u64) -> bool {
        for (connection, ..) in
            self.waiting(|waits, waited| waits == WaitingFor::Request && waited >= idle_for)
        {
            if connection.is_silent(self.now(), idle_for, PAUSE) {
                connection.end();
            }
        }
        self.open().by_id.keys().any(|id| *id < had_come)
    }

    /// How many have ever connected.
    pub(crate) fn have_come(&self) -> u64 {
        self.open().next_id
    }

    /// Those that have been waiting for their client in this way for this long, the longest first.
    fn waiting(
        &self,
        is_meant: impl Fn(WaitingFor, Duration) -> bool,
    ) -> Vec<(Arc<Connection>, WaitingFor, Duration)> {
        let now = self.now();
        let mut found: Vec<_> = {
            let open = self.open();
            let waiting = open.by_id.values().filter_map(|(connection, _)| {
                let (waits, since) = connection.waits()?;
                let waited = now.saturating_sub(since);
                is_meant(waits, waited).then(|| (Arc::clone(connection), waits, waited))
            });
            waiting.collect()
        };
        found.sort_by_key(|(connection, _, waited)| (std::cmp::Reverse(*waited), connection.id));
        found
    }

    fn open(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock()
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const MIB: u64 = 1024 * 1024;

    /// Successive connections, and their clients.
    async fn come(connections: &Connections, count: usize) -> Vec<(Arc<Connection>, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut come = Vec::new();
        for _ in 0..count {
            let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (socket, _) = listener.accept().await.unwrap();
            let place = connections.place().await;
            come.push((connections.enter(socket, place), client));
        }
        come
    }

    /// Which of them were closed.
    async fn ended(come: &[(Arc<Connection>, TcpStream)]) -> Vec<bool> {
        let is_ended = |client: &TcpStream| !matches!(client.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        // Both ends are on this system, so the last one has noticed.
        tokio::task::yield_now().await;
        let mut ended = Vec::new();
        for (_, client) in come {
            let readable = tokio::time::timeout(Duration::from_millis(50), client.readable()).await;
            ended.push(readable.is_ok() && is_ended(client));
        }
        ended
    }

    #[tokio::test]
    async fn longest_stalled_client_is_dropped_when_memory_runs_out() {
        let mut connections = Connections::new(16);
        Arc::get_mut(&mut connections).unwrap().began -= Duration::from_secs(60);
        let come = come(&connections, 4).await;
        for (n, (connection, _)) in come.iter().enumerate().take(3) {
            connection.stall(Duration::from_secs(3 - n as u64), 60 * MIB);
            connections.hold(connection);
        }
        assert_eq!(ended(&come).await, [false; 4], "that much may be held");
        come[3].0.stall(Duration::from_secs(9), 60 * MIB);
        connections.hold(&come[3].0);
        assert_eq!(ended(&come).await, [false, false, true, false], "the third one has waited longest");
        for (connection, _) in &come {
            connections.left(connection);
        }
        assert_eq!(connections.stalled_bytes.load(Relaxed), 0);
        assert_eq!(connections.places.available_permits(), 16);
    }

    #[tokio::test]
    async fn longest_idle_client_makes_room() {
        let mut connections = Connections::new(32);
        Arc::get_mut(&mut connections).unwrap().began -= Duration::from_secs(60);
        let come = come(&connections, 4).await;
        // One has just stopped reading, and one has a response in progress.
        come[0].0.stall(connections.now(), MIB);
        come[1].0.begin_request();
        connections.make_room();
        assert_eq!(ended(&come).await, [false; 4], "their requests may be on the way");
        for (connection, _) in &come[2..] {
            connection.received_at(Duration::ZERO);
        }
        connections.make_room();
        assert_eq!(ended(&come).await, [false, false, true, true], "a sixteenth of the places");
    }
}
