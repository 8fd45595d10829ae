//! The states of a photo's steps, and the texts of what is known of it.

use super::*;

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(ms)
}

fn states(photo: &Photo) -> Vec<(Step, StageState)> {
    photo.stages.iter().map(|stage| (stage.step, stage.state)).collect()
}

fn all_in(state: StageState) -> Vec<(Step, StageState)> {
    [Step::Thumbnail, Step::View, Step::Result].map(|step| (step, state)).to_vec()
}

/// Without labels, which have tests of their own.
fn new() -> Photo {
    let mut photo = Photo::new(Media::Jpeg, Recipe::Flip, at(1));
    photo.skip_labels();
    photo
}

fn done() -> Photo {
    let mut photo = new();
    photo.begin(at(2));
    for step in [Step::Thumbnail, Step::View, Step::Result] {
        photo.finish(step, Media::Jpeg, at(3));
    }
    photo
}

#[test]
fn steps_pass_from_waiting_to_done() {
    let mut photo = new();
    assert_eq!(states(&photo), all_in(StageState::Waiting));
    assert!(photo.needs_job() && photo.is_unfinished());
    assert_eq!(photo.progress().as_deref(), Some("Waiting"));
    photo.begin(at(2));
    assert_eq!(states(&photo), all_in(StageState::Working));
    assert!(!photo.needs_job() && photo.is_unfinished());
    assert_eq!(photo.progress().as_deref(), Some("Making thumbnails, flipping"));
    photo.finish(Step::Thumbnail, Media::Jpeg, at(3));
    photo.finish(Step::View, Media::Jpeg, at(3));
    assert_eq!(photo.progress().as_deref(), Some("Flipping"));
    photo.finish(Step::Result, Media::Png, at(4));
    assert_eq!((photo.progress(), photo.is_unfinished(), photo.since()), (None, false, Some(at(4))));
    assert_eq!(photo.stage(Step::Result).unwrap().media, Some(Media::Png));
}

#[test]
fn photo_without_a_recipe_has_no_result() {
    let photo = Photo::new(Media::Png, Recipe::Nothing, at(1));
    assert!(photo.stage(Step::Result).is_none() && photo.stages.len() == 3);
}

#[test]
fn second_crash_is_the_last() {
    let mut photo = new();
    photo.begin(at(2));
    assert!(!photo.crashed(at(3)));
    photo.begin(at(3));
    assert_eq!(states(&photo), all_in(StageState::Working));
    assert!(photo.crashed(at(4)));
    let failed = photo.failed().unwrap();
    assert_eq!((failed.reason, failed.attempts, failed.at), (Some(StageError::Crashed), 2, at(4)));
    assert!(photo.progress().unwrap().contains("stopped twice"));
}

#[test]
fn postponed_step_waits_without_needing_another_job() {
    let mut photo = new();
    photo.begin(at(2));
    photo.postpone(StageError::Unavailable, at(3));
    assert_eq!(states(&photo), all_in(StageState::Waiting));
    assert!(!photo.needs_job() && photo.progress().unwrap().contains("another attempt"));
    photo.begin(at(4));
    photo.give_back(at(5));
    assert_eq!(states(&photo), all_in(StageState::Waiting));
    assert_eq!(photo.stages[0].attempts, 2);
    assert!(!photo.needs_job());
}

#[test]
fn retry_begins_only_what_failed() {
    let mut photo = new();
    assert!(!photo.retry(at(2)));
    photo.begin(at(2));
    photo.finish(Step::Thumbnail, Media::Jpeg, at(3));
    let mut too_large = photo.clone();
    photo.fail(StageError::Crashed, at(3));
    assert!(!photo.needs_job() && !photo.is_unfinished());
    assert!(photo.retry(at(4)) && photo.needs_job());
    let unfinished: Vec<_> = photo.unfinished().map(|stage| (stage.step, stage.attempts)).collect();
    assert_eq!(unfinished, [(Step::View, 0), (Step::Result, 0)]);
    too_large.fail(StageError::TooLarge, at(3));
    assert!(!too_large.retry(at(4)) && too_large.has_failed(), "it would fail again");
}

#[test]
fn another_recipe_makes_only_the_result() {
    let mut photo = done();
    photo.reprocess(Recipe::Rotate90, at(5));
    let waiting: Vec<_> = photo.unfinished().map(|stage| stage.step).collect();
    assert_eq!((waiting, photo.recipe), (vec![Step::Result], Recipe::Rotate90));
    assert!(photo.needs_job());
    photo.begin(at(6));
    assert_eq!(photo.progress().as_deref(), Some("Rotating"));
    photo.reprocess(Recipe::Nothing, at(7));
    assert!(!photo.is_unfinished() && photo.stage(Step::Result).is_none());
}

