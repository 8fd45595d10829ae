//! What runs and what failed, kept current by changes. Pure: no browser.

use domain::limits::JOBS_MAX_SHOWN;
use domain::wire::{JobList, OpenJobs};
use domain::{Applied, EntryId, EntryRow, Seq, grouped};

/// What is to be said of an entry: each is in one of these lists, or in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Unfinished,
    Failed,
}

impl Job {
    fn of(entry: &EntryRow) -> Option<Self> {
        let photo = entry.photo.as_ref().filter(|_| entry.state.is_live())?;
        if photo.is_unfinished() {
            Some(Self::Unfinished)
        } else {
            photo.has_failed().then_some(Self::Failed)
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

/// Folds a change into the page of jobs.
pub(crate) fn apply(list: &mut JobList, seq: Seq, entry: &EntryRow) -> Applied {
    if seq <= list.seq {
        return Applied::Ignored;
    }
    if seq != list.seq + 1 {
        return Applied::Gap;
    }
    list.seq = seq;
    let job = Job::of(entry);
    for (rows, total, here) in [
        (&mut list.unfinished, &mut list.unfinished_total, Job::Unfinished),
        (&mut list.failed, &mut list.failed_total, Job::Failed),
    ] {
        let at = rows.iter().position(|row| row.id == entry.id);
        match (at, job == Some(here)) {
            (Some(at), true) => rows[at] = entry.clone(),
            (Some(at), false) => {
                rows.remove(at);
                *total = total.saturating_sub(1);
            }
            (None, true) => {
                let is_before =
                    |row: &EntryRow| if here == Job::Failed { row.id > entry.id } else { row.id < entry.id };
                let at = rows.partition_point(is_before);
                rows.insert(at, entry.clone());
                *total += 1;
            }
            (None, false) => {}
        }
    }
    Applied::Taken
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
        })
    }

    fn ids(rows: &[EntryRow]) -> Vec<EntryId> {
        rows.iter().map(|row| row.id).collect()
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

    #[test]
    fn entries_move_between_the_lists() {
        let mut list = JobList {
            seq: 4,
            unfinished_total: 0,
            failed_total: 0,
            unfinished: Vec::new(),
            failed: Vec::new(),
        };
        assert_eq!(apply(&mut list, 6, &waiting(1)), Applied::Gap);
        assert_eq!(apply(&mut list, 4, &waiting(1)), Applied::Ignored);
        for (seq, entry) in [(5, waiting(1)), (6, waiting(2)), (7, failed(3)), (8, failed(1))] {
            assert_eq!(apply(&mut list, seq, &entry), Applied::Taken);
        }
        assert_eq!((ids(&list.unfinished), ids(&list.failed)), (vec![2], vec![3, 1]));
        apply(&mut list, 9, &waiting(1));
        apply(&mut list, 10, &done(2));
        assert_eq!((ids(&list.unfinished), ids(&list.failed)), (vec![1], vec![3]));
        assert_eq!((list.unfinished_total, list.failed_total, list.seq), (1, 1, 10));
    }
}
