//! What is known of a photo, and what a worker's steps do to that. Pure: the states of its stages change here and
//! nowhere else. `labels`: what is found in it. `notice`: the step that tells a person. Not here: the stages' words
//! (`stage`), decoding pictures.

mod labels;
mod notice;

pub use self::notice::NoticeOutcome;

use crate::stage::{Stage, StageError, StageState, Step, Work};
use crate::{DifferenceHash, Label, LabelName, Media, Placeholder, Recipe, TakenAt, Timestamp};

/// Maximum length of a camera's name, in characters.
pub(crate) const CAMERA_MAX_CHARS: usize = 64;

/// A photo. What only its header or its pixels tell is `None` until a worker read them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Photo {
    /// The format of the original.
    pub media: Media,
    /// Its width in pixels, upright.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub width: Option<u32>,
    /// Its height in pixels, upright.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub height: Option<u32>,
    /// When it was taken, by the camera's clock.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub taken_at: Option<TakenAt>,
    /// The camera's name; see `Photo::camera_name`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub camera: Option<String>,
    /// What is shown until the thumbnail is loaded.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub placeholder: Option<Placeholder>,
    /// Tells similar pictures.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub hash: Option<DifferenceHash>,
    /// What its result is.
    pub recipe: Recipe,
    /// Its steps, each once, in order.
    pub stages: Vec<Stage>,
    /// What a labeller found in it, the surest first, without what a person removed. In JSON among the labels of the
    /// entry.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub labels: Vec<Label>,
    /// The model that looked at it last; `None` if none has.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub labelled_by: Option<String>,
    /// What a person removed: a labeller's labels with these names do not come back.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub removed_labels: Vec<LabelName>,
}

impl Photo {
    /// A photo of which nothing is known, all of whose steps wait.
    pub fn new(media: Media, recipe: Recipe, at: Timestamp) -> Self {
        Self {
            media,
            width: None,
            height: None,
            taken_at: None,
            camera: None,
            placeholder: None,
            hash: None,
            recipe,
            stages: steps(recipe).map(|step| Stage::waiting(step, at)).collect(),
            labels: Vec::new(),
            labelled_by: None,
            removed_labels: Vec::new(),
        }
    }

