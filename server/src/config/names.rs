//! Under which names and below which path browsers find the program.

use std::str::FromStr;

/// Under which names and below which path browsers find the program.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Addresses")]
pub struct NameArgs {
    /// Path that everything lies below, where a proxy serves other things beside.
    #[arg(long, env = "QRATE_BASE_PATH", value_name = "PATH", default_value = "/")]
    pub base_path: BasePath,
    /// Name by which browsers may call the program besides localhost, 127.0.0.1 and [::1]; with a port, only there. Can
    /// be given more than once, in the environment with commas.
    #[arg(
        long = "allowed-host",
        env = "QRATE_ALLOWED_HOSTS",
        value_name = "NAME[:PORT]",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<AllowedHost>,
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

/// A name by which browsers may call the program: at any port, or at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost(String);

impl AllowedHost {
    /// The names of this machine itself, which are always allowed.
    pub const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

    /// Whether this is the name in a `Host` header.
    pub fn admits(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host) || self.0.eq_ignore_ascii_case(Self::name_of(host))
    }

    /// The name in a `Host` header, without its port.
    pub fn name_of(host: &str) -> &str {
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }
}

impl FromStr for AllowedHost {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = Self::name_of(text);
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_ip6 = bare.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if is_ip6 || is_name {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "--allowed-host (QRATE_ALLOWED_HOSTS) takes a name or an address as browsers call it, without http://, \
                 such as qrate.example.org, 192.168.1.7 or [fd00::7]:8080",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths() {
        for good in ["/", "/qrate/", "/a/b.c/"] {
            assert_eq!(good.parse::<BasePath>().map(|path| path.0), Ok(good.to_owned()));
        }
        for bad in ["", "qrate", "/qrate", "qrate/", "//", "/a//b/", "/../", "/a b/", "/{x}/", "/ä/"] {
            assert!(bad.parse::<BasePath>().is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts() {
        let admits = |allowed: &str, host| allowed.parse::<AllowedHost>().unwrap().admits(host);
        assert!(admits("qrate.example.org", "Qrate.example.org"));
        assert!(admits("qrate.example.org", "qrate.example.org:8080"));
        assert!(admits("[fd00::7]", "[fd00::7]:80") && admits("[fd00::7]", "[fd00::7]"));
        assert!(admits("a:81", "a:81") && !admits("a:81", "a:82") && !admits("a:81", "a"));
        assert!(!admits("a.example", "a.example.evil.org") && !admits("a.example", "b.a.example"));
        for bad in ["", "http://a", "a b", "a/", ":80", "[fd00", "fd00::7", "*"] {
            assert!(bad.parse::<AllowedHost>().is_err(), "{bad}");
        }
    }
}
