//! Live, removed, gone: every step from every state.

use domain::{ChangeKind, Entry};

use super::*;

pub(super) async fn every_step_from_every_state(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let removed = State::Removed { at: at(3) };
    let gone = State::Gone { at: at(4) };
    let mut newer = content("1.png");
    newer.etag = "newer".to_owned();
    newer.created_at = at(9);
    let description = Description { name: Some("Old menu".parse().unwrap()), labels: Some(Vec::new()) };
    let described = content("1.png").described(description.clone());
    let describe = |expected| Mutation::Describe { id: 1, expected, description: description.clone() };
    let as_it_is = |expected| Mutation::Describe { id: 1, expected, description: Description::default() };
    let photo = domain::Photo::new(domain::Media::Png, domain::Recipe::Flip, at(3));
    let processed = Content { body: Body::photo_with(["a".to_owned()], photo), ..content("1.png") };
    let process = |expected| Mutation::Process { id: 1, expected, body: processed.body.clone() };
    let same = content("1.png");
    let replace = Mutation::Replace { id: 1, content: newer.clone() };
    let restore = Mutation::restore(1);
    let remove_as = |tombstone| Mutation::remove(1, tombstone);

    let cases = [
        (State::Live, remove_as(removed), Ok((ChangeKind::Removed, removed, &same))),
        (State::Live, remove_as(gone), Ok((ChangeKind::Removed, gone, &same))),
        (State::Live, remove_as(State::Live), Err(Rejection::NotRemoved)),
        (State::Live, restore.clone(), Err(Rejection::NotRemoved)),
        (State::Live, replace.clone(), Ok((ChangeKind::Updated, State::Live, &newer))),
        (State::Live, describe(None), Ok((ChangeKind::Updated, State::Live, &described))),
        (State::Live, describe(Some(1)), Ok((ChangeKind::Updated, State::Live, &described))),
        (State::Live, describe(Some(2)), Err(Rejection::OtherRevision)),
        (State::Live, as_it_is(Some(1)), Err(Rejection::Unchanged)),
        (State::Live, as_it_is(Some(2)), Err(Rejection::OtherRevision)),
        (removed, as_it_is(None), Err(Rejection::NotLive)),
        (State::Live, process(1), Ok((ChangeKind::Updated, State::Live, &processed))),
        (State::Live, process(2), Err(Rejection::OtherRevision)),
        (removed, process(2), Err(Rejection::NotLive)),
        (removed, describe(None), Err(Rejection::NotLive)),
        (removed, describe(Some(1)), Err(Rejection::OtherRevision)),
        (gone, describe(Some(2)), Err(Rejection::NotLive)),
        (removed, remove_as(removed), Err(Rejection::NotLive)),
        (removed, remove_as(gone), Err(Rejection::NotLive)),
        (removed, restore.clone(), Ok((ChangeKind::Restored, State::Live, &same))),
        (removed, replace.clone(), Ok((ChangeKind::Restored, State::Live, &newer))),
        (gone, remove_as(removed), Err(Rejection::NotLive)),
        (gone, remove_as(gone), Err(Rejection::NotLive)),
        (gone, restore, Ok((ChangeKind::Restored, State::Live, &same))),
        (gone, replace, Ok((ChangeKind::Restored, State::Live, &newer))),
    ];
    for (round, (from, mutation, expected)) in cases.into_iter().enumerate() {
        let space = space(&format!("case-{round}"));
        fill(&*catalog, &space, 1).await;
        if !from.is_live() {
            step(&*catalog, &space, remove_as(from)).await.unwrap();
        }
        let before = catalog.snapshot(&space).await.unwrap();
        let result = step(&*catalog, &space, mutation.clone()).await;
        let after = catalog.snapshot(&space).await.unwrap();
        match expected {
            Err(why) => {
                assert_eq!(result, Err(why), "{mutation:?} from {from:?}");
                assert_eq!(after, before);
            }
            Ok((kind, state, content)) => {
                let entry = Entry { id: 1, revision: before.seq + 1, state, content: content.clone() };
                let change = Change { seq: before.seq + 1, kind, entry: entry.clone() };
                assert_eq!(
                    result,
                    Ok(Committed {
                        change: change.clone(),
                        repeated: false,
                        starts_work: content.photo().is_some(),
                        replaced: None,
                    }),
                    "from {from:?}"
                );
                assert_eq!(changes(&*catalog, &space, before.seq).await, [change]);
                assert_eq!((after.seq, after.entries), (before.seq + 1, vec![entry]));
            }
        }
    }
}

