//! The facade: the verbs of a gallery. Each is a few lines; the work is in other files.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::limits::TOMBSTONE_AGE;
use domain::{Change, CodeText, Description, Entry, EntryId, Seq, Sha256, Space, StyleText};
use tokio::sync::watch;
use tokio_util::sync::DropGuard;

use crate::bucket::{BucketError, Download, Object};
use crate::catalog::{CatalogError, Settings};
use crate::clock::{Clock, before};
use crate::drawing::{Drawing, DrawnEntry, Format, Preview};
use crate::error::GalleryError;
use crate::grant::{Grant, MayAdminister, MayRead, MayWrite, Read};
use crate::options::Options;
use crate::ports::Ports;
use crate::reconcile::state::Reconciler;
use crate::reconcile::{follow, pass};
use crate::shared::Shared;
use crate::space::spaces::SpaceInUse;
use crate::space::subscription::Subscription;
use crate::space::window::{Cursor, Filter, Page, Slice, WindowRequest};
use crate::verbs::publish::{Draft, OnReuse, Published, publish};
use crate::verbs::verified::verified;
use crate::verbs::{describe, purge, removal, settings};
use crate::worker::{self, Worker};

/// How long `wait_for` waits.
const WAIT_MOST: Duration = Duration::from_secs(5);

/// Keeps entries. Cheap to clone: every clone is the same gallery. When the last one is dropped, the background work
/// ends; `shutdown` also waits for it.
#[derive(Clone)]
pub struct Gallery {
    shared: Arc<Shared>,
    drawing: Arc<Drawing>,
    reconciler: Arc<Reconciler>,
    _stop_when_dropped: Arc<DropGuard>,
}

impl Gallery {
    /// Opens a gallery and starts its background work: the tail of the log, watching, reconciliation, purging,
    /// working on photos and tables.
    pub async fn open(ports: Ports, options: Options) -> Result<Self, GalleryError> {
        Self::open_with_clock(ports, options, Clock::system()).await
    }

    /// The same, with the given clock.
    pub async fn open_with_clock(ports: Ports, options: Options, clock: Clock) -> Result<Self, GalleryError> {
        let drawing = Arc::new(Drawing::new(Arc::clone(&ports.bucket)));
        let shared = Arc::new(Shared::over(ports, options.labeller, options.notices, clock));
        let reconciler = Arc::new(Reconciler::new(Arc::clone(&shared), options.left_out));
        // An unreadable catalog is reported now, not at the first request.
        shared.spaces.get(&Space::main()).await?;
        // Watching begins before the first comparison: changes in between are seen by one of the two.
        if options.reconciles {
            let notices = shared.bucket.watch();
            shared.start(follow::follow(Arc::clone(&reconciler), notices));
            shared.start(pass::keep_reconciled(Arc::clone(&reconciler), options.reconcile_every));
            shared.start(purge::keep_purged(Arc::clone(&shared), reconciler.reader.clone()));
        }
        if options.works {
            let worker = Worker::new(Arc::clone(&shared), Arc::clone(&drawing));
            shared.start(worker::keep_working(Arc::new(worker)));
        }
        shared.start(purge::keep_closing(Arc::clone(&shared)));
        shared.start(Arc::clone(&shared).keep_catalog_checked());
        let stop_when_dropped = Arc::new(shared.stopping.clone().drop_guard());
        Ok(Self { shared, drawing, reconciler, _stop_when_dropped: stop_when_dropped })
    }

    /// Draws, reads back, puts into the bucket, then commits. Returns when durable. Cancelling the caller does not
    /// stop it. A repeated draft is saved once; `on_reuse` decides about a different one with the same request id.
    pub async fn publish(
        &self,
        grant: &Grant<impl MayWrite>,
        draft: Draft,
        on_reuse: OnReuse,
    ) -> Result<Published, GalleryError> {
        let (shared, drawing) = (Arc::clone(&self.shared), Arc::clone(&self.drawing));
        self.write(publish(shared, drawing, grant.space().clone(), draft, on_reuse)).await
    }

    /// Draws a text as a file without saving it. Refuses what a save would refuse; `Busy` when too many drafts are
    /// being drawn.
    pub async fn draw(
        &self,
        _grant: &Grant<impl MayRead>,
        text: &CodeText,
        look: StyleText,
        format: Format,
    ) -> Result<Bytes, GalleryError> {
        self.drawing.draw(text, look, format).await
    }

