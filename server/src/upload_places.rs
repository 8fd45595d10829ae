//! Places for uploads being received: a place is an open file, room on the disk, and a client that may be slow. When
//! all are taken, the slowest sender makes room, so that slow senders never keep fast ones out. Pure, but for the
//! clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Below this rate a sender is slow: 50 MiB would take it an hour.
const SLOW_BYTES_PER_SECOND: u64 = 16 * 1024;

/// Nobody is judged slow earlier.
const JUDGED_AFTER: Duration = Duration::from_secs(5);

/// How long an upload waits for a place before its client gets an error.
const WAIT_MOST: Duration = Duration::from_secs(20);

/// The interval between two looks for a slow sender while somebody waits.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// All places.
pub(crate) struct UploadPlaces {
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    free: usize,
    begun: u64,
    receiving: BTreeMap<u64, Receiving>,
}

/// An upload whose bytes are still arriving.
struct Receiving {
    since: Instant,
    bytes: u64,
    cut_off: CancellationToken,
}

/// A place, held until it is dropped.
pub(crate) struct UploadPlace {
    places: Arc<UploadPlaces>,
    number: u64,
    /// Cancelled when the sender must make room.
    pub(crate) cut_off: CancellationToken,
}

impl UploadPlaces {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        let state = State { free: most, begun: 0, receiving: BTreeMap::new() };
        Arc::new(Self { state: Mutex::new(state), freed: Notify::new() })
    }

    /// A place, within a while; `None` if all are taken by senders that are not slow.
    pub(crate) async fn place(self: &Arc<Self>) -> Option<UploadPlace> {
        let deadline = Instant::now() + WAIT_MOST;
        loop {
            let freed = self.freed.notified();
            if let Some(place) = self.try_place() {
                return Some(place);
            }
            self.state.lock().cut_off_slowest(Instant::now());
            if Instant::now() >= deadline {
                return None;
            }
            let _ = tokio::time::timeout(LOOK_EVERY, freed).await;
        }
    }

    fn try_place(self: &Arc<Self>) -> Option<UploadPlace> {
        let mut state = self.state.lock();
        state.free = state.free.checked_sub(1)?;
        let (number, cut_off) = (state.begun, CancellationToken::new());
        state.begun += 1;
        let receiving = Receiving { since: Instant::now(), bytes: 0, cut_off: cut_off.clone() };
        state.receiving.insert(number, receiving);
        Some(UploadPlace { places: Arc::clone(self), number, cut_off })
    }
}

impl State {
    /// Cuts off the slowest sender, if one is slow.
    fn cut_off_slowest(&mut self, now: Instant) {
        let rate = |upload: &Receiving| {
            let waited = now.saturating_duration_since(upload.since);
            (waited >= JUDGED_AFTER).then(|| upload.bytes / waited.as_secs().max(1))
        };
        let slow = self.receiving.iter().filter_map(|(number, upload)| Some((rate(upload)?, *number)));
        let slowest = slow.filter(|(rate, _)| *rate < SLOW_BYTES_PER_SECOND).min();
        if let Some(upload) = slowest.and_then(|(_, number)| self.receiving.remove(&number)) {
            upload.cut_off.cancel();
        }
    }
}

impl UploadPlace {
    /// This many more bytes have arrived.
    pub(crate) fn grow(&self, bytes: usize) {
        if let Some(upload) = self.places.state.lock().receiving.get_mut(&self.number) {
            upload.bytes += bytes as u64;
        }
    }

    /// All bytes have arrived: the sender is not waited for any more.
    pub(crate) fn received(&self) {
        self.places.state.lock().receiving.remove(&self.number);
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut state = self.places.state.lock();
        state.receiving.remove(&self.number);
        state.free += 1;
        drop(state);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn slowest_sender_makes_room() {
        let places = UploadPlaces::new(2);
        let (slow, slower) = (places.place().await.unwrap(), places.place().await.unwrap());
        slow.grow(20_000);
        slower.grow(10_000);
        // Their tasks let go of a place once they are cut off.
        let cut_off = slower.cut_off.clone();
        let letting_go = tokio::spawn(async move {
            cut_off.cancelled().await;
            drop(slower);
        });
        let begun = Instant::now();
        let place = places.place().await;
        assert!(place.is_some() && begun.elapsed() >= JUDGED_AFTER && !slow.cut_off.is_cancelled());
        letting_go.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn fast_senders_keep_their_places() {
        let places = UploadPlaces::new(2);
        let (fast, done) = (places.place().await.unwrap(), places.place().await.unwrap());
        fast.grow(50 * 1024 * 1024);
        // Complete, and being saved.
        done.received();
        assert!(places.place().await.is_none());
        assert!(!fast.cut_off.is_cancelled() && !done.cut_off.is_cancelled());
        drop(fast);
        assert!(places.place().await.is_some());
    }
}
