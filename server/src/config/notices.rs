//! How people are told that their photo is done, and how often. Secrets come from the environment only: everybody on a
//! machine sees the options of its programs. Not here: opening the notifier (`notices`).

use gallery::notices::{DEFAULT_PER_NUMBER, NoticeLimits, PublicAddress};
use gallery::notifier::smtp::{MailAddressError, MailAddresses, MailServer, MailServerError};
use gallery::notifier::{
    Authorization, JsonTemplate, SigningSecret, WebhookForm, WebhookOptions, WebhookUrl,
};

use super::storage::named;

const WEBHOOK_SECRET: &str = "QRATE_WEBHOOK_SECRET";
const WEBHOOK_AUTHORIZATION: &str = "QRATE_WEBHOOK_AUTHORIZATION";
const SMTP_PASSWORD: &str = "QRATE_SMTP_PASSWORD";

/// Who sends notices.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Notices")]
pub struct NotifierArgs {
    /// Who tells people that their photo is done: "outbox", nobody, messages are only kept to be looked at; "webhook",
    /// an HTTP request; "sns", text messages by Amazon SNS; "smtp", e-mail to an address of yours.
    #[arg(long, env = "QRATE_NOTIFIER", value_name = "WHO", default_value = "outbox")]
    pub notifier: Notifier,
}

/// Who sends notices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Notifier {
    /// Nobody: they are kept.
    #[default]
    Outbox,
    /// Another program.
    Webhook,
    /// Amazon SNS.
    Sns,
    /// A mail server.
    Smtp,
}

/// What a webhook gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// JSON, signed.
    #[default]
    Json,
    /// A message for a topic of ntfy.
    Ntfy,
    /// A text message by Twilio, or a service with the same requests.
    Twilio,
}

/// How people are told, and how often.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Notices")]
pub struct NoticeArgs {
    #[command(flatten)]
    chosen: NotifierArgs,
    /// Messages that may be sent in a day (UTC), by all instances together. Until it is set, nothing is sent.
    #[arg(long, env = "QRATE_NOTICES_PER_DAY", value_name = "NUMBER",
        value_parser = |text: &str| count("--notices-per-day (QRATE_NOTICES_PER_DAY)", text))]
    notices_per_day: Option<u64>,
    /// Messages that one phone number may get in a day: one for each photo that is left with it.
    #[arg(long, env = "QRATE_NOTICES_PER_NUMBER", value_name = "NUMBER", default_value_t = DEFAULT_PER_NUMBER,
        value_parser = |text: &str| count("--notices-per-number (QRATE_NOTICES_PER_NUMBER)", text))]
    notices_per_number: u64,
    /// Address of the start page as people reach it, for the links in notices, such as https://qrate.example.org/.
    #[arg(long, env = "QRATE_PUBLIC_ADDRESS", value_name = "URL",
        value_parser = |text: &str| named::<PublicAddress>("--public-address (QRATE_PUBLIC_ADDRESS)", text))]
    public_address: Option<PublicAddress>,
    /// Address of the webhook. Its secret comes from QRATE_WEBHOOK_SECRET, a name and password or a token from
    /// QRATE_WEBHOOK_AUTHORIZATION.
    #[arg(long, env = "QRATE_WEBHOOK_URL", value_name = "URL",
        value_parser = |text: &str| named::<WebhookUrl>("--webhook-url (QRATE_WEBHOOK_URL)", text))]
    webhook_url: Option<WebhookUrl>,
    /// What the webhook gets: "json", signed JSON; "ntfy", a message for the topic at the end of the address; "twilio",
    /// a text message.
    #[arg(long, env = "QRATE_WEBHOOK_FORM", value_name = "FORM")]
    webhook_form: Option<Form>,
    /// JSON for the webhook, in whose texts {id}, {to}, {text} and {link} are filled in.
    #[arg(long, env = "QRATE_WEBHOOK_TEMPLATE", value_name = "JSON",
        value_parser = |text: &str| named::<JsonTemplate>("--webhook-template (QRATE_WEBHOOK_TEMPLATE)", text))]
    webhook_template: Option<JsonTemplate>,
    /// Number or name that Twilio's messages come from, or the id of a messaging service.
    #[arg(long, env = "QRATE_WEBHOOK_FROM", value_name = "SENDER")]
    webhook_from: Option<String>,
    /// Mail server: smtps://NAME@HOST, smtp://NAME@HOST (with STARTTLS) or smtp+plain://HOST. The password comes from
    /// QRATE_SMTP_PASSWORD.
    #[arg(long, env = "QRATE_SMTP_URL", value_name = "URL")]
    smtp_url: Option<String>,
    /// Address that mail comes from.
    #[arg(long, env = "QRATE_SMTP_FROM", value_name = "ADDRESS")]
    smtp_from: Option<String>,
    /// Address that mail goes to.
    #[arg(long, env = "QRATE_SMTP_TO", value_name = "ADDRESS")]
    smtp_to: Option<String>,
}

