//! What is found in a photo: looked for, found, and looked for again. A person's word stays: what they removed does not
//! come back. Not here: what a person changes, which concerns the labels of the whole entry (`entry`).

use super::Photo;
use crate::limits::LABELS_FOUND_MAX;
use crate::stage::{Stage, StageState, Step};
use crate::{Label, Timestamp};

impl Photo {
    /// A labeller has looked at it and found these, the surest first. Left out is what a person removed before, or gave
    /// the entry already (`given`).
    pub fn finish_labels(&mut self, model: &str, found: Vec<Label>, given: &[Label], at: Timestamp) {
        let is_new = |label: &Label| {
            let is_same = |other: &Label| other.name.is_same_word(&label.name);
            !given.iter().any(is_same)
                && !self.removed_labels.iter().any(|name| name.is_same_word(&label.name))
        };
        let mut labels: Vec<Label> = Vec::new();
        for label in found.into_iter().filter(is_new) {
            if labels.len() < LABELS_FOUND_MAX && !labels.iter().any(|one| one.name.is_same_word(&label.name))
            {
                labels.push(label);
            }
        }
        self.labels = labels;
        self.labelled_by = Some(model.to_owned());
        for stage in self.stages.iter_mut().filter(|stage| stage.step == Step::Labels) {
            *stage = Stage { state: StageState::Done, reason: None, at, ..*stage };
        }
    }

    /// There is no labeller: the photo stays as one that was not looked at yet.
    pub fn skip_labels(&mut self) {
        self.stages.retain(|stage| stage.step != Step::Labels || !stage.is_unfinished());
    }

    /// A labeller is to look at it again, or for the first time. Its labels stay until then.
    pub fn relabel(&mut self, at: Timestamp) {
        let waiting = Stage::waiting(Step::Labels, at);
        match self.stages.iter_mut().find(|stage| stage.step == Step::Labels) {
            Some(stage) => *stage = waiting,
            None => {
                let after = self.stages.partition_point(|stage| stage.step != Step::Notice);
                self.stages.insert(after, waiting);
            }
        }
    }

    /// Whether a labeller has looked at it, and is not to look again.
    pub fn is_labelled(&self) -> bool {
        self.stage(Step::Labels).is_some_and(|stage| stage.state == StageState::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LabelName, Media, Recipe, StageError, Work};

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(ms)
    }

    fn found(names: &[&str]) -> Vec<Label> {
        names.iter().map(|name| Label::of_labeller(name.parse().unwrap(), 0.9, "test/1")).collect()
    }

    fn names(photo: &Photo) -> Vec<&str> {
        photo.labels.iter().map(|label| label.name.as_str()).collect()
    }

    fn with_pictures() -> Photo {
        let mut photo = Photo::new(Media::Jpeg, Recipe::Nothing, at(1));
        photo.begin(at(2));
        photo.finish(Step::Thumbnail, Media::Jpeg, at(3));
        photo.finish(Step::View, Media::Jpeg, at(3));
        photo
    }

    #[test]
    fn labels_come_after_the_pictures() {
        let mut photo = Photo::new(Media::Jpeg, Recipe::Flip, at(1));
        photo.begin(at(2));
        assert_eq!(photo.stage(Step::Labels).unwrap().state, StageState::Waiting);
        assert_eq!(photo.next_work(), Some(Work::Pictures));
        let mut photo = with_pictures();
        assert_eq!((photo.next_work(), photo.is_labelled()), (Some(Work::Labels), false));
        photo.begin(at(4));
        assert_eq!(photo.progress().as_deref(), Some("Looking for labels"));
        photo.postpone(StageError::LabellerAway, at(5));
        assert_eq!(photo.stage(Step::View).unwrap().at, at(3), "the pictures are done");
        assert!(photo.progress().unwrap().contains("labeller did not respond"));
        photo.begin(at(6));
        photo.finish_labels("test/1", found(&["cat"]), &[], at(7));
        assert!(photo.is_labelled() && !photo.is_unfinished());
        assert_eq!((names(&photo), photo.labelled_by.as_deref()), (vec!["cat"], Some("test/1")));
    }

    #[test]
    fn what_cannot_be_decoded_gets_no_labels() {
        let mut photo = Photo::new(Media::Jpeg, Recipe::Nothing, at(1));
        photo.begin(at(2));
        photo.fail(StageError::Corrupt, at(3));
        assert!(photo.stages.iter().all(|stage| stage.state == StageState::Failed));
        let mut photo = with_pictures();
        photo.begin(at(4));
        photo.fail(StageError::LabellerDenied, at(5));
        assert_eq!(photo.stages.iter().filter(|stage| stage.state == StageState::Failed).count(), 1);
        assert!(photo.retry(at(6)) && photo.next_work() == Some(Work::Labels));
    }

    #[test]
    fn a_person_has_the_last_word() {
        let mut photo = with_pictures();
        photo.removed_labels = vec!["Dog".parse::<LabelName>().unwrap()];
        let given = Label::parse_list("Sofa").unwrap();
        photo.finish_labels("test/1", found(&["cat", "dog", "sofa", "CAT"]), &given, at(4));
        assert_eq!(names(&photo), ["cat"]);
    }

    #[test]
    fn labelled_anew_it_keeps_its_labels_until_then() {
        let mut photo = with_pictures();
        photo.skip_labels();
        assert!(photo.stage(Step::Labels).is_none() && !photo.is_unfinished() && !photo.is_labelled());
        photo.relabel(at(4));
        assert!(photo.needs_job());
        photo.finish_labels("test/1", found(&["cat"]), &[], at(5));
        photo.relabel(at(6));
        assert_eq!((names(&photo), photo.is_labelled()), (vec!["cat"], false));
        photo.finish_labels("test/2", Vec::new(), &[], at(7));
        assert_eq!((names(&photo).len(), photo.labelled_by.as_deref()), (0, Some("test/2")));
        assert!(photo.is_labelled(), "nothing found is something else than not looked at");
    }
}
