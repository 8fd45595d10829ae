//! E-mail, handed to a mail server in the test program.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::PhoneNumber;

use super::{Arrived, Failing, Fault, Subject, fresh_number, message};
use crate::notifier::smtp::{MailAddresses, MailServer, SmtpNotifier};
use crate::notifier::{Notifier, NotifyError};
use crate::testing::smtp_stand_in::{At, MailFault, SmtpStandIn};

#[derive(Default)]
pub(super) struct OnStandIn(Option<SmtpStandIn>);

impl OnStandIn {
    fn server(&self) -> &SmtpStandIn {
        self.0.as_ref().unwrap()
    }
}

impl Subject for OnStandIn {
    const SENDS_NUMBER: bool = false;

    async fn open(&mut self) -> Arc<dyn Notifier> {
        if self.0.is_none() {
            self.0 = Some(SmtpStandIn::start().await);
        }
        let address = format!("smtp+plain://me%40example.org@127.0.0.1:{}", self.server().port);
        let server = MailServer::parse(&address, Some("secret")).unwrap();
        let addresses = MailAddresses::parse("Qrate <qrate@example.org>", "team@example.org").unwrap();
        Arc::new(SmtpNotifier::new(server, addresses).unwrap().impatient())
    }

    async fn arrived(&mut self, phone: &PhoneNumber) -> Vec<Arrived> {
        let mails = self.server().mails();
        let read = mails.iter().map(|mail| read(mail));
        read.filter(|arrived| arrived.to == phone.masked()).collect()
    }
}

impl Failing for OnStandIn {
    fn fail_next(&mut self, fault: Fault) {
        let reply = |words: &str| MailFault::Reply(words.to_owned());
        let (at, fault) = match fault {
            Fault::Refuses => (At::End, reply("550 5.7.1 no mail about +49 170 1234567, nor 491701234567")),
            Fault::IsBusy => (At::Recipient, reply("451 4.7.1 greylisted, try again later")),
            Fault::Denies => (At::Login, reply("535 5.7.8 authentication failed")),
            Fault::LosesAnswer => (At::End, MailFault::Cut),
            Fault::IsSilent => (At::End, MailFault::Silence),
        };
        self.server().fail_at(at, fault);
    }

    async fn go_away(&mut self) {
        self.0.take().unwrap().stop().await;
    }
}

/// The number and the text in a mail.
fn read(mail: &str) -> Arrived {
    let (headers, body) = mail.split_once("\n\n").unwrap();
    for header in [
        "From: Qrate <qrate@example.org>",
        "To: team@example.org",
        "Subject: A photo is ready",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(headers.lines().any(|line| line.eq_ignore_ascii_case(header)), "{header}: {headers}");
    }
    assert!(headers.contains("Message-ID: <msg_") && headers.contains("@example.org>"), "{headers}");
    let encoding = headers.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")).unwrap();
    let body = match encoding {
        "7bit" | "8bit" => body.to_owned(),
        "base64" => String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap(),
        "quoted-printable" => decoded(body),
        other => panic!("{other}"),
    };
    let body = body.replace("\r\n", "\n");
    let (to, text) = body.split_once("\n\n").unwrap();
    let to = to.strip_prefix("For ").unwrap().strip_suffix(':').unwrap();
    Arrived { to: to.to_owned(), text: text.trim_end().to_owned() }
}

/// RFC 2045, 6.7.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => {
                let hex = str::from_utf8(&[*high, *low]).map(|hex| u8::from_str_radix(hex, 16)).unwrap();
                bytes.push(hex.unwrap());
                rest = after;
            }
            (byte, after) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn login_is_sent_and_the_number_is_not() {
    let mut subject = OnStandIn::default();
    let (notifier, phone) = (subject.open().await, fresh_number());
    let receipt = notifier.notify(&message(&phone, "done")).await.unwrap();
    assert_eq!(receipt.provider_id.as_deref(), Some("2.0.0 Ok: queued as 4XyZ"));
    let plain = STANDARD.encode("\0me@example.org\0secret");
    assert_eq!(subject.server().logins(), [format!("AUTH PLAIN {plain}")]);
    assert!(!subject.server().mails()[0].contains(&phone.reveal()[4..]));
}

/// RFC 5321, 4.2.1, and RFC 4954, 6.
#[tokio::test]
async fn replies_of_mail_servers_are_classified() {
    let mut subject = OnStandIn::default();
    let notifier = subject.open().await;
    for (at, reply, is_expected) in [
        (At::Greeting, "421 4.3.2 too busy", is_busy as fn(&NotifyError) -> bool),
        (At::Greeting, "554 5.7.1 not you", is_denied),
        (At::Login, "454 4.7.0 try again later", is_busy),
        (At::Login, "534 5.7.9 mechanism is too weak", is_denied),
        (At::Recipient, "450 4.2.0 busy", is_busy),
        (At::Recipient, "452 4.5.3 too many", is_busy),
        (At::Recipient, "530 5.7.0 log in first", is_denied),
        (At::Recipient, "550 5.1.1 unknown", is_refused),
        (At::Recipient, "553 5.1.3 bad name", is_refused),
        (At::End, "451 4.3.0 local error", is_busy),
        (At::End, "552 5.3.4 too large", is_refused),
        (At::End, "554 5.6.0 spam", is_refused),
        (At::End, "what?", is_unknown),
    ] {
        subject.server().fail_at(at, MailFault::Reply(reply.to_owned()));
        let error = notifier.notify(&message(&fresh_number(), "done")).await.unwrap_err();
        assert!(is_expected(&error), "{reply}: {error:?}");
    }
    assert_eq!(subject.server().mails().len(), 0);
}

fn is_busy(error: &NotifyError) -> bool {
    matches!(error, NotifyError::Busy { .. })
}

fn is_denied(error: &NotifyError) -> bool {
    matches!(error, NotifyError::Denied(_))
}

fn is_refused(error: &NotifyError) -> bool {
    matches!(error, NotifyError::Refused(_))
}

fn is_unknown(error: &NotifyError) -> bool {
    matches!(error, NotifyError::Unknown(_))
}