    /// A camera's name as it is kept: one line, bounded, and without the manufacturer twice; `None` if nothing is left.
    pub fn camera_name(make: &str, model: &str) -> Option<String> {
        let one_line = |text: &str| {
            let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (make, model) = (one_line(make), one_line(model));
        let has_make = model.to_lowercase().starts_with(&make.to_lowercase());
        let name = if has_make { model } else { format!("{make} {model}") };
        let name: String = name.trim().chars().take(CAMERA_MAX_CHARS).collect();
        (!name.is_empty()).then_some(name)
    }

    /// One of its steps, if it has that.
    pub fn stage(&self, step: Step) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.step == step)
    }

    /// Whether a job must be queued together with the commit that stored this: some step of the next work waits and no
    /// worker began it. A step that waits for another attempt has a job in the queue.
    pub fn needs_job(&self) -> bool {
        let next = self.next_work();
        let is_new = |stage: &Stage| stage.state == StageState::Waiting && stage.attempts == 0;
        self.stages.iter().any(|stage| is_new(stage) && stage.step.work() == next)
    }

    /// Whether some step is neither done nor failed.
    pub fn is_unfinished(&self) -> bool {
        self.stages.iter().any(Stage::is_unfinished)
    }

    /// Whether a worker is busy with it.
    pub fn is_being_worked_on(&self) -> bool {
        self.stages.iter().any(|stage| stage.state == StageState::Working)
    }

    /// The first step that failed.
    pub fn failed(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.state == StageState::Failed)
    }

    /// Whether something failed, and nothing more is done about the photo itself.
    pub fn has_failed(&self) -> bool {
        self.failed().is_some() && self.unmade().next().is_none()
    }

    /// The steps that are neither done nor failed.
    pub fn unfinished(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|stage| stage.is_unfinished())
    }

    /// What a worker does next with it; `None` if nothing is left to do but to tell a person.
    pub fn next_work(&self) -> Option<Work> {
        self.unfinished().filter_map(|stage| stage.step.work()).min()
    }

    /// Since when a worker is busy with it.
    pub fn working_since(&self) -> Option<Timestamp> {
        let working = self.stages.iter().filter(|stage| stage.state == StageState::Working);
        working.map(|stage| stage.at).max()
    }

    /// What is unfinished except the notice: what is done about the photo itself.
    pub fn unmade(&self) -> impl Iterator<Item = &Stage> {
        self.unfinished().filter(|stage| stage.step != Step::Notice)
    }

    /// Since when the photo is as it is.
    pub fn since(&self) -> Option<Timestamp> {
        self.stages.iter().map(|stage| stage.at).max()
    }

    /// What still happens to it, or why that failed; `None` if all is done.
    pub fn progress(&self) -> Option<String> {
        if let Some(failed) = self.failed().filter(|_| self.has_failed()) {
            return Some(failed.words(self.recipe));
        }
        if !self.is_being_worked_on() {
            return self.unfinished().next().map(|stage| stage.words(self.recipe));
        }
        let steps: Vec<_> = self.stages.iter().filter(|stage| stage.state == StageState::Working).collect();
        // The view is made together with the thumbnail: one word for both.
        let told = |stage: &&&Stage| stage.step != Step::View || steps.len() == 1;
        let activities = steps.iter().filter(told).map(|stage| stage.step.activity(self.recipe));
        let mut words = String::new();
        for activity in activities {
            if words.is_empty() {
                words.push_str(activity);
            } else {
                words.push_str(", ");
                words.push_str(&activity.to_lowercase());
            }
        }
        Some(words)
    }

    /// A worker begins its next work.
    pub fn begin(&mut self, at: Timestamp) {
        self.change_next(at, |stage| {
            stage.state = StageState::Working;
            stage.attempts = stage.attempts.saturating_add(1);
        });
    }

    /// A worker that had begun it is gone. Returns whether that happened for the second time: then it has failed.
    pub fn crashed(&mut self, at: Timestamp) -> bool {
        let again = self.unfinished().any(|stage| stage.reason == Some(StageError::Crashed));
        if again {
            self.fail(StageError::Crashed, at);
        } else {
            self.change_next(at, |stage| stage.reason = Some(StageError::Crashed));
        }
        again
    }

    /// A step is done.
    pub fn finish(&mut self, step: Step, media: Media, at: Timestamp) {
        for stage in self.stages.iter_mut().filter(|stage| stage.step == step) {
            *stage = Stage { state: StageState::Done, reason: None, at, media: Some(media), ..*stage };
        }
    }

    /// Its next work has failed; without pictures there are no labels, either.
    pub fn fail(&mut self, reason: StageError, at: Timestamp) {
        let fail = |stage: &mut Stage| {
            stage.state = StageState::Failed;
            stage.reason = Some(reason);
        };
        let were_pictures = self.next_work() == Some(Work::Pictures);
        self.change_next(at, fail);
        if were_pictures && self.next_work() == Some(Work::Labels) {
            self.change_next(at, fail);
        }
    }

    /// Its next work waits for another attempt.
    pub fn postpone(&mut self, reason: StageError, at: Timestamp) {
        self.change_next(at, |stage| {
            stage.state = StageState::Waiting;
            stage.reason = Some(reason);
        });
    }

    /// The worker stops before it did anything: as if it had not begun, except that no further job is needed.
    pub fn give_back(&mut self, at: Timestamp) {
        for stage in self.stages.iter_mut().filter(|stage| stage.state == StageState::Working) {
            (stage.state, stage.at) = (StageState::Waiting, at);
        }
    }

    /// Its result is made again, by this recipe; whatever failed before, too.
    pub fn reprocess(&mut self, recipe: Recipe, at: Timestamp) {
        self.recipe = recipe;
        let before = core::mem::take(&mut self.stages);
        let has_labels = before.iter().any(|stage| stage.step == Step::Labels);
        let kept = |step: Step| {
            let done = |stage: &&Stage| stage.step == step && stage.state == StageState::Done;
            before.iter().find(done).copied().filter(|_| step != Step::Result)
        };
        let notice = before.iter().find(|stage| stage.step == Step::Notice && stage.is_unfinished());
        self.stages = steps(recipe)
            .filter(|step| has_labels || *step != Step::Labels)
            .map(|step| kept(step).unwrap_or_else(|| Stage::waiting(step, at)))
            .chain(notice.map(|_| Stage::waiting(Step::Notice, at)))
            .collect();
    }

    /// What failed is tried again, if that may help. Returns whether there was something. A notice that failed stays so:
    /// its number is gone.
    pub fn retry(&mut self, at: Timestamp) -> bool {
        let has_failed = Stage::can_be_tried_again;
        if !self.stages.iter().any(has_failed) {
            return false;
        }
        // A notice that still waits is about what is made now.
        let is_open = |stage: &Stage| stage.step == Step::Notice && stage.is_unfinished();
        for stage in self.stages.iter_mut().filter(|stage| has_failed(stage) || is_open(stage)) {
            *stage = Stage::waiting(stage.step, at);
        }
        true
    }

    /// All pictures are made again: none that was made is there. Labels that were found are still known.
    pub fn restart(&mut self, at: Timestamp) {
        let labels = self.stage(Step::Labels).copied().filter(|stage| stage.state == StageState::Done);
        let kept = |step: Step| labels.filter(|_| step == Step::Labels);
        let notice = self.notice().copied();
        self.stages = steps(self.recipe)
            .map(|step| kept(step).unwrap_or_else(|| Stage::waiting(step, at)))
            .chain(notice)
            .collect();
    }

    /// A step is done again, since what it made is lost. A worker that is busy with other steps has to begin again.
    pub fn remake(&mut self, step: Step, at: Timestamp) {
        self.give_back(at);
        // The steps after it start over, each with a new job once this one is done.
        let follows = |stage: &Stage| stage.is_unfinished() && stage.step.work() > step.work();
        for stage in self.stages.iter_mut().filter(|stage| stage.step == step || follows(stage)) {
            *stage = Stage::waiting(stage.step, at);
        }
    }

    fn change_next(&mut self, at: Timestamp, change: impl Fn(&mut Stage)) {
        let Some(next) = self.next_work() else { return };
        let is_next = |stage: &&mut Stage| stage.is_unfinished() && stage.step.work() == Some(next);
        for stage in self.stages.iter_mut().filter(is_next) {
            stage.at = at;
            change(stage);
        }
    }
}

/// The steps of a photo with this recipe.
fn steps(recipe: Recipe) -> impl Iterator<Item = Step> {
    let has_result = recipe != Recipe::Nothing;
    [Step::Thumbnail, Step::View].into_iter().chain(has_result.then_some(Step::Result)).chain([Step::Labels])
}

#[cfg(test)]
mod tests;