/// Options that do not go together, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// Something is missing.
    #[error("--notifier {notifier} (QRATE_NOTIFIER) needs {option}")]
    Missing {
        /// The notifier.
        notifier: &'static str,
        /// What it needs.
        option: &'static str,
    },
    /// Something is set that nobody uses.
    #[error("{option} is set, and --notifier (QRATE_NOTIFIER) is not {notifier}. Set both, or neither")]
    Unused {
        /// Whose option it is.
        notifier: &'static str,
        /// What is set.
        option: &'static str,
    },
    /// An option that does not go with the form of the requests.
    #[error("{0} goes with another --webhook-form (QRATE_WEBHOOK_FORM)")]
    OtherForm(&'static str),
    /// A secret in the wrong form; the secret itself is not shown.
    #[error("{0}: {1}")]
    Secret(&'static str, &'static str),
    /// Not a mail server.
    #[error("--smtp-url (QRATE_SMTP_URL)")]
    MailServer(#[from] MailServerError),
    /// Not an address.
    #[error("--smtp-from (QRATE_SMTP_FROM) or --smtp-to (QRATE_SMTP_TO)")]
    MailAddress(#[from] MailAddressError),
}

/// A notifier with everything that it needs.
#[derive(Debug)]
pub enum NotifierChoice {
    /// Messages stay here.
    Outbox,
    /// HTTP requests.
    Webhook(Box<WebhookOptions>),
    /// Text messages by SNS.
    Sns,
    /// E-mail.
    Smtp(MailServer, MailAddresses),
}

impl NoticeArgs {
    /// The notifier, if the options go together.
    pub fn notifier(&self) -> Result<NotifierChoice, NoticeError> {
        self.notifier_with(|variable| std::env::var(variable).ok().filter(|value| !value.is_empty()))
    }

    /// How many may be sent.
    pub fn limits(&self) -> NoticeLimits {
        NoticeLimits { per_day: self.notices_per_day, per_number: self.notices_per_number }
    }

    /// Where people reach the pages.
    pub fn public_address(&self) -> Option<&PublicAddress> {
        self.public_address.as_ref()
    }

    fn notifier_with(&self, secret: impl Fn(&str) -> Option<String>) -> Result<NotifierChoice, NoticeError> {
        let notifier = self.chosen.notifier;
        if notifier != Notifier::Webhook {
            let set = [
                ("--webhook-url (QRATE_WEBHOOK_URL)", self.webhook_url.is_some()),
                ("--webhook-form (QRATE_WEBHOOK_FORM)", self.webhook_form.is_some()),
                ("--webhook-template (QRATE_WEBHOOK_TEMPLATE)", self.webhook_template.is_some()),
                ("--webhook-from (QRATE_WEBHOOK_FROM)", self.webhook_from.is_some()),
            ];
            refuse_unused("webhook", &set)?;
        }
        if notifier != Notifier::Smtp {
            let set = [
                ("--smtp-url (QRATE_SMTP_URL)", self.smtp_url.is_some()),
                ("--smtp-from (QRATE_SMTP_FROM)", self.smtp_from.is_some()),
                ("--smtp-to (QRATE_SMTP_TO)", self.smtp_to.is_some()),
            ];
            refuse_unused("smtp", &set)?;
        }
        Ok(match notifier {
            Notifier::Outbox => NotifierChoice::Outbox,
            Notifier::Sns => NotifierChoice::Sns,
            Notifier::Webhook => NotifierChoice::Webhook(Box::new(self.webhook(secret)?)),
            Notifier::Smtp => {
                let need = |option| NoticeError::Missing { notifier: "smtp", option };
                let url = self.smtp_url.as_ref().ok_or(need("--smtp-url (QRATE_SMTP_URL)"))?;
                let from = self.smtp_from.as_ref().ok_or(need("--smtp-from (QRATE_SMTP_FROM)"))?;
                let to = self.smtp_to.as_ref().ok_or(need("--smtp-to (QRATE_SMTP_TO)"))?;
                let server = MailServer::parse(url, secret(SMTP_PASSWORD).as_deref())?;
                NotifierChoice::Smtp(server, MailAddresses::parse(from, to)?)
            }
        })
    }

    fn webhook(&self, secret: impl Fn(&str) -> Option<String>) -> Result<WebhookOptions, NoticeError> {
        let need = |option| NoticeError::Missing { notifier: "webhook", option };
        let url = self.webhook_url.as_ref().ok_or(need("--webhook-url (QRATE_WEBHOOK_URL)"))?;
        let form = self.webhook_form.unwrap_or_default();
        if form != Form::Json && self.webhook_template.is_some() {
            return Err(NoticeError::OtherForm("--webhook-template (QRATE_WEBHOOK_TEMPLATE)"));
        }
        if form != Form::Twilio && self.webhook_from.is_some() {
            return Err(NoticeError::OtherForm("--webhook-from (QRATE_WEBHOOK_FROM)"));
        }
        let form = match form {
            Form::Json => WebhookForm::Json(self.webhook_template.clone().unwrap_or_default()),
            Form::Ntfy => WebhookForm::Ntfy,
            Form::Twilio => {
                let from = self.webhook_from.clone();
                WebhookForm::Twilio { from: from.ok_or(need("--webhook-from (QRATE_WEBHOOK_FROM)"))? }
            }
        };
        let signing = secret(WEBHOOK_SECRET).map(|text| {
            text.parse::<SigningSecret>().map_err(|error| NoticeError::Secret(WEBHOOK_SECRET, error))
        });
        let authorization = secret(WEBHOOK_AUTHORIZATION).map(|text| {
            text.parse::<Authorization>().map_err(|error| NoticeError::Secret(WEBHOOK_AUTHORIZATION, error))
        });
        if matches!(form, WebhookForm::Json(_)) && signing.is_none() {
            return Err(need("a secret in QRATE_WEBHOOK_SECRET (echo whsec_$(openssl rand -base64 32))"));
        }
        Ok(WebhookOptions {
            url: url.clone(),
            form,
            secret: signing.transpose()?,
            authorization: authorization.transpose()?,
        })
    }
}

/// What is set and not used was meant for something else.
fn refuse_unused(notifier: &'static str, options: &[(&'static str, bool)]) -> Result<(), NoticeError> {
    match options.iter().find(|(_, is_set)| *is_set) {
        Some((option, _)) => Err(NoticeError::Unused { notifier, option }),
        None => Ok(()),
    }
}

