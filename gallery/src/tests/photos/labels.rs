//! Labels from the upload to the listing: found by a labeller, corrected by a person, looked for anew. Not here: what
//! the labellers promise (`conformance`).

use std::collections::VecDeque;

use async_trait::async_trait;
use domain::limits::LABELS_MAX;
use domain::{Description, Label, LabelName, StageState};
use parking_lot::Mutex;

use super::*;
use crate::labeller::{Found, Labeller, LabellerError};
use crate::{Filter, Relabel, WindowRequest};

/// A labeller that says what a test wants.
#[derive(Debug, Default)]
struct Scripted {
    says: Mutex<Vec<&'static str>>,
    model: Mutex<&'static str>,
    fails: Mutex<VecDeque<LabellerError>>,
    looks: AtomicU64,
}

impl Scripted {
    fn saying(labels: &[&'static str]) -> Arc<Self> {
        Arc::new(Self { says: Mutex::new(labels.to_vec()), model: Mutex::new("test/1"), ..Self::default() })
    }

    fn failing(errors: impl IntoIterator<Item = LabellerError>) -> Arc<Self> {
        let labeller = Self::saying(&["cat"]);
        labeller.fails.lock().extend(errors);
        labeller
    }

    fn looks(&self) -> u64 {
        self.looks.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Labeller for Scripted {
    async fn label(&self, view: Bytes) -> Result<Found, LabellerError> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        assert!(photos::flatten(&view, domain::limits::VIEW_SIDE).is_ok(), "it gets the view");
        if let Some(error) = self.fails.lock().pop_front() {
            return Err(error);
        }
        let model = *self.model.lock();
        let label = |name: &&str| Label::of_labeller(name.parse().unwrap(), 0.9, model);
        Ok(Found { model: model.to_owned(), labels: self.says.lock().iter().map(label).collect() })
    }

    fn is_current(&self, model: &str) -> bool {
        model == *self.model.lock()
    }
}

async fn with(labeller: &Arc<Scripted>) -> Stage {
    Stage::with(Options { labeller: labeller.clone(), ..Options::default() }).await
}

impl Stage {
    async fn labels(&self, id: EntryId) -> Vec<String> {
        self.entry(id).await.content.all_labels().map(|label| label.name.to_string()).collect()
    }

    async fn labelled(&self, labels: &[&str]) -> Vec<EntryId> {
        let filter = Filter { labels: names(labels), ..Filter::default() };
        let window = WindowRequest { page: 1, per_page: 10 };
        let page = self.gallery.find(&granted(&Space::main()), &filter, window).await.unwrap();
        page.entries.iter().map(|entry| entry.id).collect()
    }

    async fn change_labels(&self, id: EntryId, added: &[&str], removed: &[&str]) {
        let grant = granted(&Space::main());
        self.gallery.change_labels(&grant, id, names(added), names(removed)).await.unwrap();
    }

    async fn relabel_all(&self, which: Relabel) -> u64 {
        self.gallery.relabel_all(&granted(&Space::main()), which).await.unwrap()
    }
}

fn names(labels: &[&str]) -> Vec<LabelName> {
    labels.iter().map(|label| label.parse().unwrap()).collect()
}

fn is_labelled(photo: &Photo) -> bool {
    photo.stage(Step::Labels).is_some_and(|stage| stage.state == StageState::Done)
}

#[tokio::test]
async fn uploaded_photo_gets_labels_after_its_pictures() {
    let labeller = Scripted::saying(&["cat", "sofa"]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    let photo = stage.worked_on(1).await;
    assert!(is_labelled(&photo), "{:?}", photo.stages);
    assert_eq!(photo.labelled_by.as_deref(), Some("test/1"));
    assert_eq!(stage.labels(1).await, ["cat", "sofa"]);
    assert_eq!((stage.labelled(&["cat", "sofa"]).await, stage.labelled(&["dog"]).await), (vec![1], vec![]));
    let known = stage.gallery.labels(&granted(&Space::main()), 9).await.unwrap();
    assert_eq!(known, [("cat".parse().unwrap(), 1), ("sofa".parse().unwrap(), 1)]);
}

#[tokio::test]
async fn without_a_labeller_a_photo_is_done_and_not_looked_at() {
    let stage = Stage::open().await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    let photo = stage.worked_on(1).await;
    assert!(photo.stage(Step::Labels).is_none() && photo.labelled_by.is_none());
    assert_eq!(stage.relabel_all(Relabel::All).await, 0, "nobody would look");
    // The same data with a labeller.
    stage.gallery.shutdown().await;
    let labeller = Scripted::saying(&["cat"]);
    let another = stage.another(Options { labeller: labeller.clone(), ..Options::default() }).await;
    let stage = Stage { gallery: another, ..stage };
    assert_eq!(stage.relabel_all(Relabel::Outdated).await, 1);
    assert!(is_labelled(&stage.worked_on(1).await));
    assert_eq!((stage.labels(1).await, labeller.looks()), (vec!["cat".to_owned()], 1));
}

#[tokio::test]
async fn what_a_person_says_stays_when_photos_are_labelled_anew() {
    let labeller = Scripted::saying(&["cat", "dog"]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    stage.change_labels(1, &["garden", "CAT"], &["dog"]).await;
    assert_eq!(stage.labels(1).await, ["garden", "cat"]);
    *labeller.says.lock() = vec!["Dog", "cat", "Garden", "grass"];
    *labeller.model.lock() = "test/2";
    assert_eq!(stage.relabel_all(Relabel::Outdated).await, 1);
    let photo = stage.once(1, |photo| photo.labelled_by.as_deref() == Some("test/2")).await;
    assert_eq!(photo.removed_labels, names(&["dog"]));
    assert_eq!(stage.labels(1).await, ["garden", "cat", "grass"]);
    assert_eq!(stage.relabel_all(Relabel::Outdated).await, 0, "the model is this one");
    // Who names it wants it after all.
    stage.change_labels(1, &["dog"], &[]).await;
    assert_eq!(stage.labels(1).await, ["garden", "dog", "cat", "grass"]);
    assert!(stage.photo(1).await.removed_labels.is_empty());
}

#[tokio::test]
async fn list_of_labels_is_taken_for_the_persons_word() {
    let labeller = Scripted::saying(&["cat", "dog"]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let labels = Label::parse_list("cat, printed").ok();
    let describe = |labels| Description { name: None, labels };
    let grant = granted(&Space::main());
    let change = stage.gallery.describe(&grant, 1, None, describe(labels.clone())).await.unwrap();
    assert_eq!(stage.labels(1).await, ["printed", "cat"]);
    assert_eq!(stage.photo(1).await.removed_labels, names(&["dog"]));
    let again = stage.gallery.describe(&grant, 1, None, describe(labels)).await.unwrap();
    assert_eq!(again.seq, change.seq, "nothing changes");
    let many: Vec<String> = (0..LABELS_MAX).map(|n| n.to_string()).collect();
    let many = many.iter().map(|name| name.parse().unwrap()).collect();
    let refused = stage.gallery.change_labels(&grant, 1, many, Vec::new()).await;
    assert!(matches!(refused, Err(GalleryError::TooManyLabels)), "{refused:?}");
}

#[tokio::test]
async fn only_what_matches_is_looked_at_again() {
    let labeller = Scripted::saying(&["cat"]);
    let stage = with(&labeller).await;
    for n in 0..3 {
        stage.upload(&jpeg(40, 30, n), &format!("r{n}")).await.unwrap();
        stage.worked_on(u64::from(n) + 1).await;
    }
    stage.change_labels(2, &["sofa"], &[]).await;
    assert_eq!(labeller.looks(), 3);
    assert_eq!(stage.relabel_all(Relabel::Labelled(names(&["cat", "sofa"]))).await, 1);
    stage.worked_on(2).await;
    assert_eq!(labeller.looks(), 4);
    stage.gallery.relabel(&granted(&Space::main()), 3, None).await.unwrap();
    stage.worked_on(3).await;
    assert_eq!(labeller.looks(), 5);
    assert_eq!(stage.relabel_all(Relabel::All).await, 3);
    for id in 1..=3 {
        stage.worked_on(id).await;
    }
    assert_eq!(labeller.looks(), 8);
}

#[tokio::test]
async fn labeller_that_does_not_respond_delays_no_picture() {
    let away = || LabellerError::Away("no network".into());
    let labeller = Scripted::failing([away()]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r1").await.unwrap();
    let waiting = stage.once(1, |photo| photo.unfinished().any(|stage| stage.reason.is_some())).await;
    let labels = waiting.stage(Step::Labels).unwrap();
    assert_eq!((labels.state, labels.reason), (StageState::Waiting, Some(StageError::LabellerAway)));
    assert!(waiting.stage(Step::View).unwrap().state == StageState::Done);
    stage.upload(&jpeg(40, 30, 20), "r2").await.unwrap();
    stage.once(2, |photo| photo.stage(Step::View).unwrap().state == StageState::Done).await;
    assert_eq!(labeller.looks(), 1, "it has a pause");
    for id in [1, 2] {
        assert!(is_labelled(&stage.worked_on(id).await), "by itself");
    }
}

#[tokio::test]
async fn refusals_are_final_until_somebody_tries_again() {
    let labeller = Scripted::failing([LabellerError::Denied("no permission".to_owned())]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    let photo = stage.worked_on(1).await;
    assert_eq!(reason(&photo), Some(StageError::LabellerDenied));
    assert_eq!(photo.stage(Step::View).unwrap().state, StageState::Done);
    stage.gallery.retry(&granted(&Space::main()), 1, None).await.unwrap();
    assert!(is_labelled(&stage.worked_on(1).await));
}

#[tokio::test]
async fn lost_view_is_made_again_before_its_labels() {
    let labeller = Scripted::saying(&["cat"]);
    let stage = with(&labeller).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let content = stage.entry(1).await.content.clone();
    let (view, _) = crate::derived::made(&Space::main(), 1, &content, Step::View).unwrap();
    stage.bucket.delete(&view).await.unwrap();
    stage.gallery.relabel(&granted(&Space::main()), 1, None).await.unwrap();
    let photo = stage.worked_on(1).await;
    assert!(is_labelled(&photo) && stage.derived().await.contains(&view.to_string()));
    assert_eq!(labeller.looks(), 2);
}
