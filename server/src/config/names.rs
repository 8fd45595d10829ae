//! The names and the base path under which browsers reach the program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The names and the base path under which browsers reach the program.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Addresses")]
pub struct NameArgs {
    /// The path.
    #[command(flatten)]
    pub base: BasePathArgs,
    /// Name by which browsers may reach the program, besides localhost, 127.0.0.1, [::1] and the listening address
    /// (any address if that is 0.0.0.0 or [::]); with a port, only at that port. A leading dot allows every name below
    /// that domain (.example.com). Repeatable; in the environment, separated by commas.
    #[arg(
        long = "allowed-host",
        env = "QRATE_ALLOWED_HOSTS",
        value_name = "NAME[:PORT]",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<AllowedHost>,
}

/// The base path.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Addresses")]
pub struct BasePathArgs {
    /// Path below which everything is served, if a proxy also serves other things.
    #[arg(long, env = "QRATE_BASE_PATH", value_name = "PATH", default_value = "/")]
    pub base_path: BasePath,
}

/// A path that starts and ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePath(String);

impl BasePath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for BasePath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for BasePath {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "--base-path (QRATE_BASE_PATH) takes a path of letters, digits, hyphens, dots and \
            underscores that starts and ends with a slash, such as /qrate/";
        if text == "/" {
            return Ok(Self::default());
        }
        let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).ok_or(WHAT)?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        let fits = |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(allowed);
        if inner.split('/').all(fits) { Ok(Self(text.to_owned())) } else { Err(WHAT) }
    }
}

/// A name by which browsers may reach the program: at any port, or at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    name: HostName,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostName {
    Named(String),
    /// Every name that ends so: a dot and a domain.
    Below(String),
    Address(IpAddr),
    AnyAddress,
}

impl AllowedHost {
    /// The names of this machine itself, which are always allowed.
    pub fn this_machine() -> [Self; 3] {
        let named = Self { name: HostName::Named("localhost".to_owned()), port: None };
        [named, Self::from(IpAddr::from(Ipv4Addr::LOCALHOST)), Self::from(IpAddr::from(Ipv6Addr::LOCALHOST))]
    }

    /// What to allow for a listening address: the address itself; for a wildcard, any address. A foreign page cannot
    /// reach us by an address: DNS rebinding needs a name.
    pub fn listened_on(address: IpAddr) -> Self {
        if address.is_unspecified() {
            Self { name: HostName::AnyAddress, port: None }
        } else {
            Self::from(address)
        }
    }

    /// Whether this is the name in a `Host` header.
    pub fn admits(&self, host: &str) -> bool {
        let Some((name, port)) = split_port(host) else { return false };
        // Browsers omit the default port: 80 for http, 443 behind a proxy with TLS.
        let fits = match (self.port, port) {
            (None, _) => true,
            (Some(wanted), Some(port)) => wanted == port,
            (Some(wanted), None) => matches!(wanted, 80 | 443),
        };
        fits && self.is_called(name)
    }

    /// Whether this is the site of an `Origin`. Without a port only the default one matches: another port of the same
    /// machine may serve someone else's page. Names below a domain never match: a balancer's neighbours belong to
    /// others.
    pub fn is_site_of(&self, origin: &str) -> bool {
        let Some((scheme, authority)) = origin.split_once("://") else { return false };
        let usual = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return false,
        };
        let Some((name, port)) = split_port(authority) else { return false };
        let is_one = !matches!(self.name, HostName::Below(_));
        is_one && self.is_called(name) && port.unwrap_or(usual) == self.port.unwrap_or(usual)
    }

    fn is_called(&self, name: &str) -> bool {
        match &self.name {
            HostName::Named(ours) => ours.eq_ignore_ascii_case(name),
            HostName::Below(domain) => name
                .len()
                .checked_sub(domain.len())
                .filter(|host| *host > 0)
                .and_then(|host| name.as_bytes().get(host..))
                .is_some_and(|end| end.eq_ignore_ascii_case(domain.as_bytes())),
            HostName::Address(ours) => address(name) == Some(*ours),
            HostName::AnyAddress => address(name).is_some(),
        }
    }
}

impl From<IpAddr> for AllowedHost {
    fn from(address: IpAddr) -> Self {
        Self { name: HostName::Address(address), port: None }
    }
}

impl FromStr for AllowedHost {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "--allowed-host (QRATE_ALLOWED_HOSTS) takes a name or an address as browsers call it, \
            without http:// and with a port of at most 65535 if any, such as qrate.example.org, 192.168.1.7 or \
            [fd00::7]:8080; or a domain of at least two parts after a dot, such as .example.org, for every name below it";
        let (name, port) = split_port(text.trim()).filter(|(_, port)| *port != Some(0)).ok_or(WHAT)?;
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        // Everybody has a name below .com.
        let is_domain = |domain: &str| domain.split('.').count() > 1 && domain.split('.').all(is_name);
        let name = match (address(name), name.strip_prefix('.')) {
            (Some(address), _) => HostName::Address(address),
            (None, Some(domain)) if is_domain(domain) => HostName::Below(name.to_owned()),
            (None, None) if is_name(name) => HostName::Named(name.to_owned()),
            _ => return Err(WHAT),
        };
        Ok(Self { name, port })
    }
}

