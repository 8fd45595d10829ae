//! What people settled for a space, at hand: pages show it without asking the catalog, and have it asked anew now and
//! then, because other instances may have settled something else. Not here: where it lies (the catalog).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Look, Space};
use tokio::time::Instant;

use crate::catalog::Settings;
use crate::drawing;
use crate::error::GalleryError;
use crate::shared::Shared;

/// Time between two questions to the catalog, while pages ask.
pub(crate) const ASK_EVERY: Duration = Duration::from_secs(60);

/// What was settled for a space, as far as it is known here; when it is time, the catalog is asked anew in the background.
pub(crate) async fn settings(shared: &Shared, space: &Space) -> Result<Settings, GalleryError> {
    let Some(open) = shared.spaces.get(space).await? else {
        return Ok(shared.catalog.settings(space).await?);
    };
    let settings = open.settings().get();
    if let Some(question) = open.settings().question() {
        let catalog = Arc::clone(&shared.catalog);
        let space = space.clone();
        shared.start(async move {
            match catalog.settings(&space).await {
                Ok(settings) => open.settings().answer(&question, settings),
                Err(error) => tracing::debug!(%space, error = &error as &dyn std::error::Error,
                    "the settings could not be asked for; trying again later"),
            }
        });
    }
    Ok(settings)
}

/// Settles the look, whose logo must be there.
pub(crate) async fn set_default_look(shared: &Shared, space: &Space, look: Look) -> Result<(), GalleryError> {
    drawing::check_logo(shared, &look).await?;
    let settings = Settings { look };
    // One after the other: what is at hand here is to be what the catalog was told last.
    let _turn = shared.settling.lock().await;
    shared.catalog.set_settings(space, settings.clone()).await?;
    match shared.spaces.get(space).await {
        Ok(Some(open)) => open.settings().set(settings),
        Ok(None) => {}
        // It is settled; a space that cannot be opened shows nothing that could be out of date.
        Err(error) => {
            tracing::debug!(%space, error = &error as &dyn std::error::Error, "settled, and not open");
        }
    }
    Ok(())
}

/// The settings of an open space.
pub(crate) struct SettingsAtHand(Mutex<State>);

struct State {
    settings: Settings,
    asked_at: Instant,
    /// Counts what was settled here: an answer of before is out of date.
    settled: u64,
}

/// A question to the catalog that somebody has to ask.
pub(crate) struct Question {
    settled: u64,
}

impl SettingsAtHand {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Mutex::new(State { settings, asked_at: Instant::now(), settled: 0 }))
    }

    pub(crate) fn get(&self) -> Settings {
        self.state().settings.clone()
    }

    /// The question, when it is time for it; for one who asks it.
    pub(crate) fn question(&self) -> Option<Question> {
        let mut state = self.state();
        if state.asked_at.elapsed() < ASK_EVERY {
            return None;
        }
        state.asked_at = Instant::now();
        Some(Question { settled: state.settled })
    }

    /// What the catalog said.
    pub(crate) fn answer(&self, question: &Question, settings: Settings) {
        let mut state = self.state();
        if state.settled == question.settled {
            state.settings = settings;
        }
    }

    /// What was settled here.
    pub(crate) fn set(&self, settings: Settings) {
        let mut state = self.state();
        state.settings = settings;
        state.settled += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Settings {
        Settings { look: text.parse().unwrap() }
    }

    #[tokio::test(start_paused = true)]
    async fn asked_once_in_a_while_and_never_taken_back() {
        let at_hand = SettingsAtHand::new(look("quiet=1"));
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