    /// Draws a text for a preview, with its score. `Busy` when too many drafts are being drawn.
    pub async fn preview(
        &self,
        _grant: &Grant<impl MayRead>,
        text: &CodeText,
        look: StyleText,
    ) -> Result<Preview, GalleryError> {
        self.drawing.preview(text, look).await
    }

    /// Draws the code of an entry from its value and style; `None` if it has no code.
    pub async fn draw_entry(
        &self,
        entry: &Entry,
        format: Format,
    ) -> Result<Option<DrawnEntry>, GalleryError> {
        self.drawing.draw_entry(entry, format).await
    }

    /// The same of an entry that was saved a moment ago, which is never `Busy`.
    pub async fn draw_saved(
        &self,
        entry: &Entry,
        format: Format,
    ) -> Result<Option<DrawnEntry>, GalleryError> {
        self.drawing.draw_saved(entry, format).await
    }

    /// Keeps a logo: a PNG, JPEG or SVG of at most `LOGO_MAX_BYTES`. Returns its id, the digest of the kept form.
    pub async fn keep_logo(
        &self,
        _grant: &Grant<impl MayWrite>,
        upload: Bytes,
    ) -> Result<Sha256, GalleryError> {
        let logos = Arc::clone(&self.drawing.logos);
        self.write(async move { logos.keep(upload).await }).await
    }

    /// The PNG of a logo; `NotFound` if there is none with this id.
    pub async fn logo(&self, _grant: &Grant<impl MayRead>, id: &str) -> Result<Bytes, GalleryError> {
        self.drawing.logos.png(id).await
    }

    /// Whether the logo of a look, if it has one, is available: for optional uses. It does not wait long, and a
    /// recent failure of the bucket still counts. `NotFound` if there is none, `Bucket` if that is unknown now.
    pub async fn look_for_logo(
        &self,
        _grant: &Grant<impl MayRead>,
        look: &StyleText,
    ) -> Result<(), GalleryError> {
        self.drawing.look_for_logo(look).await
    }

    /// The settings of a space, from memory; changes by other instances appear after a while.
    pub async fn settings(&self, grant: &Grant<impl MayRead>) -> Result<Settings, GalleryError> {
        settings::settings(&self.shared, grant.space()).await
    }

    /// Makes a look the default of new codes in the space. Its logo must exist.
    pub async fn set_default_look(
        &self,
        grant: &Grant<impl MayAdminister>,
        look: StyleText,
    ) -> Result<(), GalleryError> {
        self.set_default_look_if(grant, None, look).await
    }

    /// The same; `Changed` if another look is the default than the expected one. Between two instances the later one wins.
    pub async fn set_default_look_if(
        &self,
        grant: &Grant<impl MayAdminister>,
        expected: Option<StyleText>,
        look: StyleText,
    ) -> Result<(), GalleryError> {
        let (shared, drawing) = (Arc::clone(&self.shared), Arc::clone(&self.drawing));
        let space = grant.space().clone();
        self.write(async move {
            settings::set_default_look(&shared, &drawing, &space, expected.as_ref(), look).await
        })
        .await
    }

    /// Changes the name and labels of a live entry. `Gone` for a tombstone, `Changed` if its revision is not the
    /// expected one.
    pub async fn describe(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
        description: Description,
    ) -> Result<Change, GalleryError> {
        let shared = Arc::clone(&self.shared);
        self.write(describe::describe(shared, grant.space().clone(), id, expected, description)).await
    }

    /// Turns an entry into a tombstone; an existing tombstone stays unchanged.
    pub async fn remove(&self, grant: &Grant<impl MayWrite>, id: EntryId) -> Result<Change, GalleryError> {
        self.remove_if(grant, id, None).await
    }

    /// The same; `Changed` if its revision is not the expected one.
    pub async fn remove_if(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
    ) -> Result<Change, GalleryError> {
        let (shared, space) = (Arc::clone(&self.shared), grant.space().clone());
        self.write(removal::remove(shared, space, id, expected, None)).await
    }

    /// Undoes a removal; a live entry stays unchanged. `Gone` if its object no longer exists.
    pub async fn restore(&self, grant: &Grant<impl MayWrite>, id: EntryId) -> Result<Change, GalleryError> {
        self.restore_if(grant, id, None).await
    }