pub(super) async fn unknown_entries_and_foreign_keys_are_rejected(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 2).await;
    step(&*catalog, &main, remove(2)).await.unwrap();
    let replace = |id, key| Mutation::Replace { id, content: content(key) };
    for (mutation, why) in [
        (replace(3, "3.png"), Rejection::NotFound),
        (remove(3), Rejection::NotFound),
        (remove(u64::MAX), Rejection::NotFound),
        (remove(0), Rejection::NotFound),
        (Mutation::restore(3), Rejection::NotFound),
        (Mutation::Process { id: 3, expected: 1, body: Body::plain_file() }, Rejection::NotFound),
        (
            Mutation::Describe { id: 3, expected: None, description: Description::default() },
            Rejection::NotFound,
        ),
        (replace(1, "2.png"), Rejection::KeyTaken),
        (replace(1, "free.png"), Rejection::KeyTaken),
        (add("1.png"), Rejection::KeyTaken),
        // A tombstone keeps its key.
        (add("2.png"), Rejection::KeyTaken),
    ] {
        assert_eq!(step(&*catalog, &main, mutation.clone()).await, Err(why), "{mutation:?}");
    }
    assert_eq!(catalog.counters(&main).await.unwrap().last_seq, 3);
}

fn supersede(request_id: &str, key: &str, replaced: Option<EntryId>, seen: Seq) -> Mutation {
    let content = Content { created_at: at(7), ..content(key) };
    Mutation::Supersede { request: Some(request(request_id)), content, replaced, seen }
}

pub(super) async fn a_superseded_entry_is_removed_in_the_same_commit(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    let first = step(&*catalog, &main, supersede("r1", "1.png", None, 0)).await.unwrap();
    assert_eq!((first.change.entry.id, first.replaced), (1, None));
    let second = step(&*catalog, &main, supersede("r2", "2.png", Some(1), 1)).await.unwrap();
    let removed = second.replaced.clone().unwrap();
    assert_eq!((second.change.seq, second.change.entry.id), (2, 2));
    assert_eq!((removed.seq, removed.kind, removed.entry.id), (3, ChangeKind::Removed, 1));
    assert_eq!(removed.entry.state, State::Removed { at: at(7) });
    assert_eq!(changes(&*catalog, &main, 1).await, [second.change.clone(), removed]);
    let again = step(&*catalog, &main, supersede("r2", "3.png", Some(2), 9)).await.unwrap();
    assert!(again.repeated && again.replaced.is_none() && again.change == second.change);
    let other = step(&*catalog, &main, supersede("r3", "3.png", Some(1), 3)).await.unwrap();
    assert_eq!((other.change.entry.id, other.replaced), (3, None), "what is removed already stays as it is");
    let snapshot = catalog.snapshot(&main).await.unwrap();
    assert_eq!(
        snapshot.entries.iter().map(|entry| entry.state.is_live()).collect::<Vec<_>>(),
        [false, true, true]
    );
}

pub(super) async fn one_of_those_who_saw_the_same_supersedes(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 1).await;
    let both = vec![supersede("r1", "2.png", Some(1), 1), supersede("r2", "3.png", None, 1)];
    let results = catalog.commit(&main, both).await.unwrap();
    assert!(results[0].is_ok());
    assert_eq!(results[1], Err(Rejection::Outdated));
    let late = step(&*catalog, &main, supersede("r3", "3.png", Some(2), 1)).await;
    assert_eq!(late, Err(Rejection::Outdated));
    assert_eq!(catalog.snapshot(&main).await.unwrap().seq, 3);
}