/// Splits a host as it occurs in an address; `None` if the colon is not followed by a port.
fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    match host.rsplit_once(':') {
        // The colons of an IPv6 address, which is in brackets.
        Some((_, rest)) if rest.ends_with(']') => Some((host, None)),
        Some((name, "")) => Some((name, None)),
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            Some((name, Some(port.parse().ok()?)))
        }
        Some(_) => None,
        None => Some((host, None)),
    }
}

/// An IP address as it occurs in an address: IPv6 in brackets.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::from),
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_are_parsed() {
        for good in ["/", "/qrate/", "/a/b.c/"] {
            assert_eq!(good.parse::<BasePath>().map(|path| path.0), Ok(good.to_owned()));
        }
        for bad in ["", "qrate", "/qrate", "qrate/", "//", "/a//b/", "/../", "/a b/", "/{x}/", "/ä/"] {
            assert!(bad.parse::<BasePath>().is_err(), "{bad}");
        }
    }

    #[test]
    fn host_names_are_parsed() {
        let admits = |allowed: &str, host| allowed.parse::<AllowedHost>().unwrap().admits(host);
        assert!(admits("qrate.example.org", "Qrate.example.org"));
        assert!(admits("qrate.example.org", "qrate.example.org:8080"));
        assert!(admits("[fd00::7]", "[fd00::7]:80") && admits("[fd00::7]", "[fd00::7]"));
        assert!(admits("a:81", "a:81") && !admits("a:81", "a:82") && !admits("a:81", "a"));
        assert!(admits("a:80", "a") && admits("a:443", "a") && admits("[fd00::7]", "[FD00:0::7]:80"));
        assert!(!admits("a.example", "a.example.evil.org") && !admits("a.example", "b.a.example"));
        assert!(!admits("a", "a:99999") && !admits("a", "a:b") && !admits("a", "a:80:80"));
        for bad in ["", "http://a", "a b", "a/", ":80", "a:99999999", "a:0", "[fd00", "fd00::7", "*"] {
            assert!(bad.parse::<AllowedHost>().is_err(), "{bad}");
        }
    }

    #[test]
    fn domains_admit_the_names_below_them() {
        let allowed = |text: &str| text.parse::<AllowedHost>().unwrap();
        for host in ["a.example.com", "A.B.EXAMPLE.com:8080"] {
            assert!(allowed(".example.com").admits(host), "{host}");
        }
        for host in ["example.com", ".example.com", "aexample.com", "a.example.com.evil.org", "ä.com", ""] {
            assert!(!allowed(".example.com").admits(host), "{host}");
        }
        assert!(allowed(".example.com:81").admits("a.example.com:81"));
        assert!(!allowed(".example.com:81").admits("a.example.com"));
        assert!(!allowed(".example.com").is_site_of("https://a.example.com"), "another tenant of the domain");
        for bad in [".", ".com", "..com", ".a..b", ".example.", ".*.example.com"] {
            assert!(bad.parse::<AllowedHost>().is_err(), "{bad}");
        }
    }

    #[test]
    fn origins_are_parsed() {
        let is_site = |allowed: &str, origin| allowed.parse::<AllowedHost>().unwrap().is_site_of(origin);
        assert!(
            is_site("qrate.example", "http://qrate.example")
                && is_site("qrate.example", "https://QRATE.example")
        );
        assert!(is_site("qrate.example:8443", "https://qrate.example:8443") && is_site("a:80", "http://a"));
        assert!(is_site("[fd00::7]", "http://[fd00::7]") && is_site("a:443", "https://a"));
        for foreign in [
            "http://qrate.example:8080",
            "https://qrate.example:80",
            "http://qrate.example.evil.example",
            "http://evil.qrate.example",
            "ftp://qrate.example",
            "qrate.example",
            "null",
            "",
        ] {
            assert!(!is_site("qrate.example", foreign), "{foreign}");
        }
        assert!(
            !is_site("a:80", "https://a") && !is_site("a:443", "http://a") && !is_site("a:81", "http://a")
        );
    }

    #[test]
    fn listening_address_is_an_allowed_host() {
        let admits = |listen: &str, host| AllowedHost::listened_on(listen.parse().unwrap()).admits(host);
        assert!(admits("192.168.1.7", "192.168.1.7:8080") && admits("192.168.1.7", "192.168.1.7"));
        assert!(!admits("192.168.1.7", "192.168.1.8:8080") && !admits("192.168.1.7", "evil.example:8080"));
        for any in ["0.0.0.0", "::"] {
            assert!(admits(any, "10.0.0.7:81") && admits(any, "[fd00::7]"));
            assert!(!admits(any, "evil.example:8080") && !admits(any, "10.0.0.7.evil.example"));
        }
    }
}
