//! Listening to what happens in the directory, through `notify`.
//!
//! Every folder is watched on its own, not the tree at once: a new folder is first watched and then read, so nothing
//! that is put into it in between is missed; and our own folder costs nothing. A thread of its own does it, because
//! adding a watch waits for the thread of `notify`, which therefore must not do it itself.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures::stream::{self, BoxStream, StreamExt};
use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::wrappers::ReceiverStream;

use super::path;
use crate::bucket::Hint;

/// Events that may wait; past it the tree is read again.
const EVENTS_MAX: usize = 8192;
/// Hints that may wait for the reader.
const HINTS_MAX: usize = 1024;
/// How long after its creation a file that nobody has opened is taken for a hard link: that is never closed.
const LINK_AFTER: Duration = Duration::from_millis(50);
/// How often a folder whose inside changes while it is being watched is tried again.
const ATTEMPTS_MAX: usize = 10;

/// Hints from now on. Ends at once when the system cannot watch.
pub(super) fn watch(root: PathBuf) -> BoxStream<'static, Hint> {
    match start(root) {
        Ok((hints, _)) => hints,
        Err(error) => {
            tracing::warn!(%error, "the bucket's directory cannot be watched: what other programs do shows later");
            stream::empty().boxed()
        }
    }
}

/// The hints, and the thread behind them.
fn start(root: PathBuf) -> notify::Result<(BoxStream<'static, Hint>, JoinHandle<()>)> {
    let (raw, events) = sync_channel(EVENTS_MAX);
    let missed = Arc::new(AtomicBool::new(false));
    let handler = Handler { raw: raw.clone(), missed: Arc::clone(&missed) };
    let stop = StopWhenDropped(Handler { raw, missed: Arc::clone(&missed) });
    let watcher =
        RecommendedWatcher::new(move |event| handler.handle(Raw::Event(event)), notify::Config::default())?;
    let (hints, reader) = channel(HINTS_MAX);
    let (folders, created) = (BTreeSet::new(), VecDeque::new());
    let mut listener = Listener { root, watcher, folders, created, missed, hints };
    listener.watch_all()?;
    let thread = std::thread::Builder::new().name("bucket-watch".into());
    let thread = thread.spawn(move || listener.run(&events)).map_err(notify::Error::io)?;
    Ok((ReceiverStream::new(reader).inspect(move |_| _ = &stop).boxed(), thread))
}

enum Raw {
    Event(notify::Result<Event>),
    Missed,
    Stop,
}

/// Hands events over without ever waiting.
struct Handler {
    raw: SyncSender<Raw>,
    missed: Arc<AtomicBool>,
}

impl Handler {
    fn handle(&self, raw: Raw) {
        if self.raw.try_send(raw).is_err() {
            self.missed.store(true, Ordering::Release);
            // Wakes a listener that has emptied the channel just now; one that has not will see the flag.
            let _ = self.raw.try_send(Raw::Missed);
        }
    }
}

/// Lives in the stream. When the channel is too full for the word to stop, the listener is awake, and finds out when it
/// tells of what was missed.
struct StopWhenDropped(Handler);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.handle(Raw::Stop);
    }
}

struct Listener {
    root: PathBuf,
    watcher: RecommendedWatcher,
    /// Those watched: when one of them moves away, what was in it is not told one by one.
    folders: BTreeSet<PathBuf>,
    /// Files made but not opened yet, oldest first.
    created: VecDeque<(Instant, PathBuf)>,
    missed: Arc<AtomicBool>,
    hints: Sender<Hint>,
}

/// The listener has nothing more to do: nobody listens, or the system cannot watch any longer.
struct End;

impl Listener {
    fn run(mut self, events: &Receiver<Raw>) {
        while self.step(events).is_ok() {}
    }

    fn step(&mut self, events: &Receiver<Raw>) -> Result<(), End> {
        let next = match self.created.front() {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((since, _)) => events.recv_timeout(LINK_AFTER.saturating_sub(since.elapsed())),
        };
        match next {
            Ok(Raw::Event(Ok(event))) => self.event(&event)?,
            Ok(Raw::Event(Err(error))) => self.failed(&error)?,
            Ok(Raw::Stop) | Err(RecvTimeoutError::Disconnected) => return Err(End),
            Ok(Raw::Missed) | Err(RecvTimeoutError::Timeout) => {}
        }
        while let Some((_, path)) = self.created.pop_front_if(|(since, _)| since.elapsed() >= LINK_AFTER) {
            self.hint(&path)?;
        }
        if self.missed.swap(false, Ordering::Acquire) { self.look_at_everything() } else { Ok(()) }
    }

