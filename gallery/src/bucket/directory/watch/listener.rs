//! What the events of a directory mean, and which of its folders are watched.
//!
//! Every folder is watched on its own, not the tree at once: a new folder is first watched and then read, so nothing
//! that is put into it in between is missed; one that may not be read is left out; and our own folder costs nothing.
//!
//! A watch belongs to a directory and not to its path: when the directory is moved away, or its disk is, the watch hears
//! nothing of what comes to the path later. So the path is looked at from time to time, and watched anew.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::Sender;

use super::super::path;
use super::handler::{Handler, Raw};
use crate::bucket::Hint;

/// How long after its creation a file that nobody has opened is taken for a hard link: that is never closed.
const LINK_AFTER: Duration = Duration::from_millis(50);
/// How often a folder whose inside changes while it is being watched is tried again.
const ATTEMPTS_MAX: usize = 10;
/// How often is looked whether another disk is at the directory's path. Moving and deleting it are heard of at once.
const LOOK_EVERY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 10_000 });
/// The same while there is none.
const LOOK_EVERY_WHILE_AWAY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 1000 });

/// How often all is looked at because of files whose names cannot be keys, so that no hint could name them.
const UNNAMED_EVERY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 60_000 });

pub(super) struct Listener {
    root: PathBuf,
    handler: Handler,
    hints: Sender<Hint>,
    /// None while the directory is away.
    watch: Option<Watch>,
    look_at: Instant,
    /// Files made but not opened yet, oldest first.
    created: VecDeque<(Instant, PathBuf)>,
    /// When all is to be looked at because of a file whose name cannot be a key, and the earliest moment for the next time.
    unnamed_at: Option<Instant>,
    unnamed_from: Instant,
}

/// The listener has nothing more to do: nobody listens, or the system cannot watch any longer.
pub(super) struct End;

impl Listener {
    pub(super) fn start(root: PathBuf, handler: Handler, hints: Sender<Hint>) -> notify::Result<Self> {
        let watch = Some(Watch::begin(&root, handler.clone())?);
        let look_at = Instant::now() + LOOK_EVERY;
        let (created, unnamed_from) = (VecDeque::new(), Instant::now());
        Ok(Self { root, handler, hints, watch, look_at, created, unnamed_at: None, unnamed_from })
    }

    pub(super) fn run(mut self, events: &Receiver<Raw>) {
        while self.step(events).is_ok() {}
    }

    fn step(&mut self, events: &Receiver<Raw>) -> Result<(), End> {
        let link_at = self.created.front().map(|(since, _)| *since + LINK_AFTER);
        let wake_at = [link_at, self.unnamed_at].into_iter().flatten().fold(self.look_at, Instant::min);
        match events.recv_timeout(wake_at.saturating_duration_since(Instant::now())) {
            Ok(Raw::Event(Ok(event))) => self.event(&event)?,
            Ok(Raw::Event(Err(error))) => self.failed(&error)?,
            Ok(Raw::Stop) | Err(RecvTimeoutError::Disconnected) => return Err(End),
            Ok(Raw::Missed) | Err(RecvTimeoutError::Timeout) => {}
        }
        while let Some((_, path)) = self.created.pop_front_if(|(since, _)| since.elapsed() >= LINK_AFTER) {
            self.hint(&path)?;
        }
        if self.unnamed_at.take_if(|at| *at <= Instant::now()).is_some() {
            self.unnamed_from = Instant::now() + UNNAMED_EVERY;
            self.send(Hint::Everything)?;
        }
        if Instant::now() >= self.look_at {
            self.look_after_the_root()?;
        }
        if self.handler.has_missed() { self.look_at_everything() } else { Ok(()) }
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
            // It may be allowed now to read a folder that was left out.
            EventKind::Modify(ModifyKind::Metadata(_)) if is_folder(path) => self.watch_new(path),
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
        let Some(watch) = &mut self.watch else { return Ok(()) };
        if path == self.root {
            watch.of = None;
            return self.look_after_the_root();
        }
        if watch.forget(path) { self.send(Hint::Everything) } else { self.hint(path) }
    }

    /// A folder came into being, perhaps with something in it.
    fn watch_new(&mut self, folder: &Path) -> Result<(), End> {
        let Some(watch) = self.watch.as_mut().filter(|watch| !watch.folders.contains(folder)) else {
            return Ok(());
        };
        match watch.add(&self.root, folder) {
            Ok(files) => files.iter().try_for_each(|file| self.hint(file)),
            Err(error) => self.failed(&error),
        }
    }