fn count(option: &str, text: &str) -> Result<u64, String> {
    const MOST: u64 = 1_000_000;
    let count = text.parse().ok().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| format!("{option} takes a whole number, 1 to {MOST}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        notices: NoticeArgs,
    }

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn notices(arguments: &[&str]) -> NoticeArgs {
        Line::try_parse_from([&["qrate"], arguments].concat()).unwrap().notices
    }

    fn with_secrets(arguments: &[&str], secrets: &[(&str, &str)]) -> Result<NotifierChoice, String> {
        let secret = |variable: &str| {
            secrets.iter().find(|(name, _)| *name == variable).map(|(_, value)| (*value).to_owned())
        };
        notices(arguments).notifier_with(secret).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_sent_by_default() {
        assert!(matches!(with_secrets(&[], &[]), Ok(NotifierChoice::Outbox)));
        assert_eq!(notices(&[]).limits(), NoticeLimits { per_day: None, per_number: 20 });
        assert_eq!(notices(&["--notices-per-day", "50"]).limits().per_day, Some(50));
    }

    #[test]
    fn each_notifier_is_chosen_with_what_it_needs() {
        let webhook = ["--notifier", "webhook", "--webhook-url", "https://example.org/notices"];
        let chosen = with_secrets(&webhook, &[(WEBHOOK_SECRET, SECRET)]).unwrap();
        assert!(matches!(chosen, NotifierChoice::Webhook(options) if options.secret.is_some()));
        let twilio = [&webhook[..], &["--webhook-form", "twilio", "--webhook-from", "+14155550100"]].concat();
        let chosen = with_secrets(&twilio, &[(WEBHOOK_AUTHORIZATION, "AC1:token")]).unwrap();
        assert!(matches!(chosen, NotifierChoice::Webhook(options) if options.authorization.is_some()));
        let ntfy = [&webhook[..], &["--webhook-form", "ntfy"]].concat();
        assert!(matches!(with_secrets(&ntfy, &[]), Ok(NotifierChoice::Webhook(_))));
        assert!(matches!(with_secrets(&["--notifier", "sns"], &[]), Ok(NotifierChoice::Sns)));
        let smtp = [
            "--notifier",
            "smtp",
            "--smtp-url",
            "smtps://me@host",
            "--smtp-from",
            "a@b.example",
            "--smtp-to",
            "c@d.example",
        ];
        assert!(matches!(with_secrets(&smtp, &[(SMTP_PASSWORD, "x")]), Ok(NotifierChoice::Smtp(..))));
    }

    #[test]
    fn incomplete_and_unused_options_are_refused() {
        let webhook = ["--notifier", "webhook", "--webhook-url", "https://example.org/a"];
        let twilio = [&webhook[..], &["--webhook-form", "twilio"]].concat();
        for (arguments, secrets, said) in [
            (&["--notifier", "webhook"][..], &[][..], "needs --webhook-url"),
            (&webhook, &[], "needs a secret in QRATE_WEBHOOK_SECRET"),
            (&webhook, &[(WEBHOOK_SECRET, "guess-me")], "QRATE_WEBHOOK_SECRET: a secret is whsec_"),
            (&twilio, &[], "needs --webhook-from"),
            (&["--webhook-url", "https://example.org/a"], &[], "--notifier (QRATE_NOTIFIER) is not webhook"),
            (&["--notifier", "sns", "--smtp-to", "a@b.example"], &[], "is not smtp"),
            (&[&webhook[..], &["--webhook-from", "+1"]].concat(), &[], "another --webhook-form"),
            (&["--notifier", "smtp"], &[], "needs --smtp-url"),
        ] {
            let error = with_secrets(arguments, secrets).unwrap_err();
            assert!(error.contains(said) && !error.contains("guess-me"), "{arguments:?}: {error}");
        }
        for (option, wrong) in [
            ("--notices-per-day", "0"),
            ("--notices-per-number", "many"),
            ("--public-address", "qrate.example.org"),
            ("--webhook-url", "example.org"),
            ("--webhook-template", "{}"),
        ] {
            let refused = Line::try_parse_from(["qrate", option, wrong]).err().unwrap().to_string();
            assert!(refused.contains(option) && refused.contains(wrong), "{refused}");
        }
    }
}
