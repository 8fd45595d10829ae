//! The numbers that each space has assigned, in a file beside the catalog (`catalog.sqlite-numbers`), written after each
//! commit. SQLite takes a write-ahead log that was cut off for one whose last transactions were never finished, and an
//! older copy of the catalog knows nothing of later ones: both would assign numbers a second time. So each start
//! compares. Nothing is synced: what a power failure takes from this file only makes it older, never newer than the
//! catalog. Not here: damage that the catalog's own files show (`crate::sqlite`).

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use domain::limits::SPACE_MAX_BYTES;
use domain::{EntryId, Seq, Space};
use parking_lot::Mutex;

use super::super::Counters;
use crate::sqlite::{SqliteFile, companion};

/// The first line of the file: the usual one, and the one after a start was refused because numbers were missing. If the
/// catalog opens again after that, somebody has accepted the loss.
const CURRENT: &str = "numbers assigned: space, last id, last seq    \n";
const REFUSED: &str = "numbers assigned: space, last id, last seq (!)\n";
/// Two numbers of at most 20 digits, each after a space, and the end of the line.
const LINE_BYTES: usize = SPACE_MAX_BYTES + 2 * 21 + 1;

/// The highest id and seq of a space.
type Highest = (EntryId, Seq);

/// What an earlier run left in the file.
pub(super) struct Noted {
    path: PathBuf,
    highest: HashMap<Space, Highest>,
    /// Whether a start was refused since.
    was_refused: bool,
}

/// The file, kept up to date.
#[derive(Debug)]
pub(super) struct Numbers(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None` if it cannot be written: then the next start cannot compare.
    file: Option<File>,
    /// Where the line of each space begins, and what it says.
    lines: HashMap<Space, (u64, Highest)>,
    end: u64,
}

impl Noted {
    /// Reads the file beside a catalog. What cannot be read was never written, or belongs to a catalog that is gone.
    pub(super) fn beside(catalog: &SqliteFile) -> Self {
        let path = companion(catalog.path(), "-numbers");
        let text =
            if catalog.was_new() { String::new() } else { fs::read_to_string(&path).unwrap_or_default() };
        let highest = text.split_inclusive('\n').skip(1).filter_map(parse_line).collect();
        Self { path, highest, was_refused: text.starts_with(REFUSED) }
    }

    /// The spaces of which the catalog lacks numbers, each with its counters there, and the highest that were assigned.
    pub(super) fn missing_from(&self, counters: &[(Space, Counters)]) -> Vec<(Space, Counters, Highest)> {
        let counters: HashMap<_, _> = counters.iter().cloned().collect();
        let of = |space| counters.get(space).copied().unwrap_or_default();
        let noted = self.highest.iter().map(|(space, highest)| (space.clone(), of(space), *highest));
        let is_behind = |there: &Counters, (id, seq): Highest| there.last_id < id || there.last_seq < seq;
        let mut missing: Vec<_> = noted.filter(|(_, there, highest)| is_behind(there, *highest)).collect();
        missing.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        missing
    }

    /// Whether a start was refused, and somebody has deleted the note about it.
    pub(super) fn is_loss_accepted(&self) -> bool {
        self.was_refused
    }

    /// Remembers that the start is refused.
    pub(super) fn refuse(&self) {
        let write = || File::options().write(true).open(&self.path)?.write_all_at(REFUSED.as_bytes(), 0);
        if let Err(error) = write() {
            tracing::error!(%error, "cannot note that the start was refused");
        }
    }

    /// Replaces the file by what is in the catalog.
    pub(super) fn replaced_by(self, counters: &[(Space, Counters)]) -> Numbers {
        let mut state = State { end: CURRENT.len() as u64, ..State::default() };
        let mut text = CURRENT.to_owned();
        for (space, counters) in counters {
            let highest = (counters.last_id, counters.last_seq);
            text.push_str(&line(space, highest));
            state.lines.insert(space.clone(), (state.end, highest));
            state.end = text.len() as u64;
        }
        let aside = companion(&self.path, ".new");
        let write = || {
            let mut file = File::create(&aside)?;
            file.write_all(text.as_bytes())?;
            fs::rename(&aside, &self.path)?;
            Ok(file)
        };
        state.file = write().inspect_err(cannot_note).ok();
        Numbers(Mutex::new(state))
    }
}

impl Numbers {
    /// Notes the counters after a commit.
    pub(super) fn note(&self, space: &Space, counters: Counters) {
        // A rejected mutation does not use a space.
        if counters.last_seq == 0 {
            return;
        }
        let mut state = self.0.lock();
        let end = state.end;
        let (at, (id, seq)) = *state.lines.entry(space.clone()).or_insert((end, (0, 0)));
        if at == end {
            state.end += LINE_BYTES as u64;
        }
        // Another commit may have been faster.
        let highest = (counters.last_id.max(id), counters.last_seq.max(seq));
        state.lines.insert(space.clone(), (at, highest));
        let Some(file) = &state.file else { return };
        if file.write_all_at(line(space, highest).as_bytes(), at).inspect_err(cannot_note).is_err() {
            state.file = None;
        }
    }
}

fn cannot_note(error: &std::io::Error) {
    tracing::warn!(%error, "cannot note the assigned numbers beside the catalog: the next start cannot tell whether some are lost");
}

/// A line of fixed length.
fn line(space: &Space, (id, seq): Highest) -> String {
    format!("{:<SPACE_MAX_BYTES$} {id:>20} {seq:>20}\n", space.as_str())
}

fn parse_line(line: &str) -> Option<(Space, Highest)> {
    let mut words = line.strip_suffix('\n')?.split_whitespace();
    let (space, id, seq) = (words.next()?, words.next()?, words.next()?);
    Some((space.parse().ok()?, (id.parse().ok()?, seq.parse().ok()?)))
}

/// What is missing, and how to go on without it, in a sentence without an end.
pub(super) fn sentence(catalog: &Path, missing: &[(Space, Counters, Highest)]) -> Option<String> {
    let (space, there, (_, seq)) = missing.first()?;
    let note = companion(catalog, "-damaged");
    let note = note.file_name().unwrap_or_default().display();
    let first = there.last_seq + 1;
    let others = match missing.len() - 1 {
        0 => String::new(),
        others => format!(", and of {others} more"),
    };
    Some(format!(
        "the changes {first} to {seq} of the space {space}{others} are missing: the write-ahead log was cut off or lost, \
         or this is an older copy. If there is no newer one, delete {note}: numbers then continue after the missing ones"
    ))
}