    /// Events were lost, those of new folders perhaps among them.
    fn look_at_everything(&mut self) -> Result<(), End> {
        // Else it is looked at when it is back.
        let Some(watch) = &mut self.watch else { return Ok(()) };
        watch.folders.clear();
        match watch.add(&self.root, &self.root) {
            Ok(_) => self.send(Hint::Everything),
            Err(error) => self.failed(&error),
        }
    }

    /// Whether the directory at the root's path is the one that is watched.
    fn look_after_the_root(&mut self) -> Result<(), End> {
        // The word to stop may have been lost.
        if self.hints.is_closed() {
            return Err(End);
        }
        let there = path::identity(&self.root);
        match (&self.watch, there) {
            (None, None) => {}
            (Some(watch), Some(_)) if watch.of == there => {}
            (Some(_), None) => {
                self.watch = None;
                tracing::warn!(path = %self.root.display(), "the bucket's directory is gone: until it is back, nothing can be saved, and nothing is taken for deleted");
            }
            (_, Some(_)) => self.begin_again()?,
        }
        let pause = if self.watch.is_some() { LOOK_EVERY } else { LOOK_EVERY_WHILE_AWAY };
        self.look_at = Instant::now() + pause;
        Ok(())
    }

    /// It is another directory, or one is back.
    fn begin_again(&mut self) -> Result<(), End> {
        let was_away = self.watch.take().is_none();
        match Watch::begin(&self.root, self.handler.clone()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return self.failed(&error),
            // A disk that is not yet for us to read, perhaps: it is tried again, as if it were away.
            Err(error) => {
                tracing::debug!(%error, "the bucket's directory cannot be watched yet");
                return Ok(());
            }
        }
        if was_away {
            tracing::info!(path = %self.root.display(), "the bucket's directory is back");
        }
        self.send(Hint::Everything)
    }

    fn failed(&mut self, error: &notify::Error) -> Result<(), End> {
        tracing::warn!(%error, "the bucket's directory cannot be watched any longer: what other programs do shows later");
        self.send(Hint::Everything)?;
        Err(End)
    }

    fn hint(&mut self, path: &Path) -> Result<(), End> {
        match path::to_key(&self.root, path) {
            Some(key) => self.send(Hint::Key(key)),
            None => {
                if !path::is_reserved(&self.root, path) {
                    self.unnamed_at = Some(self.unnamed_from.max(Instant::now()));
                }
                Ok(())
            }
        }
    }

    fn send(&self, hint: Hint) -> Result<(), End> {
        self.hints.blocking_send(hint).map_err(|_| End)
    }
}

/// The watches of one directory.
struct Watch {
    watcher: RecommendedWatcher,
    /// Which directory it is; none when it has gone from its path.
    of: Option<(u64, u64)>,
    /// Those watched: when one of them moves away, what was in it is not told one by one.
    folders: BTreeSet<PathBuf>,
}

impl Watch {
    fn begin(root: &Path, handler: Handler) -> notify::Result<Self> {
        let handle = move |event| handler.handle(Raw::Event(event));
        let watcher = RecommendedWatcher::new(handle, notify::Config::default())?;
        let of = path::identity(root);
        let mut watch = Self { watcher, of: None, folders: BTreeSet::new() };
        watch.add(root, root)?;
        // Gone in between, perhaps: then it is looked at again.
        watch.of = of.filter(|_| watch.folders.contains(root));
        Ok(watch)
    }

    /// Watches a folder and those in it; gives the files that are there.
    fn add(&mut self, root: &Path, folder: &Path) -> notify::Result<Vec<PathBuf>> {
        let (mut files, mut todo) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(folder) = todo.pop() {
            if path::is_reserved(root, &folder) || !self.add_one(root, &folder)? {
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

    /// Whether the folder is watched now; not when it is gone again, or may not be read: whoever lists the bucket tells
    /// of that.
    fn add_one(&mut self, root: &Path, folder: &Path) -> notify::Result<bool> {
        let mut last = Ok(());
        for _ in 0..ATTEMPTS_MAX {
            last = self.watcher.watch(folder, RecursiveMode::NonRecursive);
            match &last {
                Ok(()) => return Ok(true),
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return last.map(|()| false),
                Err(_) if !is_folder(folder) => return Ok(false),
                Err(_) => {}
            }
        }
        if folder == root {
            return last.map(|()| false);
        }
        tracing::debug!(path = %folder.display(), ?last, "a folder of the bucket cannot be watched");
        Ok(false)
    }

    /// Forgets a folder and those in it; whether it was watched.
    fn forget(&mut self, folder: &Path) -> bool {
        let was_watched = self.folders.contains(folder);
        if was_watched {
            self.folders.retain(|watched| !watched.starts_with(folder));
        }
        was_watched
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|status| status.is_dir())
}
