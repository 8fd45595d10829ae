//! Looking into pictures, and drawing them, within bounds of memory: a few kilobytes can unfold to two hundred megabytes.
//! The bounds are the program's, whoever inspects or draws. Not here: what follows from what is seen (`recognise`, `check`),
//! what is drawn (`drawing`).

use bytes::Bytes;
use domain::Sha256;
use qr::Reading;
use sha2::Digest as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinError;

/// Files read to be looked into: two of the largest at once.
static FILES: Memory = Memory::new(64);
/// Pictures being decoded and searched: one of the largest at once. With the files, 256 MB.
static PICTURES: Memory = Memory::new(192);
/// Codes being drawn to be kept, or for a page of entries: two of the largest at once.
static DRAWINGS: Memory = Memory::new(168);
/// Codes being read back to be kept: one of the largest at once. Apart, so that no save waits for what others put into
/// the bucket, or upload.
static READ_BACKS: Memory = Memory::new(128);
/// Drafts being drawn, and those being read: one of the largest at once. Apart, so that nothing that is kept waits for
/// them.
static DRAFTS: Memory = Memory::new(88);
static DRAFT_PICTURES: Memory = Memory::new(128);

/// Room for a file, to be kept as long as its bytes are.
pub(crate) async fn room_for_file(size_bytes: u64) -> SemaphorePermit<'static> {
    FILES.room(size_bytes).await
}

/// Room for a picture that is being decoded.
pub(crate) async fn room_for_picture(bytes: u64) -> SemaphorePermit<'static> {
    PICTURES.room(bytes).await
}

/// What a code is drawn for, and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be kept, or shown because it is kept.
    Entry,
    /// For whoever tries something out.
    Draft,
}

/// Room for a drawing.
pub(crate) async fn room_for_drawing(purpose: Purpose, bytes: u64) -> SemaphorePermit<'static> {
    match purpose {
        Purpose::Entry => DRAWINGS.room(bytes).await,
        Purpose::Draft => DRAFTS.room(bytes).await,
    }
}

/// The digest of a picture, on a thread that may take its time.
pub(crate) async fn digest(picture: Bytes) -> Result<Sha256, JoinError> {
    tokio::task::spawn_blocking(move || Sha256(sha2::Sha256::digest(&picture).into())).await
}

/// The codes in a picture of others, in reading order, on threads that may take their time. An error when a decoder
/// panics: a hostile picture must not end more than the look at it.
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
        // In here, so that it is kept to the end also when whoever waits goes away.
        let _room = room;
        qr::detect_all(&picture).unwrap_or_default()
    })
    .await
}

/// So many mebibytes, given out in turn.
struct Memory {
    mebibytes: u32,
    free: Semaphore,
}

impl Memory {
    const fn new(mebibytes: u32) -> Self {
        Self { mebibytes, free: Semaphore::const_new(mebibytes as usize) }
    }

    /// Room for so much, or all there is.
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
    async fn large_ones_wait_for_each_other() {
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
    async fn a_picture_is_examined() {
        let code = domain::CodeText::parse("text", domain::Level::M).unwrap();
        let readings = find_codes(qr::png(code.symbol()).into()).await.unwrap();
        assert_eq!(readings.iter().map(|reading| &*reading.text).collect::<Vec<_>>(), ["text"]);
        assert_eq!(find_codes(Bytes::from_static(b"no picture")).await.unwrap(), []);
        assert_eq!(PICTURES.free.available_permits().min(1), 1, "the room is given back");
    }

    #[tokio::test]
    async fn read_backs_do_not_wait_for_pictures_of_others() {
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
