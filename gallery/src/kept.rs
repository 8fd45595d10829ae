//! Things that are costly to come by, kept in memory: so many at most, the one longest unused goes first. Who asks for one
//! that somebody is just getting waits for it.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use tokio::sync::OnceCell;

/// At most so many values by their keys.
pub(crate) struct Kept<K: Hash + Eq, V>(Mutex<LruCache<K, Arc<OnceCell<V>>>>);

impl<K: Hash + Eq, V: Clone> Kept<K, V> {
    pub(crate) fn at_most(count: usize) -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN))))
    }

    /// The value, gone for if it is not here. What fails is not kept: the next one who asks tries again.
    pub(crate) async fn get_or_try<E>(
        &self,
        key: K,
        get: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        self.cell(key).get_or_try_init(|| get).await.cloned()
    }

    /// Keeps a value that is at hand.
    pub(crate) fn put(&self, key: K, value: V) {
        // Whoever is just getting it gets the same.
        let _ = self.cell(key).set(value);
    }

    fn cell(&self, key: K) -> Arc<OnceCell<V>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.get_or_insert(key, Arc::default))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn each_is_got_once_and_the_oldest_goes() {
        let kept = Kept::at_most(2);
        let got = AtomicU32::new(0);
        let get = async |key: u32| {
            let value = kept.get_or_try(key, async {
                tokio::task::yield_now().await;
                got.fetch_add(1, Ordering::Relaxed);
                if key == 9 { Err("no") } else { Ok(key * 10) }
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
        assert_eq!(join_all((0..2).map(|_| get(9))).await, vec![Err("no"); 2]);
        assert_eq!(got.load(Ordering::Relaxed), 6, "a failure is not kept");
    }
}
