//! Interprets the events of a directory, and decides which folders to watch.
//!
//! Every folder is watched by itself, not the whole tree at once: a new folder is first watched and then read, so
//! nothing put into it in between is missed; an unreadable one is skipped; and our own folder costs nothing.
//!
//! A watch belongs to a directory and not to its path: if the directory is moved away, or its disk is, the watch does
//! not see what happens at the path later. So the path is checked periodically, and watched again when it leads to another directory.

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

/// How long after its creation an unopened file is taken for a hard link, which is never closed.
const LINK_AFTER: Duration = Duration::from_millis(50);
/// How often to retry a folder whose contents change while its watch is set up.
const ATTEMPTS_MAX: usize = 10;
/// How often to check whether another disk is mounted at the path. Moving or deleting the directory is noticed at
/// once.
const CHECK_ROOT_EVERY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 10_000 });
/// The same while it is away.
const CHECK_ROOT_EVERY_WHILE_AWAY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 1000 });

/// How often to compare everything because of files whose names cannot be keys, so that no hint can name them.
const UNNAMED_EVERY: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 60_000 });

pub(super) struct Listener {
    root: PathBuf,
    handler: Handler,
    hints: Sender<Hint>,
    /// `None` while the directory is away.
    watch: Option<Watch>,
    look_at: Instant,
    /// Files created but not opened yet, oldest first.
    created: VecDeque<(Instant, PathBuf)>,
    /// When to compare everything because of a file whose name cannot be a key, and the earliest time for the next
    /// comparison.
    unnamed_at: Option<Instant>,
    unnamed_from: Instant,
}

/// The listener is finished: nobody listens, or the system cannot watch any longer.
pub(super) struct Finished;

impl Listener {
    pub(super) fn start(root: PathBuf, handler: Handler, hints: Sender<Hint>) -> notify::Result<Self> {
        let watch = Some(Watch::begin(&root, handler.clone())?);
        let look_at = Instant::now() + CHECK_ROOT_EVERY;
        let (created, unnamed_from) = (VecDeque::new(), Instant::now());
        Ok(Self { root, handler, hints, watch, look_at, created, unnamed_at: None, unnamed_from })
    }

    pub(super) fn run(mut self, events: &Receiver<Raw>) {
        while self.step(events).is_ok() {}
    }

    fn step(&mut self, events: &Receiver<Raw>) -> Result<(), Finished> {
        let link_at = self.created.front().map(|(since, _)| *since + LINK_AFTER);
        let wake_at = [link_at, self.unnamed_at].into_iter().flatten().fold(self.look_at, Instant::min);
        match events.recv_timeout(wake_at.saturating_duration_since(Instant::now())) {
            Ok(Raw::Event(Ok(event))) => self.event(&event)?,
            Ok(Raw::Event(Err(error))) => self.failed(&error)?,
            Ok(Raw::Stop) | Err(RecvTimeoutError::Disconnected) => return Err(Finished),
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
            self.check_root()?;
        }
        if self.handler.has_missed() { self.rescan() } else { Ok(()) }
    }

    fn event(&mut self, event: &Event) -> Result<(), Finished> {
        if event.need_rescan() {
            return self.rescan();
        }
        let [path] = event.paths.as_slice() else {
            // Both names of a rename have been reported separately.
            return Ok(());
        };
        match event.kind {
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) if is_folder(path) => {
                self.watch_new(path)
            }
            // A skipped folder may have become readable.
            EventKind::Modify(ModifyKind::Metadata(_)) if is_folder(path) => self.watch_new(path),
            EventKind::Create(_) => {
                self.created.push_back((Instant::now(), path.clone()));
                Ok(())
            }
            // Its creator has it open, and will close it.
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
    fn left(&mut self, path: &Path) -> Result<(), Finished> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        if path == self.root {
            watch.of = None;
            return self.check_root();
        }
        if watch.forget(path) { self.send(Hint::Everything) } else { self.hint(path) }
    }

    /// A folder appeared, possibly with contents.
    fn watch_new(&mut self, folder: &Path) -> Result<(), Finished> {
        let Some(watch) = self.watch.as_mut().filter(|watch| !watch.folders.contains(folder)) else {
            return Ok(());
        };
        match watch.add(&self.root, folder) {
            Ok(files) => files.iter().try_for_each(|file| self.hint(file)),
            Err(error) => self.failed(&error),
        }
    }

    /// Events were lost, possibly those of new folders.
    fn rescan(&mut self) -> Result<(), Finished> {
        // Otherwise it is compared when the directory is back.
        let Some(watch) = &mut self.watch else { return Ok(()) };
        watch.folders.clear();
        match watch.add(&self.root, &self.root) {
            Ok(_) => self.send(Hint::Everything),
            Err(error) => self.failed(&error),
        }
    }

    /// Checks whether the directory at the root's path is the one being watched.
    fn check_root(&mut self) -> Result<(), Finished> {
        // The stop message may have been lost.
        if self.hints.is_closed() {
            return Err(Finished);
        }
        let there = path::identity(&self.root);
        match (&self.watch, there) {
            (None, None) => {}
            (Some(watch), Some(_)) if watch.of == there => {}
            (Some(_), None) => {
                self.watch = None;
                tracing::warn!(path = %self.root.display(), "the bucket's directory is gone: until it is back, nothing can be saved, and no entry counts as deleted");
            }
            (_, Some(_)) => self.begin_again()?,
        }
        let pause = if self.watch.is_some() { CHECK_ROOT_EVERY } else { CHECK_ROOT_EVERY_WHILE_AWAY };
        self.look_at = Instant::now() + pause;
        Ok(())
    }

    /// Another directory took its place, or it is back.
    fn begin_again(&mut self) -> Result<(), Finished> {
        let was_away = self.watch.take().is_none();
        match Watch::begin(&self.root, self.handler.clone()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return self.failed(&error),
            // Possibly a disk that is not readable yet: retried as if it were away.
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

    fn failed(&mut self, error: &notify::Error) -> Result<(), Finished> {
        tracing::warn!(%error, "the bucket's directory can no longer be watched: changes by other programs show up later");
        self.send(Hint::Everything)?;
        Err(Finished)
    }

    fn hint(&mut self, path: &Path) -> Result<(), Finished> {
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

    fn send(&self, hint: Hint) -> Result<(), Finished> {
        self.hints.blocking_send(hint).map_err(|_| Finished)
    }
}

/// The watches of one directory.
struct Watch {
    watcher: RecommendedWatcher,
    /// The directory's identity; `None` when it is no longer at its path.
    of: Option<(u64, u64)>,
    /// The watched folders: when one moves away, its contents are not reported one by one.
    folders: BTreeSet<PathBuf>,
}

impl Watch {
    fn begin(root: &Path, handler: Handler) -> notify::Result<Self> {
        let handle = move |event| handler.handle(Raw::Event(event));
        let watcher = RecommendedWatcher::new(handle, notify::Config::default())?;
        let of = path::identity(root);
        let mut watch = Self { watcher, of: None, folders: BTreeSet::new() };
        watch.add(root, root)?;
        // Possibly gone in between: then it is checked again.
        watch.of = of.filter(|_| watch.folders.contains(root));
        Ok(watch)
    }

    /// Watches a folder and those in it; returns the files that are there.
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

    /// Whether the folder is now watched; false if it is gone or unreadable, which a listing of the bucket reports.
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

    /// Forgets a folder and those in it; returns whether it was watched.
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
