//! The port for telling a person that something is done: a text message, an e-mail, a call to another program.
//!
//! Here: the trait and its promises. `message`: what is told; `error`, `reason`: why it was not. Implementations:
//! `outbox` (keeps messages here), `webhook`, `sns`, `smtp`. Not here: whether somebody is told, how often, and what
//! the text says (`notices`).

mod error;
mod http;
mod message;
mod outbox;
mod reason;
mod sns;
mod webhook;

pub mod smtp;

use async_trait::async_trait;

pub use self::error::NotifyError;
pub use self::message::{Message, MessageId, Receipt};
pub use self::outbox::{KeptMessage, OUTBOX_MAX_MESSAGES, Outbox};
pub use self::reason::Reason;
pub use self::sns::SnsNotifier;
pub use self::webhook::{
    Authorization, JsonTemplate, JsonTemplateError, SigningSecret, Webhook, WebhookError, WebhookForm,
    WebhookOptions, WebhookUrl,
};

/// Where messages go.
///
/// A call sends a message at most once: no adapter tries again by itself, since no provider of text messages can tell a
/// repetition from a second message. The error says whether the caller may: after `Busy`, `Unavailable` and `Denied`
/// nothing was sent; after `Unknown` nobody knows, and it must not be sent again. A call ends within a minute. A caller
/// may be cancelled in the middle of a call, and then knows as little as after `Unknown`.
///
/// The number is shown nowhere: what an error says was redacted, whatever the other side said.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Sends a message. `Ok` means that the other side has taken it over, not that the person has read it.
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError>;
}
