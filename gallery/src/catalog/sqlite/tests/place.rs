//! A file that is deleted, moved or replaced while it is open.

use super::*;

#[tokio::test]
async fn a_file_that_is_not_in_its_place_takes_no_commit_until_it_is_back() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..3).await.unwrap();
    let aside = place.folder.path().join("aside");
    let mut done = 3;
    for name in ["catalog.db", "catalog.db-wal"] {
        let file = place.folder.path().join(name);
        for replaced in [false, true] {
            fs::rename(&file, &aside).unwrap();
            if replaced {
                fs::copy(&aside, &file).unwrap();
            }
            let refused = commit(&catalog, done..done + 3).await;
            let Err(CatalogError::Corrupt(why)) = refused else { panic!("{name}: {refused:?}") };
            assert!(why.contains(&format!("{} was deleted, moved or replaced", file.display())), "{why}");
            assert!(matches!(catalog.ready().await, Err(CatalogError::Corrupt(_))));
            assert!(matches!(catalog.truncate(&Space::main(), 1).await, Err(CatalogError::Corrupt(_))));
            assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
            fs::rename(&aside, &file).unwrap();
            catalog.ready().await.unwrap();
            commit(&catalog, done..done + 3).await.unwrap();
            done += 3;
        }
    }
    catalog.close().await.unwrap();
    assert!(matches!(catalog.ready().await, Err(CatalogError::Unavailable(_))));
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
}