    /// The same; `Changed` if its revision is not the expected one.
    pub async fn restore_if(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
    ) -> Result<Change, GalleryError> {
        let (shared, reader) = (Arc::clone(&self.shared), self.reconciler.reader.clone());
        self.write(removal::restore(shared, reader, grant.space().clone(), id, expected)).await
    }

    /// Restores whatever a person has removed and can be restored; returns how many.
    pub async fn restore_all(&self, grant: &Grant<impl MayWrite>) -> Result<u64, GalleryError> {
        let (shared, reader) = (Arc::clone(&self.shared), self.reconciler.reader.clone());
        self.write(removal::restore_all(shared, reader, grant.space().clone())).await
    }

    /// Deletes a removed entry and its object permanently, before the seven days are over. `NotRemoved` for a live one,
    /// `Changed` if its revision is not the expected one.
    pub async fn purge(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
    ) -> Result<(), GalleryError> {
        let (shared, reader) = (Arc::clone(&self.shared), self.reconciler.reader.clone());
        let space = grant.space().clone();
        self.write(async move { purge::purge_entry(&shared, &reader, &space, id, expected).await }).await
    }

    /// A window of all live entries, newest first, from memory.
    pub async fn listing(
        &self,
        grant: &Grant<impl MayRead>,
        window: WindowRequest,
    ) -> Result<Page, GalleryError> {
        self.find(grant, &Filter::default(), window).await
    }

    /// A window of the live entries that pass a filter, in its order, from memory.
    pub async fn find(
        &self,
        grant: &Grant<impl MayRead>,
        filter: &Filter,
        window: WindowRequest,
    ) -> Result<Page, GalleryError> {
        Ok(match self.shared.spaces.get(grant.space()).await? {
            Some(open) => open.view().index().find(filter, window),
            None => Page { seq: 0, total: 0, page: 1, pages: 1, entries: Vec::new() },
        })
    }

    /// A window of the entries that were removed, or whose objects were deleted, in the last seven days, from memory: the
    /// last first.
    pub async fn removed(
        &self,
        grant: &Grant<impl MayRead>,
        window: WindowRequest,
    ) -> Result<Page, GalleryError> {
        let moment = before(self.shared.clock.now(), TOMBSTONE_AGE);
        Ok(match self.shared.spaces.get(grant.space()).await? {
            Some(open) => open.view().index().dead_since(moment, window),
            None => Page { seq: 0, total: 0, page: 1, pages: 1, entries: Vec::new() },
        })
    }

