//! The steps that a photo goes through, how far each is, and why one failed; with a sentence for each. Not here: which
//! steps a photo has, and what they lead to (`photo`).

use crate::wire::wire;
use crate::{Media, Recipe, Timestamp};

wire! {
    /// Something that is done about a photo.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Step {
        /// A picture for the listing.
        "thumbnail" = Thumbnail,
        /// A picture that fills a screen.
        "view" = View,
        /// What the recipe says.
        "result" = Result,
        /// The labels that a labeller finds in its view.
        "labels" = Labels,
        /// Telling the person who left a number. Only photos with a number have it.
        "notice" = Notice,
    }
}

/// What a worker does with a photo in one go, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Its pictures, which are made from one decoding.
    Pictures,
    /// Its labels, which are found in its view.
    Labels,
}

wire! {
    /// How far a step is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum StageState {
        /// Not begun, or to be tried again.
        "waiting" = Waiting,
        /// A worker is busy with it.
        "working" = Working,
        /// Made.
        "done" = Done,
        /// Given up.
        "failed" = Failed,
    }
}

wire! {
    /// Why a step failed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum StageError {
        /// The picture cannot be decoded.
        "corrupt" = Corrupt,
        /// The picture is of a kind that cannot be decoded here.
        "unsupported" = Unsupported,
        /// The picture has too many pixels or bytes.
        "too_large" = TooLarge,
        /// The program ended twice while it worked on the picture.
        "crashed" = Crashed,
        /// The bucket or the catalog did not answer.
        "unavailable" = Unavailable,
        /// The labeller did not answer.
        "labeller_away" = LabellerAway,
        /// The labeller does not serve this program: a permission or an account is missing.
        "labeller_denied" = LabellerDenied,
        /// The person could not be told.
        "not_told" = NotTold,
    }
}

wire! {
    /// A step of a photo, and how far it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Stage {
        /// What is made.
        pub step: Step,
        /// How far it is.
        pub state: StageState,
        /// How often a worker began it since it was last asked for.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_zero"))]
        pub attempts: u32,
        /// Why it failed, or, until it is done, why its last attempt ended.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub reason: Option<StageError>,
        /// Since when it is in this state.
        pub at: Timestamp,
        /// The format of what was made.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub media: Option<Media>,
    }
}

#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Step {
    /// The word used in addresses and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
            Self::View => "view",
            Self::Result => "result",
            Self::Labels => "labels",
            Self::Notice => "notice",
        }
    }

    /// What it is done together with; `None` for the notice, which a worker sends when nothing else is left.
    pub fn work(self) -> Option<Work> {
        match self {
            Self::Thumbnail | Self::View | Self::Result => Some(Work::Pictures),
            Self::Labels => Some(Work::Labels),
            Self::Notice => None,
        }
    }

    /// What happens while it is being done.
    pub fn activity(self, recipe: Recipe) -> &'static str {
        match self {
            Self::Thumbnail => "Making thumbnails",
            Self::View => "Making the large view",
            Self::Result => recipe.activity(),
            Self::Labels => "Looking for labels",
            Self::Notice => "Sending the message about it",
        }
    }
}

impl StageError {
    /// Whether another attempt at the same bytes would fail, too.
    pub fn is_permanent(self) -> bool {
        matches!(self, Self::Corrupt | Self::Unsupported | Self::TooLarge | Self::NotTold)
    }

    /// What is wrong and what to do, for the person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Corrupt => "The picture is damaged or incomplete. Upload it again from the original.",
            Self::Unsupported => {
                "This kind of picture cannot be processed. Save it as JPEG or PNG, then upload that."
            }
            Self::TooLarge => {
                "The picture is too large: at most 100 megapixels, 16,384 pixels a side and 50 MiB can be \
                 processed. Make it smaller, then upload it again."
            }
            Self::Crashed => {
                "The program stopped twice while it processed this picture. Try again; or save it in another format, then \
                 upload that."
            }
            Self::Unavailable => "The storage did not respond. Try again.",
            Self::LabellerAway => "The labeller did not respond. Try again.",
            Self::LabellerDenied => {
                "The labeller refuses this program. Ask the administrator to run “qrate doctor”, then try again."
            }
            Self::NotTold => "The message about it could not be sent.",
        }
    }
}

