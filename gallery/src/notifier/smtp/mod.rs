//! Messages as e-mail. The recipient is an address of the operator's, not the person: the text names the number,
//! masked, so that somebody can tell them.
//!
//! Here: the adapter. `server`: where mail is handed in, and how. The conversation is led step by step, not by
//! `lettre`'s transport: after an error this tells whether the mail may have been sent.

mod server;

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use self::server::Security;
pub use self::server::{MailServer, MailServerError};
use super::{Message, Notifier, NotifyError, Reason, Receipt};

/// A host that does not accept the connection in this time is unavailable.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// For everything until the mail itself: greeting, encryption, login.
const GREETING_MAX: Duration = Duration::from_secs(20);
/// For handing over the mail.
const MAIL_MAX: Duration = Duration::from_secs(30);
/// The subject of every message.
const SUBJECT: &str = "A photo is ready";
/// Replies about encryption and login: RFC 4954, 6; RFC 3207, 4.
const OF_LOGIN: &[u16] = &[530, 534, 535, 538];

/// Where mail comes from and goes to.
#[derive(Debug, Clone)]
pub struct MailAddresses {
    /// The sender.
    pub from: Mailbox,
    /// The recipient of every message.
    pub to: Mailbox,
}

impl MailAddresses {
    /// From text, such as `Qrate <qrate@example.org>`.
    pub fn parse(from: &str, to: &str) -> Result<Self, MailAddressError> {
        let parse = |text: &str| text.trim().parse().map_err(|_| MailAddressError(text.trim().to_owned()));
        Ok(Self { from: parse(from)?, to: parse(to)? })
    }
}

/// Not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an address such as qrate@example.org or Qrate <qrate@example.org>")]
pub struct MailAddressError(String);

/// Sends messages as e-mail.
pub struct SmtpNotifier {
    server: MailServer,
    /// Made once: the root certificates are read from disk.
    tls: Option<TlsParameters>,
    addresses: MailAddresses,
    mail_max: Duration,
}

impl SmtpNotifier {
    /// By this server. Sends nothing yet.
    pub fn new(server: MailServer, addresses: MailAddresses) -> Result<Self, MailServerError> {
        let tls = match server.security {
            Security::None => None,
            Security::Tls | Security::StartTls => {
                let parameters = TlsParameters::new(server.host.clone());
                Some(parameters.map_err(|error| MailServerError::Tls(error.to_string()))?)
            }
        };
        Ok(Self { server, tls, addresses, mail_max: MAIL_MAX })
    }

    /// With less time for handing over the mail.
    #[cfg(test)]
    pub(crate) fn impatient(self) -> Self {
        Self { mail_max: Duration::from_secs(1), ..self }
    }

    fn mail(&self, message: &Message) -> Result<Mail, lettre::error::Error> {
        let MailAddresses { from, to } = &self.addresses;
        let id = format!("<{}@{}>", message.id, from.email.domain());
        Mail::builder()
            .from(from.clone())
            .to(to.clone())
            .subject(SUBJECT)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(format!("For {}:\n\n{}\n", message.to.masked(), message.text))
    }

    /// A connection over which mail can be handed in.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let MailServer { host, port, security, login } = &self.server;
        let hello = ClientId::default();
        let at_once = self.tls.clone().filter(|_| *security == Security::Tls);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((&**host, *port), Some(CONNECT_MAX), &hello, at_once, None)
                .await?;
        if let (Security::StartTls, Some(tls)) = (security, self.tls.clone()) {
            connection.starttls(tls, &hello).await?;
        }
        if let Some(login) = login {
            let credentials = Credentials::new(login.name.clone(), login.password.clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(connection)
    }
}

#[async_trait]
impl Notifier for SmtpNotifier {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        let mail =
            self.mail(message).map_err(|error| NotifyError::Refused(Reason::new(&error.to_string())))?;
        let mut connection = match tokio::time::timeout(GREETING_MAX, self.connect()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(before_mail(&error)),
            Err(_) => return Err(NotifyError::Unavailable(Reason::new("there was no answer in time"))),
        };
        let (envelope, bytes) = (mail.envelope(), mail.formatted());
        let sent = tokio::time::timeout(self.mail_max, connection.send(envelope, &bytes)).await;
        let outcome = match sent {
            Ok(Ok(response)) => {
                // Such as "2.0.0 Ok: queued as 4XyZ".
                let said = response.first_line().map(|line| Reason::new(line).to_string());
                Ok(Receipt { provider_id: said })
            }
            Ok(Err(error)) => Err(with_mail(&error)),
            Err(_) => return Err(NotifyError::Unknown(Reason::new("there was no answer in time"))),
        };
        // The mail is out, or not: what the server thinks of the farewell changes nothing.
        let _ = tokio::time::timeout(CONNECT_MAX, connection.abort()).await;
        outcome
    }
}

/// What an error means before there was any mail: nothing was sent.
fn before_mail(error: &SmtpError) -> NotifyError {
    let reason = Reason::new(&error.to_string());
    if error.is_transient() {
        NotifyError::Busy { reason, retry_after: None }
    } else if error.is_permanent() || error.is_client() || error.is_tls() {
        // A refused login or greeting; no STARTTLS, or no way to log in; a certificate that is not trusted.
        NotifyError::Denied(reason)
    } else {
        NotifyError::Unavailable(reason)
    }
}

/// The same while mail is handed over. A reply of the server's is clear (RFC 5321, 4.2.1): it did not take the mail.
/// Everything else leaves that open.
fn with_mail(error: &SmtpError) -> NotifyError {
    let reason = Reason::new(&error.to_string());
    let status = error.status().map(u16::from);
    if error.is_transient() {
        NotifyError::Busy { reason, retry_after: None }
    } else if status.is_some_and(|status| OF_LOGIN.contains(&status)) || error.is_client() {
        NotifyError::Denied(reason)
    } else if error.is_permanent() {
        NotifyError::Refused(reason)
    } else {
        NotifyError::Unknown(reason)
    }
}
