//! Streams a whole object, holding back its end until the digest matches the entry's: an address with the digest may
//! be cached forever, so nothing else may complete under it. The bucket already ends what changes while it is read
//! (`BucketError::Changed`); this also detects changes that preserved size and time. Ranges are not verified: their
//! digest is unknown.

use bytes::Bytes;
use domain::{Content, Sha256};
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sha2::Digest as _;

use crate::bucket::{BucketError, Object};

/// The object as it is, if it is another version than the entry's or no digest is known; otherwise verified.
pub(crate) fn verified(object: Object, content: &Content) -> Object {
    match content.sha256 {
        Some(expected) if object.info.etag == content.etag => {
            Object { bytes: compared(object.bytes, expected), ..object }
        }
        _ => object,
    }
}

type Pieces = BoxStream<'static, Result<Bytes, BucketError>>;

/// The same chunks, each returned when the next one has arrived; instead of the last one an error if the digest
/// differs.
fn compared(pieces: Pieces, expected: Sha256) -> Pieces {
    // After the last piece it is asked once more.
    let state = (pieces.fuse().boxed(), sha2::Sha256::new(), None);
    let compared =
        stream::try_unfold(state, move |(mut pieces, mut digest, mut held): (Pieces, _, _)| async move {
            loop {
                match pieces.try_next().await? {
                    Some(piece) => {
                        sha2::Digest::update(&mut digest, &piece);
                        if let Some(before) = held.replace(piece) {
                            return Ok(Some((before, (pieces, digest, held))));
                        }
                    }
                    None if held.is_none() => return Ok(None),
                    None if Sha256(digest.clone().finalize().into()) != expected => {
                        return Err(BucketError::Changed);
                    }
                    None => return Ok(held.take().map(|last| (last, (pieces, digest, None)))),
                }
            }
        });
    compared.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Streams made by `unfold` panic when they are polled after their end.
    #[tokio::test]
    async fn pieces_are_compared_and_not_polled_after_their_end() {
        let pieces = || {
            let once =
                |more: Option<&'static str>| async move { more.map(|piece| (Ok(Bytes::from(piece)), None)) };
            stream::unfold(Some("a"), once).boxed()
        };
        let digest = |text: &str| Sha256(sha2::Sha256::digest(text).into());
        let all: Vec<Bytes> = compared(pieces(), digest("a")).try_collect().await.unwrap();
        assert_eq!(all, ["a"]);
        let other: Result<Vec<Bytes>, _> = compared(pieces(), digest("b")).try_collect().await;
        assert!(matches!(other, Err(BucketError::Changed)));
    }
}
