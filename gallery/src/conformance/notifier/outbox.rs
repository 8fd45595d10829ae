//! The outbox: what arrives is what it keeps.

use std::sync::Arc;

use domain::PhoneNumber;

use super::{Arrived, Subject};
use crate::Clock;
use crate::notifier::{Notifier, Outbox};
use crate::records::{MemoryRecords, Records};

pub(super) struct InOutbox(Arc<dyn Records>);

impl Default for InOutbox {
    fn default() -> Self {
        Self(Arc::new(MemoryRecords::new(Clock::system())))
    }
}

impl InOutbox {
    fn outbox(&self) -> Outbox {
        Outbox::new(Arc::clone(&self.0), Clock::system())
    }
}

impl Subject for InOutbox {
    const SENDS_NUMBER: bool = false;

    async fn open(&mut self) -> Arc<dyn Notifier> {
        Arc::new(self.outbox())
    }

    async fn arrived(&mut self, phone: &PhoneNumber) -> Vec<Arrived> {
        let mut messages = self.outbox().messages(&domain::Space::main()).await.unwrap();
        messages.reverse();
        let to_them = messages.into_iter().filter(|message| message.to == phone.masked());
        to_them.map(|message| Arrived { to: message.to, text: message.text }).collect()
    }
}