    /// A slice of the live entries that pass a filter, in its order, from memory: at most `limit` after a cursor, or the
    /// first.
    pub async fn browse(
        &self,
        grant: &Grant<impl MayRead>,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Slice, GalleryError> {
        Ok(match self.shared.spaces.get(grant.space()).await? {
            Some(open) => open.view().index().browse(filter, after, limit),
            None => Slice { seq: 0, total: 0, entries: Vec::new(), next: None },
        })
    }

    /// Returns when the index shows this seq, or after five seconds.
    pub async fn wait_for(&self, grant: &Grant<impl MayRead>, seq: Seq) -> Result<(), GalleryError> {
        let _listening = self.shared.catalog.listen(grant.space());
        let shows = async {
            // An unused space need not be open to be waited for.
            if seq > 0 && self.shared.spaces.get(grant.space()).await?.is_none() {
                self.shared.catalog.changed(grant.space(), seq - 1).await?;
            }
            if let Some(open) = self.shared.spaces.get(grant.space()).await? {
                open.view().feed().reached(seq).await;
            }
            Ok(())
        };
        tokio::time::timeout(WAIT_MOST, shows).await.unwrap_or(Ok(()))
    }

    /// An entry or its tombstone, from memory; if it is missing, the catalog is asked, because another instance may
    /// have just added it. `NotFound` if neither exists.
    pub async fn entry(&self, grant: &Grant<impl MayRead>, id: EntryId) -> Result<Arc<Entry>, GalleryError> {
        self.shared.spaces.entry(grant.space(), id).await?.ok_or(GalleryError::NotFound)
    }

    /// For how long the displayed state of a space could not be updated; `None` if it is current.
    pub async fn behind_for(&self, grant: &Grant<impl MayRead>) -> Option<Duration> {
        self.used(grant.space()).await.ok()??.view().behind_for()
    }

    /// The newest live entry with exactly this value, from memory.
    pub async fn find_value(
        &self,
        grant: &Grant<impl MayRead>,
        value: &str,
    ) -> Result<Option<Arc<Entry>>, GalleryError> {
        let open = self.used(grant.space()).await?;
        Ok(open.and_then(|open| open.view().index().newest_with_value(value)))
    }

    /// The object of a live entry, streamed. `Gone` for a tombstone. A completely streamed object ends with an error
    /// instead of its last bytes if they are not those of the entry.
    pub async fn file(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
        range: Option<Range<u64>>,
    ) -> Result<(Arc<Entry>, Object), GalleryError> {
        let entry = self.live(grant, id).await?;
        let is_whole = range.is_none();
        match self.shared.bucket.get(&entry.content.key, range).await {
            Ok(object) => {
                let object = if is_whole { verified(object, &entry.content) } else { object };
                Ok((entry, object))
            }
            Err(BucketError::NotFound) => Err(GalleryError::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// A presigned address of a live entry's object; `None` if the bucket has no such addresses. `Gone` for a
    /// tombstone.
    pub async fn address(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
        download: Download,
    ) -> Result<Option<String>, GalleryError> {
        let entry = self.live(grant, id).await?;
        let address = self.shared.bucket.presigned_get(&entry.content.key, download).await?;
        Ok(address.map(String::from))
    }

    /// A subscription to the feed, from right after `after`, or from its end.
    pub async fn subscribe(
        &self,
        grant: &Grant<impl MayRead>,
        after: Option<Seq>,
    ) -> Result<Subscription, GalleryError> {
        if self.shared.stopping.is_cancelled() {
            return Err(GalleryError::Stopping);
        }
        let open = self.shared.spaces.open(grant.space()).await?;
        // The page may come from an instance that is ahead of this one.
        if after > Some(open.view().seq()) {
            open.view().catch_up().await?;
        }
        Ok(Subscription::new(open, after, self.shared.stopping.clone()))
    }

    /// How many files of the bucket are left out because their names cannot be keys, as of the last comparison.
    pub fn unnamed_files(&self) -> u64 {
        self.reconciler.unnamed.total()
    }

    /// What is wrong with the catalog until somebody repairs it, if anything, as far as is known; followed as it
    /// changes.
    pub fn catalog_fault(&self) -> watch::Receiver<Option<Arc<CatalogError>>> {
        self.shared.saves.fault.subscribe()
    }

    /// Of the spaces that have ever had an entry, sorted, those that the caller may read; without those of devices.
    pub async fn spaces(
        &self,
        may_read: impl Fn(Space) -> Option<Grant<Read>>,
    ) -> Result<Vec<Grant<Read>>, GalleryError> {
        let spaces = self.shared.catalog.spaces().await?.into_iter();
        Ok(spaces.filter(|space| !space.is_of_device()).filter_map(may_read).collect())
    }

    /// Compares the whole bucket with the catalog now, and adopts whatever differs; background work does the same
    /// from time to time.
    pub async fn reconcile(&self) -> Result<(), GalleryError> {
        Ok(pass::pass(&self.reconciler).await?)
    }

    /// Whether bucket and catalog respond and accept saves; the sentences say what does not. After a failed save it
    /// is not ready until another save, or a test write, succeeds.
    pub async fn readiness(&self) -> Result<(), Vec<String>> {
        self.shared.readiness().await
    }

    /// Ends the background work and every subscription; pending saves are finished first.
    pub async fn shutdown(&self) {
        self.shared.stopping.cancel();
        // The background work starts writes, too.
        for tasks in [&self.shared.background, &self.shared.writes] {
            tasks.close();
            tasks.wait().await;
        }
        self.shared.spaces.close();
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn drawing(&self) -> &Arc<Drawing> {
        &self.drawing
    }

    pub(crate) fn reconciler(&self) -> &Reconciler {
        &self.reconciler
    }

    pub(crate) async fn live(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
    ) -> Result<Arc<Entry>, GalleryError> {
        let entry = self.entry(grant, id).await?;
        if entry.state.is_live() { Ok(entry) } else { Err(GalleryError::Gone) }
    }

    async fn used(&self, space: &Space) -> Result<Option<SpaceInUse>, GalleryError> {
        Ok(self.shared.spaces.get(space).await?)
    }

    /// Runs a write in its own task, so that it completes even if the caller goes away.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl Future<Output = Result<T, GalleryError>> + Send + 'static,
    ) -> Result<T, GalleryError> {
        self.shared.write(write).await
    }
}
