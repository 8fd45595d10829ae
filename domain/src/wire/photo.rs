//! Photos as clients see them: with what happens to them in words.

use crate::{
    DifferenceHash, Media, Photo, Placeholder, Recipe, Stage, StageError, StageState, Step, TakenAt,
    Timestamp,
};

wire! {
    /// What is known of a photo, and what happens to it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PhotoRow {
        /// The format of the original.
        pub media: Media,
        /// Its width in pixels, upright; `None` until it was read.
        pub width: Option<u32>,
        /// Its height in pixels, upright.
        pub height: Option<u32>,
        /// When it was taken, by the camera's clock.
        pub taken_at: Option<TakenAt>,
        /// The camera.
        pub camera: Option<String>,
        /// What is shown until the thumbnail is loaded.
        pub placeholder: Option<Placeholder>,
        /// Tells similar pictures.
        pub hash: Option<DifferenceHash>,
        /// What its result is.
        pub recipe: Recipe,
        /// Its steps, in order.
        pub stages: Vec<StageRow>,
        /// The model that looked for labels last; `None` if none has.
        pub labelled_by: Option<String>,
        /// What still happens to it, or why that failed; `None` if all is done.
        pub progress: Option<String>,
    }
}

wire! {
    /// A step of a photo.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StageRow {
        /// What is made.
        pub step: Step,
        /// How far it is.
        pub state: StageState,
        /// How often a worker began it.
        pub attempts: u32,
        /// Why it failed, or, until it is done, why its last attempt ended.
        pub reason: Option<StageError>,
        /// Since when it is in this state.
        pub at: Timestamp,
        /// The format of what was made.
        pub media: Option<Media>,
        /// How far it is, in words; if it failed, why and what to do.
        pub words: String,
    }
}

impl PhotoRow {
    /// Whether something is made that can be shown or downloaded.
    pub fn has(&self, step: Step) -> bool {
        self.stages.iter().any(|stage| stage.step == step && stage.state == StageState::Done)
    }

    /// Whether some step failed, and nothing more is done about the photo itself.
    pub fn has_failed(&self) -> bool {
        let is_unmade = |stage: &StageRow| stage.is_unfinished() && stage.step != Step::Notice;
        let has_failed = |stage: &StageRow| stage.state == StageState::Failed;
        self.stages.iter().any(has_failed) && !self.stages.iter().any(is_unmade)
    }

    /// Whether something failed that another attempt may mend.
    pub fn can_be_tried_again(&self) -> bool {
        self.stages.iter().any(StageRow::can_be_tried_again)
    }

    /// Whether no picture of it can ever be made.
    pub fn is_unusable(&self) -> bool {
        self.has_failed() && !self.has(Step::View) && !self.can_be_tried_again()
    }

    /// What is made of the photo, without the message about it.
    #[must_use]
    pub fn without_notice(&self) -> Self {
        let mut photo = self.clone();
        photo.stages.retain(|stage| stage.step != Step::Notice);
        photo
    }

    /// Whether some step is neither done nor failed.
    pub fn is_unfinished(&self) -> bool {
        self.stages.iter().any(StageRow::is_unfinished)
    }
}

impl StageRow {
    fn is_unfinished(&self) -> bool {
        matches!(self.state, StageState::Waiting | StageState::Working)
    }

    /// Whether it failed, and another attempt may help.
    pub fn can_be_tried_again(&self) -> bool {
        let is_permanent = self.reason.is_some_and(StageError::is_permanent);
        self.state == StageState::Failed && self.step != Step::Notice && !is_permanent
    }
}

impl From<&Photo> for PhotoRow {
    fn from(photo: &Photo) -> Self {
        let progress = photo.progress();
        let Photo {
            media,
            width,
            height,
            taken_at,
            camera,
            placeholder,
            hash,
            recipe,
            stages,
            labelled_by,
            ..
        } = photo.clone();
        let row = |stage: &Stage| {
            let Stage { step, state, attempts, reason, at, media } = *stage;
            StageRow { step, state, attempts, reason, at, media, words: stage.words(recipe) }
        };
        let stages = stages.iter().map(row).collect();
        Self {
            media,
            width,
            height,
            taken_at,
            camera,
            placeholder,
            hash,
            recipe,
            stages,
            labelled_by,
            progress,
        }
    }
}
