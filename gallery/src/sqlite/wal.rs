//! The write-ahead log as it lies on the disk, read back: which frames a recovery would find. SQLite itself remembers
//! where in the log it stands, and does not notice when another program writes into it.
//!
//! The form is <https://www.sqlite.org/fileformat2.html#walformat>: a header, then frames of one page each. Each has the
//! salts of the header, and a checksum of all that came before it, so a log is good up to the first that has not. Not
//! here: when it is read (`place`).

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The magic number of a header; its last bit says in which byte order the checksums are computed.
const MAGIC: u32 = 0x377f_0682;
/// SQLite's largest page.
const PAGE_MAX_BYTES: usize = 65_536;

/// A log up to its last complete transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    /// `None` while nothing was written to it.
    header: Option<[u8; HEADER_BYTES]>,
    /// Frames of complete transactions.
    frames: u64,
    /// Of all of these.
    checksum: (u32, u32),
}

impl Log {
    /// Reads the file from its beginning.
    pub(crate) fn read(file: &File) -> io::Result<Self> {
        let mut log = Self { header: header(file)?, frames: 0, checksum: (0, 0) };
        if let Some(header) = &log.header {
            log.checksum = (word(header, 24), word(header, 28));
            log.read_frames(file)?;
        }
        Ok(log)
    }

    /// The log after a transaction that has just ended: reads only what is new. `None` if the file does not continue
    /// from here.
    pub(crate) fn after_transaction(&self, file: &File) -> io::Result<Option<Self>> {
        if header(file)? == self.header {
            let mut log = self.clone();
            log.read_frames(file)?;
            return Ok(Some(log));
        }
        let log = Self::read(file)?;
        Ok(log.begins_after(self).then_some(log))
    }

    /// Whether all of another log is in this one, or has since been moved into the main file.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        (self.header == other.header && self.frames >= other.frames) || self.begins_after(other)
    }

    /// Whether this is the log that SQLite begins once all of another one is in the main file: it increments the
    /// sequence number and the first salt.
    fn begins_after(&self, other: &Self) -> bool {
        match (&self.header, &other.header) {
            (Some(this), Some(before)) => {
                [12, 16].iter().all(|at| word(this, *at) == word(before, *at).wrapping_add(1))
            }
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Reads frames as long as they are valid; keeps those up to the last that ends a transaction.
    fn read_frames(&mut self, file: &File) -> io::Result<()> {
        let Some(header) = &self.header else { return Ok(()) };
        let (little_endian, salts) = (word(header, 0) & 1 == 0, &header[16..24]);
        let page_bytes = page_bytes(header);
        let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes];
        let (mut checksum, mut met) = (self.checksum, self.frames);
        loop {
            let at = HEADER_BYTES as u64 + met * frame.len() as u64;
            if !read_whole(file, &mut frame, at)? || frame[8..16] != *salts {
                break;
            }
            checksum = checksum_of(checksum, &frame[..8], little_endian);
            checksum = checksum_of(checksum, &frame[FRAME_HEADER_BYTES..], little_endian);
            if checksum != (word(&frame, 16), word(&frame, 20)) {
                break;
            }
            met += 1;
            let ends_transaction = word(&frame, 4) != 0;
            if ends_transaction {
                (self.frames, self.checksum) = (met, checksum);
            }
        }
        Ok(())
    }
}

/// Whether a log that nobody has open lost committed data: its header is invalid, or a transaction after the last
/// valid one was followed by another, so that it was on the disk once. A transaction that a power failure cut short
/// has none after it, and was never confirmed.
pub(crate) fn is_damaged(file: &File) -> io::Result<bool> {
    let Some(header) = header(file)? else { return Ok(file.metadata()?.len() > HEADER_BYTES as u64) };
    let good = Log::read(file)?;
    let (little_endian, salts) = (word(&header, 0) & 1 == 0, &header[16..24]);
    let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes(&header)];
    // Of the previous frame: its checksum, and whether it ends a transaction. `None` if it is not of this log.
    let mut before: Option<((u32, u32), bool)> = None;
    for number in good.frames.. {
        let at = HEADER_BYTES as u64 + number * frame.len() as u64;
        if !read_whole(file, &mut frame, at)? {
            break;
        }
        if frame[8..16] != *salts {
            before = None;
            continue;
        }
        let checksum = (word(&frame, 16), word(&frame, 20));
        if let Some((checksum_before, true)) = before {
            let continued = checksum_of(checksum_before, &frame[..8], little_endian);
            if checksum_of(continued, &frame[FRAME_HEADER_BYTES..], little_endian) == checksum {
                return Ok(true);
            }
        }
        before = Some((checksum, word(&frame, 4) != 0));
    }
    Ok(false)
}

/// The header, if it is valid.
fn header(file: &File) -> io::Result<Option<[u8; HEADER_BYTES]>> {
    let mut header = [0; HEADER_BYTES];
    if !read_whole(file, &mut header, 0)? || word(&header, 0) & !1 != MAGIC {
        return Ok(None);
    }
    let little_endian = word(&header, 0) & 1 == 0;
    let is_good = checksum_of((0, 0), &header[..24], little_endian) == (word(&header, 24), word(&header, 28))
        && (512..=PAGE_MAX_BYTES).contains(&page_bytes(&header));
    Ok(is_good.then_some(header))
}

fn page_bytes(header: &[u8]) -> usize {
    usize::try_from(word(header, 8)).unwrap_or(usize::MAX)
}

/// Whether there are this many bytes.
fn read_whole(file: &File, bytes: &mut [u8], at: u64) -> io::Result<bool> {
    match file.read_exact_at(bytes, at) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// A number of a header: always big-endian, unlike the checksums.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// SQLite's checksum of more bytes, a multiple of eight.
fn checksum_of((mut first, mut second): (u32, u32), bytes: &[u8], little_endian: bool) -> (u32, u32) {
    let number = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }
    };
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(number(&pair[..4])).wrapping_add(second);
        second = second.wrapping_add(number(&pair[4..])).wrapping_add(first);
    }
    (first, second)
}
