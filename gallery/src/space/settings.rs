//! A cache of an open space's settings: pages show them without asking the catalog. Not here: asking the catalog
//! again and changing settings (`verbs::settings`), storing them (the catalog).

use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::catalog::Settings;

/// The interval between two reads of the catalog, while pages ask.
pub(crate) const ASK_EVERY: Duration = Duration::from_secs(60);

/// The settings of an open space.
pub(crate) struct SettingsCache(Mutex<State>);

struct State {
    settings: Settings,
    asked_at: Instant,
    /// Counts changes made here: an earlier response is outdated.
    settled: u64,
}

/// A pending read of the catalog, to be made by one caller.
pub(crate) struct Question {
    settled: u64,
}

impl SettingsCache {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Mutex::new(State { settings, asked_at: Instant::now(), settled: 0 }))
    }

    pub(crate) fn get(&self) -> Settings {
        self.state().settings.clone()
    }

    /// A read of the catalog, if it is due; for the caller that will make it.
    pub(crate) fn question(&self) -> Option<Question> {
        let mut state = self.state();
        if state.asked_at.elapsed() < ASK_EVERY {
            return None;
        }
        state.asked_at = Instant::now();
        Some(Question { settled: state.settled })
    }

    /// The catalog's response.
    pub(crate) fn answer(&self, question: &Question, settings: Settings) {
        let mut state = self.state();
        if state.settled == question.settled {
            state.settings = settings;
        }
    }

    /// A change made here.
    pub(crate) fn set(&self, settings: Settings) {
        let mut state = self.state();
        state.settings = settings;
        state.settled += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Settings {
        Settings { look: text.parse().unwrap(), ..Settings::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn settings_are_cached_and_never_go_back() {
        let at_hand = SettingsCache::new(look("quiet=1"));
        assert!(at_hand.question().is_none());
        tokio::time::advance(ASK_EVERY).await;
        let question = at_hand.question().unwrap();
        assert!(at_hand.question().is_none(), "somebody asks already");
        at_hand.answer(&question, look("quiet=2"));
        assert_eq!(at_hand.get(), look("quiet=2"));
        tokio::time::advance(ASK_EVERY).await;
        let question = at_hand.question().unwrap();
        at_hand.set(look("quiet=3"));
        at_hand.answer(&question, look("quiet=2"));
        assert_eq!(at_hand.get(), look("quiet=3"), "the question was asked before");
    }
}
