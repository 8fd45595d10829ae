//! The step that tells a person how the work on their photo has ended: the last one, with a job of its own. Only a
//! photo for which somebody left a number has it. Not here: telling people (the gallery).

use super::Photo;
use crate::Timestamp;
use crate::stage::{Stage, StageError, StageState, Step};

/// What became of an attempt to tell a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeOutcome {
    /// They have been told.
    Told,
    /// They are not told, and it is not tried again.
    NotTold,
    /// It is tried again later.
    Postponed,
    /// No number is left.
    Nobody,
}

impl Photo {
    /// A person is to be told when everything else has ended.
    pub fn await_notice(&mut self, at: Timestamp) {
        if self.notice().is_none() {
            self.stages.push(Stage::waiting(Step::Notice, at));
        }
    }

    /// The step that tells a person, if there is one.
    pub fn notice(&self) -> Option<&Stage> {
        self.stage(Step::Notice)
    }

    /// The same if it is to be done now: everything else is done, or has failed.
    pub fn due_notice(&self) -> Option<&Stage> {
        self.notice().filter(|notice| notice.is_unfinished() && self.unmade().next().is_none())
    }

    /// An attempt to tell the person has ended.
    pub fn end_notice(&mut self, outcome: NoticeOutcome, at: Timestamp) {
        let Some(notice) = self.stages.iter_mut().find(|stage| stage.step == Step::Notice) else { return };
        let attempts = notice.attempts.saturating_add(1);
        let (state, reason) = match outcome {
            NoticeOutcome::Told => (StageState::Done, None),
            NoticeOutcome::NotTold => (StageState::Failed, Some(StageError::NotTold)),
            NoticeOutcome::Postponed => (StageState::Waiting, Some(StageError::Unavailable)),
            NoticeOutcome::Nobody => return self.drop_notice(),
        };
        *notice = Stage { state, attempts, reason, at, ..*notice };
    }

    /// A notice that failed is put aside: nothing can be done about it, since its number is gone. Returns whether there
    /// was one.
    pub fn put_failed_notice_aside(&mut self) -> bool {
        let has_failed = self.notice().is_some_and(|notice| notice.state == StageState::Failed);
        if has_failed {
            self.drop_notice();
        }
        has_failed
    }

    fn drop_notice(&mut self) {
        self.stages.retain(|stage| stage.step != Step::Notice);
    }
}
