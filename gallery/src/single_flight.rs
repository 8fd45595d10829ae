//! A bounded cache of expensive values with LRU eviction and single flight: a caller that asks for a value that is being
//! loaded waits for it, and shares the result.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::OnceCell;

/// A bounded cache. Failures are not cached, and take no place.
pub(crate) struct SingleFlightCache<K: Hash + Eq, V, E>(Mutex<State<K, V, E>>);

struct State<K: Hash + Eq, V, E> {
    kept: LruCache<K, V>,
    /// Values being loaded, and how many callers wait for each.
    coming: HashMap<K, (u32, Arc<Coming<V, E>>)>,
}

type Coming<V, E> = OnceCell<Result<V, E>>;

impl<K: Hash + Eq + Clone, V: Clone, E: Clone> SingleFlightCache<K, V, E> {
    pub(crate) fn at_most(count: usize) -> Self {
        let kept = LruCache::new(NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN));
        Self(Mutex::new(State { kept, coming: HashMap::new() }))
    }

    /// The value, loaded if necessary. All who wait for the same load share its failure: if each retried in turn, the
    /// last would wait as long as all of them together. Later callers retry.
    pub(crate) async fn get_or_try(&self, key: K, get: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let waiting = {
            let mut state = self.state();
            if let Some(value) = state.kept.get(&key) {
                return Ok(value.clone());
            }
            let (waiting, coming) = state.coming.entry(key.clone()).or_default();
            *waiting += 1;
            Waiting { kept: self, coming: Arc::clone(coming), key }
        };
        waiting.coming.get_or_init(|| get).await.clone()
    }

    /// The value, if it is cached.
    pub(crate) fn at_hand(&self, key: &K) -> Option<V> {
        self.state().kept.get(key).cloned()
    }

    /// Caches a given value.
    pub(crate) fn put(&self, key: K, value: V) {
        self.state().kept.put(key, value);
    }

    fn state(&self) -> MutexGuard<'_, State<K, V, E>> {
        self.0.lock()
    }
}

/// A caller that waits for a value, until it is there or the caller goes away.
struct Waiting<'a, K: Hash + Eq + Clone, V: Clone, E: Clone> {
    kept: &'a SingleFlightCache<K, V, E>,
    key: K,
    coming: Arc<Coming<V, E>>,
}

impl<K: Hash + Eq + Clone, V: Clone, E: Clone> Drop for Waiting<'_, K, V, E> {
    fn drop(&mut self) {
        let mut state = self.kept.state();
        // If it is done, another load may have begun meanwhile.
        let ours = state.coming.get_mut(&self.key).filter(|(_, coming)| Arc::ptr_eq(coming, &self.coming));
        let Some((waiting, _)) = ours else { return };
        *waiting -= 1;
        // If others still wait, one of them continues.
        if *waiting > 0 && !self.coming.initialized() {
            return;
        }
        state.coming.remove(&self.key);
        if let Some(Ok(value)) = self.coming.get() {
            state.kept.put(self.key.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;
    use futures::{pin_mut, poll};

    use super::*;

    #[tokio::test]
    async fn each_key_is_loaded_once_and_the_oldest_evicted() {
        let kept = SingleFlightCache::at_most(2);
        let got = AtomicU32::new(0);
        let get = async |key: u32| {
            let value = kept.get_or_try(key, async {
                tokio::task::yield_now().await;
                got.fetch_add(1, Ordering::Relaxed);
                if key >= 9 { Err("no") } else { Ok(key * 10) }
            });
            value.await
        };
        assert_eq!(join_all((0..8).map(|_| get(1))).await, vec![Ok(10); 8]);
        assert_eq!(got.load(Ordering::Relaxed), 1);
        assert_eq!(
            (get(2).await, get(1).await, get(3).await, get(1).await),
            (Ok(20), Ok(10), Ok(30), Ok(10))
        );
        assert_eq!(got.load(Ordering::Relaxed), 3, "1 was used just now");
        get(2).await.unwrap();
        assert_eq!(got.load(Ordering::Relaxed), 4);
        assert_eq!(join_all((0..8).map(|_| get(9))).await, vec![Err("no"); 8]);
        assert_eq!(got.load(Ordering::Relaxed), 5, "all who waited share a failure");
        assert_eq!((get(9).await, got.load(Ordering::Relaxed)), (Err("no"), 6), "a failure is not kept");
        for key in 10..20 {
            get(key).await.unwrap_err();
        }
        let before = got.load(Ordering::Relaxed);
        assert_eq!((get(1).await, get(2).await), (Ok(10), Ok(20)));
        assert_eq!(got.load(Ordering::Relaxed), before, "what failed took no place");
        assert!(kept.state().coming.is_empty());
    }

    #[tokio::test]
    async fn cancelled_load_is_continued_by_the_next_caller() {
        let kept: SingleFlightCache<u32, u32, ()> = SingleFlightCache::at_most(2);
        {
            let second = kept.get_or_try(1, async { Ok(10) });
            pin_mut!(second);
            {
                let first = kept.get_or_try(1, std::future::pending());
                pin_mut!(first);
                assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
            }
            assert_eq!(second.await, Ok(10));
        }
        {
            let alone = kept.get_or_try(2, std::future::pending());
            pin_mut!(alone);
            assert!(poll!(&mut alone).is_pending());
        }
        assert!(kept.state().coming.is_empty());
        assert_eq!(kept.get_or_try(1, async { Err(()) }).await, Ok(10));
    }
}