#[test]
fn lost_picture_takes_the_photo_from_a_worker_that_makes_another() {
    let mut photo = done();
    photo.remake(Step::Thumbnail, at(5));
    photo.begin(at(6));
    let begun = photo.clone();
    photo.remake(Step::View, at(6));
    assert!(photo.needs_job() && !photo.is_being_worked_on());
    photo.begin(at(6));
    assert_ne!(photo.stages, begun.stages);
    let waiting: Vec<_> = photo.unfinished().map(|stage| stage.step).collect();
    assert_eq!(waiting, [Step::Thumbnail, Step::View]);
}

#[test]
fn camera_names_are_short_and_one_line() {
    for (make, model, name) in [
        ("Apple", "iPhone 15", Some("Apple iPhone 15")),
        ("Canon", "Canon EOS R5", Some("Canon EOS R5")),
        ("", " X \n100 ", Some("X 100")),
        ("NIKON\0\0", "", Some("NIKON")),
        (" ", "\0", None),
    ] {
        assert_eq!(Photo::camera_name(make, model).as_deref(), name);
    }
    let long = Photo::camera_name(&"é".repeat(1000), "x").unwrap();
    assert_eq!(long.chars().count(), CAMERA_MAX_CHARS);
}

mod notice {
    //! The step that tells a person.

    use super::*;
    use crate::NoticeOutcome;

    fn awaited() -> Photo {
        let mut photo = new();
        photo.await_notice(at(1));
        photo.await_notice(at(2));
        photo
    }

    fn made() -> Photo {
        let mut photo = awaited();
        photo.begin(at(2));
        for step in [Step::Thumbnail, Step::View, Step::Result] {
            photo.finish(step, Media::Jpeg, at(3));
        }
        photo
    }

    fn state(photo: &Photo) -> Option<(StageState, u32)> {
        photo.notice().map(|notice| (notice.state, notice.attempts))
    }

    #[test]
    fn notice_is_due_when_everything_else_has_ended() {
        let mut photo = awaited();
        assert_eq!(photo.stages.len(), 4, "awaited once");
        assert!(photo.due_notice().is_none() && photo.needs_job());
        photo.begin(at(2));
        assert_eq!(state(&photo), Some((StageState::Waiting, 0)), "a worker of pictures leaves it alone");
        assert!(
            photo.due_notice().is_none() && !photo.needs_job(),
            "so that the end of the pictures makes its job"
        );
        assert_eq!(photo.progress().unwrap(), "Making thumbnails, flipping");
        let photo = made();
        assert!(photo.due_notice().is_some() && photo.needs_job() && photo.is_unfinished());
        assert_eq!(photo.progress().unwrap(), "Sending the message about it");
        let mut failed = awaited();
        failed.fail(StageError::Corrupt, at(2));
        assert!(failed.due_notice().is_some() && failed.needs_job(), "a failure is reported to people, too");
    }

    #[test]
    fn every_outcome_has_its_state() {
        for (outcome, after) in [
            (NoticeOutcome::Told, Some((StageState::Done, 1))),
            (NoticeOutcome::NotTold, Some((StageState::Failed, 1))),
            (NoticeOutcome::Postponed, Some((StageState::Waiting, 1))),
            (NoticeOutcome::Nobody, None),
        ] {
            let mut photo = made();
            photo.end_notice(outcome, at(4));
            assert_eq!(state(&photo), after, "{outcome:?}");
            assert!(!photo.needs_job(), "{outcome:?}");
            assert_eq!(photo.due_notice().is_some(), outcome == NoticeOutcome::Postponed);
        }
    }

    #[test]
    fn another_recipe_begins_a_waiting_notice_anew_and_drops_an_ended_one() {
        let mut waiting = made();
        waiting.end_notice(NoticeOutcome::Postponed, at(4));
        waiting.reprocess(Recipe::Rotate90, at(5));
        assert_eq!(state(&waiting), Some((StageState::Waiting, 0)));
        let mut told = made();
        told.end_notice(NoticeOutcome::Told, at(4));
        told.restart(at(5));
        assert_eq!(state(&told), Some((StageState::Done, 1)), "other bytes are no reason to tell again");
        told.reprocess(Recipe::Rotate90, at(5));
        assert_eq!(state(&told), None);
    }

    #[test]
    fn failed_notice_is_not_tried_again_but_put_aside() {
        let mut photo = made();
        photo.end_notice(NoticeOutcome::NotTold, at(4));
        assert!(photo.progress().unwrap().contains("could not be sent"));
        assert!(!photo.retry(at(5)));
        assert!(photo.put_failed_notice_aside() && photo.failed().is_none());
        assert!(!photo.put_failed_notice_aside());
    }
}
