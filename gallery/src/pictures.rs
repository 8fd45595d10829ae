//! Decodes and draws pictures within memory limits: a few kilobytes can expand to two hundred megabytes. The limits
//! are global to the program. Not here: what follows from a picture's contents (`recognise`, `check`), what is drawn
//! (`drawing`).

use bytes::Bytes;
use domain::Sha256;
use qr::Reading;
use sha2::Digest as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinError;

/// Files read for decoding: two of the largest at once.
static FILES: Memory = Memory::new(64);
/// Pictures being decoded: searched for codes, or worked on as photos. One of the largest at once; together with the
/// files, 256 MB.
static PICTURES: Memory = Memory::new(192);
/// Codes being drawn for a save or a page of entries: two of the largest at once.
static DRAWINGS: Memory = Memory::new(168);
/// Codes being read back for a save: one of the largest at once. Separate, so that no save waits for foreign pictures
/// or uploads.
static READ_BACKS: Memory = Memory::new(128);
/// Drafts being drawn, and those being read: one of the largest at once. Separate, so that no save waits for them.
static DRAFTS: Memory = Memory::new(88);
static DRAFT_PICTURES: Memory = Memory::new(128);

/// Reserves memory for a file, to be held as long as its bytes.
pub(crate) async fn room_for_file(size_bytes: u64) -> SemaphorePermit<'static> {
    FILES.room(size_bytes).await
}

/// Reserves memory for a picture that is being decoded.
pub(crate) async fn room_for_picture(bytes: u64) -> SemaphorePermit<'static> {
    PICTURES.room(bytes).await
}

/// The purpose of drawing a code and reading it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be saved, or shown because it is saved.
    Entry,
    /// Only a trial.
    Draft,
}

/// Reserves memory for a drawing.
pub(crate) async fn room_for_drawing(purpose: Purpose, bytes: u64) -> SemaphorePermit<'static> {
    match purpose {
        Purpose::Entry => DRAWINGS.room(bytes).await,
        Purpose::Draft => DRAFTS.room(bytes).await,
    }
}

/// The digest of a picture, computed on a blocking thread.
pub(crate) async fn digest(picture: Bytes) -> Result<Sha256, JoinError> {
    tokio::task::spawn_blocking(move || Sha256(sha2::Sha256::digest(&picture).into())).await
}

/// The codes in a foreign picture, in reading order, found on blocking threads. An error when a decoder panics: a
/// hostile picture must not affect anything else.
pub(crate) async fn find_codes(picture: Bytes) -> Result<Vec<Reading>, JoinError> {
    find_codes_within(&PICTURES, picture).await
}

/// The first code in a picture that was just drawn.
pub(crate) async fn read_back(picture: Bytes, purpose: Purpose) -> Result<Option<Reading>, JoinError> {
    let memory = match purpose {
        Purpose::Entry => &READ_BACKS,
        Purpose::Draft => &DRAFT_PICTURES,
    };
    Ok(find_codes_within(memory, picture).await?.into_iter().next())
}

async fn find_codes_within(memory: &'static Memory, picture: Bytes) -> Result<Vec<Reading>, JoinError> {
    let head = picture.clone();
    let needed_bytes = tokio::task::spawn_blocking(move || qr::detection_bytes(&head)).await?;
    let room = memory.room(needed_bytes).await;
    tokio::task::spawn_blocking(move || {
        // Moved in here, so that it is held to the end even if the caller goes away.
        let _room = room;
        qr::detect_all(&picture).unwrap_or_default()
    })
    .await
}

/// A memory budget in mebibytes, handed out in order.
struct Memory {
    mebibytes: u32,
    free: Semaphore,
}

impl Memory {
    const fn new(mebibytes: u32) -> Self {
        Self { mebibytes, free: Semaphore::const_new(mebibytes as usize) }
    }

    /// Reserves this much, or the whole budget.
    async fn room(&self, bytes: u64) -> SemaphorePermit<'_> {
        let mebibytes = u32::try_from(bytes / (1024 * 1024) + 1).unwrap_or(u32::MAX);
        let room = self.free.acquire_many(mebibytes.min(self.mebibytes)).await;
        room.expect("nobody closes it")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn large_pictures_are_decoded_one_at_a_time() {
        const MEBIBYTE: u64 = 1024 * 1024;
        let memory = Memory::new(256);
        let first = memory.room(200 * MEBIBYTE).await;
        let small = memory.room(20 * MEBIBYTE).await;
        let larger_than_all = memory.room(1000 * MEBIBYTE);
        futures::pin_mut!(larger_than_all);
        assert!(futures::poll!(&mut larger_than_all).is_pending());
        drop(first);
        assert!(futures::poll!(&mut larger_than_all).is_pending());
        drop(small);
        assert!(futures::poll!(&mut larger_than_all).is_ready());
    }

    #[tokio::test]
    async fn picture_is_examined() {
        let code = domain::CodeText::parse("text", domain::Level::M).unwrap();
        let readings = find_codes(qr::png(code.symbol()).into()).await.unwrap();
        assert_eq!(readings.iter().map(|reading| &*reading.text).collect::<Vec<_>>(), ["text"]);
        assert_eq!(find_codes(Bytes::from_static(b"no picture")).await.unwrap(), []);
        assert_eq!(PICTURES.free.available_permits().min(1), 1, "the room is given back");
    }

    #[tokio::test]
    async fn read_backs_do_not_wait_for_foreign_pictures() {
        let all = room_for_picture(u64::MAX).await;
        let code = domain::CodeText::parse("text", domain::Level::M).unwrap();
        let png = Bytes::from(qr::png(code.symbol()));
        for purpose in [Purpose::Entry, Purpose::Draft] {
            let read = tokio::time::timeout(Duration::from_secs(60), read_back(png.clone(), purpose)).await;
            assert!(read.expect("it does not wait").unwrap().is_some(), "{purpose:?}");
        }
        drop(all);
    }
}
