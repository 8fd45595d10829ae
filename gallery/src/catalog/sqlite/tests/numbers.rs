//! Numbers are never assigned twice, even if the catalog comes back without its last commits.

use std::path::Path;

use super::*;

/// The files of a catalog.
const FILES: [&str; 3] = ["catalog.db", "catalog.db-wal", "catalog.db-numbers"];

fn copy(from: &Path, to: &Path, names: &[&str]) {
    for name in names {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// A catalog as a kill leaves it, with ids 1 to 9 of `main` in its log, and 1 and 2 of `team` last.
async fn killed() -> Place {
    let running = Place::new();
    let catalog = running.open().await.unwrap();
    for batch in 0..3 {
        commit(&catalog, batch * 3..batch * 3 + 3).await.unwrap();
    }
    catalog.commit(&team(), vec![add("a"), add("b")]).await.unwrap();
    let left = Place::new();
    copy(running.folder.path(), left.folder.path(), &FILES);
    left
}

fn team() -> Space {
    "team".parse().unwrap()
}

/// Opens it after a loss: refused once, and accepted as the sentence says.
async fn accept_loss(place: &Place, named: &str) -> SqliteCatalog {
    for _ in 0..2 {
        let said = place.complaint().await;
        assert!(said.contains(named) && said.contains("delete catalog.db-damaged"), "{said}");
    }
    fs::remove_file(place.folder.path().join("catalog.db-damaged")).unwrap();
    place.open().await.unwrap()
}

/// The next id and seq in a space.
async fn next(catalog: &SqliteCatalog, space: &Space) -> (u64, u64) {
    let results = catalog.commit(space, vec![add("next")]).await.unwrap();
    let change = &results[0].as_ref().unwrap().change;
    (change.entry.id, change.seq)
}

#[tokio::test]
async fn numbers_of_a_log_that_was_cut_off_are_not_assigned_again() {
    for kept in [0, 1, 2] {
        let place = killed().await;
        let log = place.folder.path().join("catalog.db-wal");
        let length = fs::metadata(&log).unwrap().len();
        fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(length / 3 * kept).unwrap();
        let catalog = accept_loss(&place, "of the space main").await;
        assert_eq!(next(&catalog, &Space::main()).await, (10, 10), "{kept}");
        assert_eq!(next(&catalog, &team()).await, (3, 3), "{kept}: even if all of the space is lost");
        assert_eq!(catalog.since(&Space::main(), 3, 9).await.unwrap(), Since::Truncated);
        assert!(
            matches!(catalog.since(&Space::main(), 9, 9).await.unwrap(), Since::Changes(log) if log.len() == 1)
        );
        catalog.close().await.unwrap();
        place.open().await.unwrap();
    }
}

#[tokio::test]
async fn numbers_after_an_older_copy_are_not_assigned_again() {
    let place = Place::new();
    let folder = place.folder.path();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..3).await.unwrap();
    catalog.close().await.unwrap();
    fs::copy(place.path(), folder.join("copy")).unwrap();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 3..6).await.unwrap();
    catalog.close().await.unwrap();
    fs::rename(folder.join("copy"), place.path()).unwrap();
    let catalog = accept_loss(&place, "the changes 4 to 6 of the space main are missing").await;
    assert_eq!(next(&catalog, &Space::main()).await, (7, 7));
}

#[tokio::test]
async fn kill_loses_no_numbers() {
    let place = killed().await;
    let catalog = place.open().await.unwrap();
    assert_eq!((next(&catalog, &Space::main()).await, next(&catalog, &team()).await), ((10, 10), (3, 3)));
    // A power failure may take the file of the numbers, or leave it older or torn.
    for spoiled in ["", "numbers", "numbers assigned: space, last id, last seq    \nmain 1 1\nteam"] {
        let place = killed().await;
        fs::write(place.folder.path().join("catalog.db-numbers"), spoiled).unwrap();
        assert_eq!(next(&place.open().await.unwrap(), &Space::main()).await, (10, 10), "{spoiled:?}");
    }
}

#[tokio::test]
async fn new_catalog_in_place_of_a_lost_one_begins_at_1() {
    let place = killed().await;
    for name in &FILES[..2] {
        fs::remove_file(place.folder.path().join(name)).unwrap();
    }
    let catalog = place.open().await.unwrap();
    assert_eq!(next(&catalog, &Space::main()).await, (1, 1));
    let dump = crate::catalog::SpaceDump {
        counters: Counters { last_id: 5, last_seq: 7, floor: 7 },
        ..crate::catalog::SpaceDump::default()
    };
    catalog.load(&team(), dump).await.unwrap();
    let noted = fs::read_to_string(place.folder.path().join("catalog.db-numbers")).unwrap();
    let noted: Vec<Vec<&str>> = noted.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(noted, [["main", "1", "1"], ["team", "5", "7"]], "what was imported counts as assigned");
}