    fn event(&mut self, event: &Event) -> Result<(), End> {
        if event.need_rescan() {
            return self.look_at_everything();
        }
        let [path] = event.paths.as_slice() else {
            // A rename with both its names has been told by each.
            return Ok(());
        };
        match event.kind {
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) if is_folder(path) => {
                self.watch_new(path)
            }
            EventKind::Create(_) => {
                self.created.push_back((Instant::now(), path.clone()));
                Ok(())
            }
            // Whoever made it has it open, and will close it.
            EventKind::Access(AccessKind::Open(_)) => {
                self.created.retain(|(_, created)| created != path);
                Ok(())
            }
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => self.hint(path),
            EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => self.left(path),
            _ => Ok(()),
        }
    }

    /// Something was moved away or removed.
    fn left(&mut self, path: &Path) -> Result<(), End> {
        if path == self.root {
            self.send(Hint::Everything)?;
            return Err(End);
        }
        if self.folders.contains(path) {
            self.folders.retain(|folder| !folder.starts_with(path));
            return self.send(Hint::Everything);
        }
        self.hint(path)
    }

    /// A folder came into being, perhaps with something in it.
    fn watch_new(&mut self, folder: &Path) -> Result<(), End> {
        match self.watch_below(folder) {
            Ok(files) => files.iter().try_for_each(|file| self.hint(file)),
            Err(error) => self.failed(&error),
        }
    }

    /// Events were lost, those of new folders perhaps among them.
    fn look_at_everything(&mut self) -> Result<(), End> {
        self.folders.clear();
        self.watch_all().or_else(|error| self.failed(&error))?;
        self.send(Hint::Everything)
    }

    fn failed(&mut self, error: &notify::Error) -> Result<(), End> {
        tracing::warn!(%error, "the bucket's directory cannot be watched any longer: what other programs do shows later");
        self.send(Hint::Everything)?;
        Err(End)
    }

    fn watch_all(&mut self) -> notify::Result<()> {
        self.watch_below(&self.root.clone()).map(drop)
    }

    /// Watches a folder and those in it; gives the files that are there.
    fn watch_below(&mut self, folder: &Path) -> notify::Result<Vec<PathBuf>> {
        let (mut files, mut todo) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(folder) = todo.pop() {
            if path::is_reserved(&self.root, &folder) || !self.watch_one(&folder)? {
                continue;
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => todo.push(entry.path()),
                    Ok(kind) if kind.is_file() => files.push(entry.path()),
                    _ => {}
                }
            }
            self.folders.insert(folder);
        }
        Ok(files)
    }

    /// Whether the folder is watched now; not when it is gone again.
    fn watch_one(&mut self, folder: &Path) -> notify::Result<bool> {
        let mut last = Ok(());
        for _ in 0..ATTEMPTS_MAX {
            last = self.watcher.watch(folder, RecursiveMode::NonRecursive);
            match &last {
                Ok(()) => return Ok(true),
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => break,
                Err(_) if !is_folder(folder) => return Ok(false),
                Err(_) => {}
            }
        }
        last.map(|()| true)
    }

    fn hint(&self, path: &Path) -> Result<(), End> {
        path::to_key(&self.root, path).map_or(Ok(()), |key| self.send(Hint::Key(key)))
    }

    fn send(&self, hint: Hint) -> Result<(), End> {
        self.hints.blocking_send(hint).map_err(|_| End)
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|status| status.is_dir())
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    #[tokio::test]
    async fn the_thread_ends_with_its_stream() {
        let folder = tempfile::tempdir().unwrap();
        // At rest; and in the middle of more than anybody will read.
        for files in [0, HINTS_MAX + EVENTS_MAX] {
            let (hints, thread) = start(folder.path().canonicalize().unwrap()).unwrap();
            (0..files).for_each(|i| drop(fs::File::create(folder.path().join(i.to_string())).unwrap()));
            drop(hints);
            tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn more_than_fits_is_everything() {
        let heard = tokio::time::timeout(Duration::from_secs(30), overflow()).await;
        assert!(heard.is_ok(), "hints were lost");
    }

    async fn overflow() {
        let folder = tempfile::tempdir().unwrap();
        let (mut hints, _) = start(folder.path().canonicalize().unwrap()).unwrap();
        // Nobody reads while each file makes three events.
        (0..HINTS_MAX + EVENTS_MAX)
            .for_each(|i| drop(fs::File::create(folder.path().join(i.to_string())).unwrap()));
        fs::create_dir(folder.path().join("new")).unwrap();
        while hints.next().await.expect("hints go on") != Hint::Everything {}
        // The folder whose making was missed is watched all the same. While the rest of the flood is read, it may take
        // more than one attempt to hear of a single file.
        for attempt in 0.. {
            fs::write(folder.path().join(format!("new/{attempt}")), "x").unwrap();
            let wanted = Hint::Key(format!("new/{attempt}").parse().unwrap());
            match hints
                .by_ref()
                .filter(|hint| ready(*hint == wanted || *hint == Hint::Everything))
                .next()
                .await
            {
                Some(Hint::Key(_)) => return,
                Some(Hint::Everything) => {}
                None => panic!("the hints ended"),
            }
        }
    }
}
