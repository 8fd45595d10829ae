//! The settings of a space.

use futures::future::join_all;

use super::*;
use crate::bucket::MemoryBucket;
use crate::catalog::Settings;
use crate::testing::{exported, operator};
use crate::transfer::import;

fn look(text: &str) -> Settings {
    Settings { look: text.parse().unwrap(), ..Settings::default() }
}

pub(super) async fn settings_are_kept(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let (main, team) = (space("main"), space("team"));
    fill(&*catalog, &main, 1).await;
    assert_eq!(catalog.settings(&main).await.unwrap(), Settings::default());
    catalog.set_settings(&main, look("shape=dots&frame=label&caption=Ж+%26+É")).await.unwrap();
    catalog.set_settings(&main, look("ink=0b3d91&frame=label&caption=Ж+%26+É")).await.unwrap();
    let newer =
        Settings { look: domain::StyleText::stored("shape=of-a-newer-program"), ..Settings::default() };
    catalog.set_settings(&team, newer.clone()).await.unwrap();
    let catalog = subject.open().await;
    assert_eq!(catalog.settings(&main).await.unwrap(), look("ink=0b3d91&frame=label&caption=Ж+%26+É"));
    assert_eq!(catalog.settings(&team).await.unwrap(), newer);
    catalog.set_settings(&main, Settings::default()).await.unwrap();
    assert_eq!(catalog.settings(&main).await.unwrap(), Settings::default());
    assert_eq!(catalog.counters(&main).await.unwrap().last_seq, 1, "settings are not in the log");
}

pub(super) async fn the_last_settings_win(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    let looks: Vec<_> = (1..=16).map(|n| look(&format!("quiet={}", n + 4))).collect();
    let set = looks.iter().map(|look| catalog.set_settings(&main, look.clone()));
    for done in join_all(set).await {
        done.unwrap();
    }
    assert!(looks.contains(&catalog.settings(&main).await.unwrap()));
    catalog.set_settings(&main, look("quiet=2")).await.unwrap();
    assert_eq!(catalog.settings(&main).await.unwrap(), look("quiet=2"));
}

pub(super) async fn settings_of_an_unused_space_are_exported(subject: &mut impl Subject) {
    let bucket = MemoryBucket::new();
    let source = MemoryCatalog::new();
    source.set_settings(&space("new"), look("shape=dots")).await.unwrap();
    source.set_settings(&space("as-it-was"), Settings::default()).await.unwrap();
    let catalog = subject.open().await;
    import(&operator(), &bucket, &*catalog, &exported(&bucket, &source, None).await[..]).await.unwrap();
    assert_eq!(catalog.settings(&space("new")).await.unwrap(), look("shape=dots"));
    let catalog = subject.open().await;
    assert_eq!(catalog.settled().await.unwrap(), [space("new")]);
    assert!(catalog.spaces().await.unwrap().is_empty());
    // Exported again, next to a used space.
    fill(&*catalog, &space("used"), 1).await;
    catalog.set_settings(&space("used"), look("quiet=7")).await.unwrap();
    catalog.set_settings(&space("a-new-one"), look("quiet=6")).await.unwrap();
    let all = [space("a-new-one"), space("new"), space("used")];
    assert_eq!(catalog.settled().await.unwrap(), all);
    let there = MemoryCatalog::new();
    let one = exported(&bucket, &*catalog, Some(&space("new"))).await;
    import(&operator(), &bucket, &there, &one[..]).await.unwrap();
    assert_eq!(there.settled().await.unwrap(), [space("new")]);
    assert_eq!(there.settings(&space("new")).await.unwrap(), look("shape=dots"));
}

pub(super) async fn settings_alone_do_not_make_a_space_used(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let new = space("new");
    catalog.set_settings(&new, look("shape=dots")).await.unwrap();
    assert!(catalog.spaces().await.unwrap().is_empty());
    // It can still be loaded.
    catalog.load(&new, super::upkeep::dump()).await.unwrap();
    assert_eq!(catalog.settings(&new).await.unwrap(), look("shape=dots"));
}
