//! The facade: the verbs about notices. Each is a few lines; the work is in other files. Not here: when a notice is sent
//! (the worker).

use std::sync::Arc;

use domain::{Change, Entry, EntryId, PhoneNumber};

use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayAdminister, MayRead, MayWrite};
use crate::notices::{Notice, Sending, number};
use crate::notifier::{KeptMessage, NotifyError, Receipt};
use crate::verbs::processing;

impl Gallery {
    /// The phone number that waits for the news that a photo is done, masked.
    pub async fn waiting_phone(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
    ) -> Result<Option<String>, GalleryError> {
        let phone = number::waiting(&*self.shared().records, grant.space(), id).await?;
        Ok(phone.map(|phone| phone.masked()))
    }

    /// How far the notice about an entry is, with the reason if it failed; `None` if nobody began it.
    pub async fn notice(
        &self,
        grant: &Grant<impl MayRead>,
        entry: &Entry,
    ) -> Result<Option<Notice>, GalleryError> {
        let Some(photo) = entry.content.photo() else { return Ok(None) };
        Ok(self.shared().notices.notice(grant.space(), entry.id, photo.recipe).await?)
    }

    /// The messages about the space that are kept instead of being sent, the newest first; numbers are masked.
    pub async fn outbox(&self, grant: &Grant<impl MayRead>) -> Result<Vec<KeptMessage>, GalleryError> {
        Ok(self.shared().notices.outbox().messages(grant.space()).await?)
    }

    /// Whether messages leave this program, and if not, why.
    pub fn sends_notices(&self) -> Sending {
        self.shared().notices.sending()
    }

    /// Sends a test message, which counts like any other, or puts it into the outbox. Cancelling the caller does not
    /// stop it.
    pub async fn send_test_notice(
        &self,
        grant: &Grant<impl MayAdminister>,
        phone: PhoneNumber,
    ) -> Result<Result<Receipt, NotifyError>, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(async move { Ok(shared.notices.send_test(&space, phone).await?) }).await
    }

    /// Puts aside a notice that failed; nothing if none did.
    pub async fn put_failed_notice_aside(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
    ) -> Result<Change, GalleryError> {
        let shared = Arc::clone(self.shared());
        self.write(processing::put_failed_notice_aside(shared, grant.space().clone(), id)).await
    }
}
