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
    photo.fail(StageError::TooLarge, at(3));
    assert!(!photo.needs_job() && !photo.is_unfinished());
    assert!(photo.retry(at(4)) && photo.needs_job());
    let unfinished: Vec<_> = photo.unfinished().map(|stage| (stage.step, stage.attempts)).collect();
    assert_eq!(unfinished, [(Step::View, 0), (Step::Result, 0)]);
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
