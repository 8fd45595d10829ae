//! Any history, compared step by step with the catalog in memory: the same results, the same final state.

use domain::{Media, Photo, Recipe};
use parking_lot::Mutex;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Mutation>),
    Truncate(Seq),
    Purge(Vec<EntryId>),
    Forget(u64),
    Restart,
}

/// Few ids, keys and request ids, so that they collide.
fn mutation() -> impl Strategy<Value = Mutation> {
    let id = 1..12u64;
    let written = || {
        (0..14u8, 0..20u64, body()).prop_map(|(key, created, body)| Content {
            created_at: at(created),
            body,
            ..content(&format!("key\0{key}"))
        })
    };
    prop_oneof![
        4 => (prop::option::of(0..9u8), written())
            .prop_map(|(r, content)| Mutation::Add { request: r.map(|r| request(&format!("r{r}"))), content }),
        1 => (prop::option::of(0..9u8), written(), prop::option::of(id.clone()), 0..30u64).prop_map(
            |(r, content, replaced, seen)| Mutation::Supersede {
                request: r.map(|r| request(&format!("r{r}"))),
                content,
                replaced,
                seen,
            }
        ),
        2 => (id.clone(), written()).prop_map(|(id, content)| Mutation::Replace { id, content }),
        2 => (id.clone(), prop::option::of(1..30u64), description())
            .prop_map(|(id, expected, description)| Mutation::Describe { id, expected, description }),
        2 => (id.clone(), 1..30u64, body())
            .prop_map(|(id, expected, body)| Mutation::Process { id, expected, body }),
        2 => (id.clone(), any::<bool>()).prop_map(|(id, gone)| Mutation::Remove {
            expected: None,
            request: None,
            id,
            tombstone: if gone { State::Gone { at: at(id) } } else { State::Removed { at: at(id) } },
        }),
        1 => id.prop_map(Mutation::restore),
    ]
}

fn description() -> impl Strategy<Value = Description> {
    (prop::option::of("[a-z]{0,3}"), prop::option::of("[a-c,]{0,5}")).prop_map(|(name, labels)| Description {
        name: name.map(|name| name.parse().unwrap()),
        labels: labels.map(|labels| Label::parse_list(&labels).unwrap()),
    })
}

/// A code, or a photo or a file with any number of them in it.
fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        any::<String>().prop_map(code),
        (vec(any::<String>(), 0..4), any::<bool>()).prop_map(|(values, is_begun)| {
            let mut photo = Photo::new(Media::Gif, Recipe::FlipVertical, at(1));
            if is_begun {
                photo.begin(at(2));
            }
            Body::photo_with(values, photo)
        }),
        vec(any::<String>(), 0..4).prop_map(|values| Body::File { values }),
    ]
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => vec(mutation(), 1..8).prop_map(|batch| Step::Commit(one_for_each_entry(batch))),
        1 => (0..30u64).prop_map(Step::Truncate),
        1 => vec(0..14u64, 0..6).prop_map(Step::Purge),
        1 => (0..22u64).prop_map(Step::Forget),
        1 => Just(Step::Restart),
    ];
    vec(step, 1..25)
}

/// What the port requires of its caller.
fn one_for_each_entry(mut batch: Vec<Mutation>) -> Vec<Mutation> {
    let mut seen = std::collections::BTreeSet::new();
    batch.retain(|mutation| match mutation {
        Mutation::Add { .. } | Mutation::Supersede { replaced: None, .. } => true,
        Mutation::Replace { id, .. }
        | Mutation::Describe { id, .. }
        | Mutation::Process { id, .. }
        | Mutation::Remove { id, .. }
        | Mutation::Supersede { replaced: Some(id), .. }
        | Mutation::Restore { id, .. } => seen.insert(*id),
    });
    batch
}

pub(super) async fn any_history_equals_the_one_in_memory(subject: &mut impl Subject) {
    let runtime = Handle::current();
    let subject = Mutex::new((subject, 0));
    let mut runner = TestRunner::new(Config { cases: 60, ..Config::with_source_file(file!()) });
    let verdict = runner.run(&history(), |history| {
        let mut subject = subject.lock();
        subject.1 += 1;
        let fresh = space(&format!("history-{}", subject.1));
        block_in_place(|| runtime.block_on(agrees(subject.0, &fresh, history)))
    });
    if let Err(why) = verdict {
        panic!("{why}");
    }
}

async fn agrees(subject: &mut impl Subject, space: &Space, history: Vec<Step>) -> Result<(), TestCaseError> {
    let model = MemoryCatalog::new();
    let mut catalog = subject.open().await;
    for step in history {
        match step {
            Step::Commit(batch) => {
                let result = catalog.commit(space, batch.clone()).await.unwrap();
                prop_assert_eq!(result, model.commit(space, batch).await.unwrap());
            }
            Step::Truncate(floor) => {
                catalog.truncate(space, floor).await.unwrap();
                model.truncate(space, floor).await.unwrap();
            }
            Step::Purge(ids) => {
                catalog.purge(space, &ids).await.unwrap();
                model.purge(space, &ids).await.unwrap();
            }
            Step::Forget(before) => {
                catalog.forget_requests(space, at(before)).await.unwrap();
                model.forget_requests(space, at(before)).await.unwrap();
            }
            Step::Restart => catalog = subject.open().await,
        }
        prop_assert_eq!(catalog.counters(space).await.unwrap(), model.counters(space).await.unwrap());
    }
    prop_assert_eq!(catalog.snapshot(space).await.unwrap(), model.snapshot(space).await.unwrap());
    for after in 0..=catalog.counters(space).await.unwrap().last_seq {
        let result = catalog.since(space, after, 5).await.unwrap();
        prop_assert_eq!(result, model.since(space, after, 5).await.unwrap());
    }
    for number in 0..9 {
        let id = request(&format!("r{number}"));
        prop_assert_eq!(catalog.request(space, &id).await.unwrap(), model.request(space, &id).await.unwrap());
    }
    Ok(())
}
