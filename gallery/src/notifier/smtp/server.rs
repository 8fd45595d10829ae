//! Where mail is handed in: an address such as `smtps://name@mail.example.org`. Not here: the conversation (`mod`).

use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Ports by RFC 8314, 3 and 7.3, and RFC 5321, 4.5.4.2.
const TLS_PORT: u16 = 465;
const STARTTLS_PORT: u16 = 587;
const PLAIN_PORT: u16 = 25;

/// A server that takes mail. `Debug` does not show its password.
#[derive(Debug, Clone)]
pub struct MailServer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Login>,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// From its first byte on.
    Tls,
    /// After the greeting, always: a server that offers no STARTTLS is not used.
    StartTls,
    /// Not at all.
    None,
}

/// A name and its password.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) name: String,
    pub(super) password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.name)
    }
}

/// Why a mail server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailServerError {
    /// Not such an address.
    #[error(
        "a mail server is smtps://NAME@HOST (encrypted, port 465), smtp://NAME@HOST (encrypted by STARTTLS, port 587) or \
         smtp+plain://HOST (not encrypted, port 25); NAME@ is omitted if there is no login"
    )]
    Address,
    /// A password in the address.
    #[error(
        "the address of a mail server holds no password: it would stand in logs. Give it as QRATE_SMTP_PASSWORD"
    )]
    PasswordInAddress,
    /// A name without a password, or the reverse.
    #[error(
        "a mail server needs both a name (smtps://NAME@HOST) and a password (QRATE_SMTP_PASSWORD), or neither"
    )]
    HalfLogin,
    /// A password that everybody on the way could read.
    #[error("a login needs an encrypted connection: smtps:// or smtp://")]
    PlainLogin,
    /// No root certificates, or a name that no certificate can have.
    #[error("encrypted connections are not possible: {0}")]
    Tls(String),
}

impl MailServer {
    /// From its address, and the password for the name in it.
    pub fn parse(address: &str, password: Option<&str>) -> Result<Self, MailServerError> {
        let url: Url = address.trim().parse().map_err(|_| MailServerError::Address)?;
        let (security, usual_port) = match url.scheme() {
            "smtps" => (Security::Tls, TLS_PORT),
            "smtp" => (Security::StartTls, STARTTLS_PORT),
            "smtp+plain" => (Security::None, PLAIN_PORT),
            _ => return Err(MailServerError::Address),
        };
        let host = url.host().filter(|host| !host.to_string().is_empty()).ok_or(MailServerError::Address)?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !is_bare {
            return Err(MailServerError::Address);
        }
        if url.password().is_some() {
            return Err(MailServerError::PasswordInAddress);
        }
        let name = percent_decode_str(url.username()).decode_utf8().map_err(|_| MailServerError::Address)?;
        let login = match (name.is_empty(), password.filter(|password| !password.is_empty())) {
            (true, None) => None,
            (false, Some(password)) => Some(Login { name: name.into_owned(), password: password.to_owned() }),
            _ => return Err(MailServerError::HalfLogin),
        };
        if login.is_some() && security == Security::None && !is_this_machine(&host) {
            return Err(MailServerError::PlainLogin);
        }
        let host = match host {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        };
        Ok(Self { host, port: url.port().unwrap_or(usual_port), security, login })
    }
}

/// Addresses of a scheme that the crate does not know keep their host as a name.
fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            *name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_read() {
        let of = |address, password| MailServer::parse(address, password).unwrap();
        let server = of("smtps://me%40example.org@mail.example.org", Some("secret"));
        assert_eq!((&*server.host, server.port, server.security), ("mail.example.org", 465, Security::Tls));
        assert_eq!(server.login.as_ref().unwrap().name, "me@example.org");
        assert!(!format!("{server:?}").contains("secret"));
        let server = of("smtp://mail.example.org:2525/", None);
        assert_eq!((server.port, server.security), (2525, Security::StartTls));
        assert!(server.login.is_none());
        let server = of("smtp+plain://[::1]", None);
        assert_eq!((&*server.host, server.port, server.security), ("::1", 25, Security::None));
        assert!(of("smtp+plain://me@127.0.0.1:1025", Some("x")).login.is_some());
    }

    #[test]
    fn unusable_servers_are_refused() {
        for (address, password, error) in [
            ("mail.example.org", None, MailServerError::Address),
            ("https://mail.example.org", None, MailServerError::Address),
            ("smtps://", None, MailServerError::Address),
            ("smtps://host/path", None, MailServerError::Address),
            ("smtps://host?tls=none", None, MailServerError::Address),
            ("smtps://me:secret@host", None, MailServerError::PasswordInAddress),
            ("smtps://me@host", None, MailServerError::HalfLogin),
            ("smtps://host", Some("x"), MailServerError::HalfLogin),
            ("smtp+plain://me@host", Some("x"), MailServerError::PlainLogin),
        ] {
            assert_eq!(MailServer::parse(address, password).err(), Some(error), "{address}");
        }
    }
}
