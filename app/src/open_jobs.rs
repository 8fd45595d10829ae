//! The numbers of what runs and what failed, kept current by changes. Pure: no browser. Not here: the page of jobs.

use domain::limits::JOBS_MAX_SHOWN;
use domain::wire::OpenJobs;
use domain::{EntryId, EntryRow, grouped};

/// What is to be said of an entry: each is in one of these lists, or in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Unfinished,
    Failed,
}

impl Job {
    fn of(entry: &EntryRow) -> Option<Self> {
        let photo = entry.photo.as_ref().filter(|_| entry.state.is_live())?;
        if photo.has_failed() {
            Some(Self::Failed)
        } else {
            photo.is_unfinished().then_some(Self::Unfinished)
        }
    }
}

/// Folds a change into the numbers of a space's page.
pub(crate) fn count(jobs: &mut OpenJobs, entry: &EntryRow) {
    let job = Job::of(entry);
    put(&mut jobs.unfinished, entry.id, job == Some(Job::Unfinished));
    put(&mut jobs.failed, entry.id, job == Some(Job::Failed));
}

fn put(ids: &mut Vec<EntryId>, id: EntryId, is_in: bool) {
    let at = ids.iter().position(|known| *known == id);
    match (at, is_in) {
        (Some(at), false) => drop(ids.remove(at)),
        (None, true) => ids.push(id),
        _ => {}
    }
}

/// The numbers in words; empty if there is nothing to say.
pub(crate) fn words(jobs: &OpenJobs) -> String {
    let number = |ids: &[EntryId]| {
        let more = if ids.len() >= JOBS_MAX_SHOWN { "+" } else { "" };
        format!("{}{more}", grouped(ids.len() as u64))
    };
    let mut words = Vec::new();
    if !jobs.unfinished.is_empty() {
        words.push(format!("{} in progress", number(&jobs.unfinished)));
    }
    if !jobs.failed.is_empty() {
        words.push(format!("{} failed", number(&jobs.failed)));
    }
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use domain::{Media, Photo, Recipe, StageError, State, Step, Timestamp};

    use super::*;
    use crate::test_entries;

    const AT: Timestamp = Timestamp::from_unix_ms(0);

    fn photo(id: EntryId, change: impl Fn(&mut Photo)) -> EntryRow {
        let mut photo = Photo::new(Media::Jpeg, Recipe::Flip, AT);
        change(&mut photo);
        EntryRow { photo: Some(Box::new((&photo).into())), ..test_entries::entry(id, State::Live) }
    }

    fn waiting(id: EntryId) -> EntryRow {
        photo(id, |_| {})
    }

    fn failed(id: EntryId) -> EntryRow {
        photo(id, |photo| photo.fail(StageError::Corrupt, AT))
    }

    fn done(id: EntryId) -> EntryRow {
        photo(id, |photo| {
            for step in [Step::Thumbnail, Step::View, Step::Result] {
                photo.finish(step, Media::Jpeg, AT);
            }
            photo.finish_labels("test/1", Vec::new(), &[], AT);
        })
    }

    #[test]
    fn numbers_follow_changes() {
        let mut jobs = OpenJobs::default();
        assert_eq!(words(&jobs), "");
        for entry in [waiting(1), waiting(2), waiting(2), failed(3), test_entries::entry(4, State::Live)] {
            count(&mut jobs, &entry);
        }
        assert_eq!(words(&jobs), "2 in progress · 1 failed");
        count(&mut jobs, &failed(1));
        count(&mut jobs, &done(2));
        assert_eq!(words(&jobs), "2 failed");
        count(&mut jobs, &EntryRow { state: State::Removed { at: AT }, ..failed(1) });
        count(&mut jobs, &waiting(3));
        assert_eq!(words(&jobs), "1 in progress");
        jobs.unfinished = (0..JOBS_MAX_SHOWN as u64).collect();
        assert_eq!(words(&jobs), "200+ in progress");
    }
}
