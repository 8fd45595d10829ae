//! Programs that end in the middle of the work: their photos are continued, but none is tried for ever.

use domain::StageState;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::faults::process;
use super::*;
use crate::bucket::{Body, Bucket, BucketError, Metadata, Notice, Object, ObjectInfo};

fn works_only() -> Options {
    Options { reconciles: false, ..Options::default() }
}

/// A photo that a program had begun when it died, so often.
async fn died_on(times: u32) -> Stage {
    let stage = Stage::with(only_serves()).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    for time in 0..times {
        let mut photo = stage.photo(1).await;
        if time > 0 {
            assert!(!photo.crashed(stage.gallery.shared().clock.now()));
        }
        photo.begin(stage.gallery.shared().clock.now());
        process(&stage, 1, photo).await;
    }
    stage
}

#[tokio::test]
async fn photo_of_a_dead_program_is_continued() {
    let stage = died_on(1).await;
    stage.pass(Duration::from_secs(11 * 60));
    let _worker = stage.another(works_only()).await;
    let photo = stage.worked_on(1).await;
    assert_eq!((reason(&photo), photo.stages[0].attempts, photo.stages[0].reason), (None, 2, None));
}

#[tokio::test]
async fn photo_that_two_programs_died_on_has_failed() {
    let stage = died_on(2).await;
    stage.pass(Duration::from_secs(11 * 60));
    let _worker = stage.another(works_only()).await;
    let photo = stage.worked_on(1).await;
    assert_eq!((reason(&photo), photo.stages[0].attempts), (Some(StageError::Crashed), 2));
    assert!(stage.derived().await.is_empty());
}

#[tokio::test]
async fn photo_that_another_program_works_on_is_left_alone() {
    let stage = died_on(1).await;
    let worker = stage.another(works_only()).await;
    // Somebody else's photo, which is done first.
    stage.upload(&jpeg(40, 30, 11), "other").await.unwrap();
    stage.worked_on(2).await;
    let photo = stage.photo(1).await;
    assert_eq!((photo.stages[0].state, photo.stages[0].attempts), (StageState::Working, 1));
    worker.shutdown().await;
}

#[tokio::test]
async fn shutdown_gives_photos_back() {
    let stage = Stage::with(only_serves()).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    let ports = Ports { bucket: Arc::new(Endless(Arc::clone(&stage.bucket))), ..stage.ports.clone() };
    let worker = Gallery::open(ports, works_only()).await.unwrap();
    stage.once(1, Photo::is_being_worked_on).await;
    tokio::time::timeout(PATIENCE, worker.shutdown()).await.expect("it waits for no object");
    let photo = stage.once(1, |photo| !photo.is_being_worked_on()).await;
    assert_eq!((photo.stages[0].state, photo.stages[0].reason), (StageState::Waiting, None));

    let _worker = stage.another(works_only()).await;
    assert_eq!(reason(&stage.worked_on(1).await), None);
}

/// A bucket whose objects never end.
struct Endless(Arc<MemoryBucket>);

#[async_trait::async_trait]
impl Bucket for Endless {
    async fn get(&self, key: &Key, range: Option<std::ops::Range<u64>>) -> Result<Object, BucketError> {
        Ok(Object { bytes: stream::pending().boxed(), ..self.0.get(key, range).await? })
    }

    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        self.0.put(key, body, metadata).await
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        self.0.head(key).await
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.0.list()
    }

    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.0.list_below(folder)
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        self.0.delete(key).await
    }

    fn watch(&self) -> BoxStream<'static, Notice> {
        self.0.watch()
    }
}

#[tokio::test]
async fn upload_cut_off_before_its_entry_is_adopted() {
    let stage = Stage::open().await;
    let faults = [crate::testing::Fault::UnavailableBefore; 6];
    stage.catalog.faults.lock().unwrap().extend(faults);
    let failed = stage.upload(&jpeg(40, 30, 10), "r").await;
    assert!(matches!(failed, Err(GalleryError::Catalog(_))), "{failed:?}");
    stage.pass(Duration::from_secs(2 * 60));
    stage.gallery.reconcile().await.unwrap();
    let photo = stage.worked_on(1).await;
    assert_eq!((photo.progress(), photo.recipe), (None, Recipe::Flip));
    assert_eq!(stage.entry(1).await.content.name.as_str(), "Beach.JPG");
    // Its request is answered with it.
    let again = stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    assert!(again.repeated && again.change.entry.id == 1);
}

#[tokio::test]
async fn cut_off_upload_of_any_file_is_answered_when_repeated() {
    let stage = Stage::open().await;
    let faults = [crate::testing::Fault::UnavailableBefore; 6];
    stage.catalog.faults.lock().unwrap().extend(faults);
    let notes = || async { Upload { file_name: "notes.txt".to_owned(), ..upload(b"notes", "r").await } };
    let grant = granted(&Space::main());
    assert!(stage.gallery.upload(&grant, notes().await).await.is_err());
    stage.pass(Duration::from_secs(2 * 60));
    stage.gallery.reconcile().await.unwrap();
    let again = stage.gallery.upload(&grant, notes().await).await.unwrap();
    assert!(again.repeated && again.change.entry.content.name.as_str() == "notes.txt");
}
