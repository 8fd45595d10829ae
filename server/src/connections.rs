//! All connections, and who has to go when there are too many: whoever keeps us waiting longest. So a crowd that opens
//! connections and then does nothing with them takes no place from those who do something.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::connection::{Connection, Waits};

/// What is held in all for clients that take nothing, about: what was made for them and what the system keeps.
const STALLED_MAX_BYTES: u64 = 192 * 1024 * 1024;

/// A client that takes nothing for so long is let go.
const STALLED_MAX: Duration = Duration::from_secs(30);

/// The same while others wait for places.
const STALLED_MAX_IN_A_CROWD: Duration = Duration::from_secs(5);

/// For so long a client may pause in the middle of a request or an answer, however many others wait.
const PAUSE: Duration = Duration::from_secs(1);

/// For so long a request may be on its way over a connection that is new or was answered just now.
const ON_ITS_WAY: Duration = Duration::from_millis(50);

/// All connections.
pub(crate) struct Connections {
    began: Instant,
    places: Arc<Semaphore>,
    places_max: usize,
    open: Mutex<OpenConnections>,
    /// What is held for those that take nothing.
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

    /// The time that connections are told.
    pub(crate) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// A place if one is free.
    pub(crate) fn try_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// A place as soon as one is free.
    pub(crate) async fn place(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.places).acquire_owned().await.expect("nobody closes it")
    }

    /// Takes a connection in.
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

    /// Counts what is held for a connection whose client takes nothing. When it is too much in all, those go that take
    /// nothing longest.
    pub(crate) fn hold(&self, connection: &Connection) {
        let held_bytes = connection.held_bytes();
        connection.counted_bytes.store(held_bytes, Relaxed);
        if self.stalled_bytes.fetch_add(held_bytes, Relaxed) + held_bytes > STALLED_MAX_BYTES {
            let mut to_free_bytes = STALLED_MAX_BYTES / 8;
            for (stalled, ..) in self.waiting(|waits, _| waits == Waits::Answer) {
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

    /// Ends those that keep us waiting longest, a sixteenth of all, so that others find a place.
    pub(crate) fn make_room(&self) {
        let mut most = self.places_max.div_ceil(16);
        let is_over_time = |waits, waited| waited >= if waits == Waits::Request { ON_ITS_WAY } else { PAUSE };
        for (connection, waits, _) in self.waiting(is_over_time) {
            if most == 0 {
                break;
            }
            if waits != Waits::Request {
                connection.reset();
            } else if connection.is_silent(self.now(), ON_ITS_WAY, PAUSE) {
                // It may still have to take its last answer.
                connection.end();
            } else {
                continue;
            }
            most -= 1;
        }
    }

    /// Ends those whose clients take nothing for too long.
    pub(crate) fn end_stalled(&self, is_crowded: bool) {
        let is_crowded = is_crowded || self.places.available_permits() < self.places_max / 8;
        let most = if is_crowded { STALLED_MAX_IN_A_CROWD } else { STALLED_MAX };
        for (connection, ..) in self.waiting(|waits, waited| waits == Waits::Answer && waited >= most) {
            connection.reset();
        }
    }

    /// Ends those that have asked nothing for a while and are not about to; says whether any are left of those that had
    /// come when there were so many.
    pub(crate) fn end_idle(&self, idle_for: Duration, had_come: u64) -> bool {
        for (connection, ..) in self.waiting(|waits, waited| waits == Waits::Request && waited >= idle_for) {
            if connection.is_silent(self.now(), idle_for, PAUSE) {
                connection.end();
            }
        }
        self.open().by_id.keys().any(|id| *id < had_come)
    }

    /// How many have ever come.
    pub(crate) fn have_come(&self) -> u64 {
        self.open().next_id
    }

    /// Those that wait for their client in such a way and for so long, the longest first.
    fn waiting(&self, is_meant: impl Fn(Waits, Duration) -> bool) -> Vec<(Arc<Connection>, Waits, Duration)> {
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

    /// Connections that came one after the other, and their clients.
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

    /// Which of them were ended.
    async fn ended(come: &[(Arc<Connection>, TcpStream)]) -> Vec<bool> {
        let is_ended = |client: &TcpStream| !matches!(client.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        // The last one that was ended has been told, since the system of both ends is the same.
        tokio::task::yield_now().await;
        let mut ended = Vec::new();
        for (_, client) in come {
            let told = tokio::time::timeout(Duration::from_millis(50), client.readable()).await;
            ended.push(told.is_ok() && is_ended(client));
        }
        ended
    }

    #[tokio::test]
    async fn who_takes_nothing_longest_goes_when_too_much_is_held() {
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
    async fn who_waits_longest_makes_room() {
        let mut connections = Connections::new(32);
        Arc::get_mut(&mut connections).unwrap().began -= Duration::from_secs(60);
        let come = come(&connections, 4).await;
        // One takes nothing since just now, and one has an answer on the way.
        come[0].0.stall(connections.now(), MIB);
        come[1].0.begin_request();
        connections.make_room();
        assert_eq!(ended(&come).await, [false; 4], "their requests may be on the way");
        for (connection, _) in &come[2..] {
            connection.hear_at(Duration::ZERO);
        }
        connections.make_room();
        assert_eq!(ended(&come).await, [false, false, true, true], "a sixteenth of the places");
    }
}