impl Stage {
    /// A step that waits to be begun.
    pub fn waiting(step: Step, at: Timestamp) -> Self {
        Self { step, state: StageState::Waiting, attempts: 0, reason: None, at, media: None }
    }

    /// Whether it is neither done nor failed.
    pub fn is_unfinished(&self) -> bool {
        matches!(self.state, StageState::Waiting | StageState::Working)
    }

    /// Whether it failed, and another attempt may help.
    pub fn can_be_tried_again(&self) -> bool {
        let is_permanent = self.reason.is_some_and(StageError::is_permanent);
        self.state == StageState::Failed && self.step != Step::Notice && !is_permanent
    }

    /// How far it is, for the person.
    pub fn words(&self, recipe: Recipe) -> String {
        let activity = self.step.activity(recipe);
        match (self.state, self.reason) {
            (StageState::Waiting, None) if self.step == Step::Notice => activity.to_owned(),
            (StageState::Waiting, Some(_)) if self.step == Step::Notice => {
                "Waiting for another attempt to send the message".to_owned()
            }
            (StageState::Done, _) => "Done".to_owned(),
            (StageState::Working, _) => activity.to_owned(),
            (StageState::Failed, reason) => reason.unwrap_or(StageError::Corrupt).sentence().to_owned(),
            (StageState::Waiting, None) => "Waiting".to_owned(),
            (StageState::Waiting, Some(StageError::Unavailable)) => {
                "Waiting for another attempt: the storage did not respond".to_owned()
            }
            (StageState::Waiting, Some(StageError::LabellerAway)) => {
                "Waiting for another attempt: the labeller did not respond".to_owned()
            }
            (StageState::Waiting, Some(_)) => "Waiting for another attempt".to_owned(),
        }
    }
}

impl core::fmt::Display for Step {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::str::FromStr for Step {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known =
            [Self::Thumbnail, Self::View, Self::Result].into_iter().find(|step| step.as_str() == text);
        known.ok_or("There is a thumbnail, a view and a result.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERRORS: [StageError; 8] = [
        StageError::Corrupt,
        StageError::Unsupported,
        StageError::TooLarge,
        StageError::Crashed,
        StageError::Unavailable,
        StageError::LabellerAway,
        StageError::LabellerDenied,
        StageError::NotTold,
    ];

    #[test]
    fn every_state_has_words() {
        let at = Timestamp::from_unix_ms(0);
        let stage = Stage::waiting(Step::Result, at);
        let words = |state, reason| Stage { state, reason, ..stage }.words(Recipe::Flip);
        assert_eq!(words(StageState::Waiting, None), "Waiting");
        assert_eq!(words(StageState::Working, None), "Flipping");
        assert_eq!(words(StageState::Done, None), "Done");
        assert!(words(StageState::Waiting, Some(StageError::Unavailable)).contains("another attempt"));
        let notice = Stage::waiting(Step::Notice, at);
        assert_eq!(notice.words(Recipe::Flip), "Sending the message about it");
        let postponed = Stage { reason: Some(StageError::Unavailable), ..notice };
        assert!(postponed.words(Recipe::Flip).contains("to send the message"));
        for error in ERRORS {
            assert_eq!(words(StageState::Failed, Some(error)), error.sentence());
            assert_eq!(
                error.is_permanent(),
                !error.sentence().to_lowercase().contains("try again"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn sentences_name_the_limits() {
        use crate::limits::{PHOTO_MAX_BYTES, PHOTO_MAX_PIXELS, PHOTO_MAX_SIDE};
        let sentence = StageError::TooLarge.sentence();
        let limits = [
            format!("{} megapixels", PHOTO_MAX_PIXELS / 1_000_000),
            format!("{} pixels a side", crate::grouped(u64::from(PHOTO_MAX_SIDE))),
            format!("{} MiB", PHOTO_MAX_BYTES / (1024 * 1024)),
        ];
        assert!(limits.iter().all(|limit| sentence.contains(limit)), "{sentence}");
    }
}
