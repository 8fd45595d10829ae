//! The options of every command that talks to a server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Space;
use hyper::header::HeaderValue;

use super::address::Address;
use super::http::Http;
use super::space::Api;
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file::shown;

/// Which server, which space, and who asks.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// Address of the server, with the base path if it has one.
    #[arg(long, env = "QRATE_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: Address,
    /// Space to work in.
    #[arg(long, env = "QRATE_SPACE", value_name = "SPACE", default_value = "main")]
    space: Space,
    /// File that holds the token; without it, the variable QRATE_TOKEN does.
    #[arg(long, env = "QRATE_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// How long to wait while nothing happens.
    #[arg(
        long,
        env = "QRATE_TIMEOUT",
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=3600)
    )]
    timeout: u32,
    /// How often to try again when the server is away or busy.
    #[arg(
        long,
        env = "QRATE_RETRIES",
        value_name = "N",
        default_value_t = 4,
        value_parser = clap::value_parser!(u32).range(0..=100)
    )]
    retries: u32,
}

/// The variable with the token. It is no option of its own: other users see the options of a process.
const TOKEN: &str = "QRATE_TOKEN";

impl ServerArgs {
    /// The space, without asking for anything yet.
    pub(crate) fn api(&self, console: &Console) -> Result<Arc<Api>, Failure> {
        let patience = Duration::from_secs(self.timeout.into());
        Ok(Arc::new(Api {
            http: Http::new(self.server.is_tls, patience)?,
            address: self.server.clone(),
            space: self.space.clone(),
            authorization: self.token()?.as_deref().map(bearer).transpose()?,
            retries: self.retries,
            console: *console,
        }))
    }

    fn token(&self) -> Result<Option<String>, Failure> {
        let Some(file) = &self.token_file else {
            let token = std::env::var_os(TOKEN).map(|token| token.to_string_lossy().into_owned());
            return Ok(token.filter(|token| !token.trim().is_empty()));
        };
        let cannot = |error| Failure::usage(format!("The token in {} cannot be read: {error}.", shown(file)));
        let token = std::fs::read_to_string(file).map_err(cannot)?;
        if token.trim().is_empty() {
            return Err(Failure::usage(format!("There is no token in {}.", shown(file))));
        }
        Ok(Some(token))
    }
}

/// The header for a token (RFC 6750, 2.1).
fn bearer(token: &str) -> Result<HeaderValue, Failure> {
    let token = token.trim();
    let header = HeaderValue::try_from(format!("Bearer {token}"));
    let is_fit = token.bytes().all(|b| b.is_ascii_graphic());
    let mut header = header.ok().filter(|_| is_fit).ok_or_else(|| {
        Failure::usage("The token must be one word of visible ASCII characters (--token-file, QRATE_TOKEN).")
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_one_word() {
        assert_eq!(bearer(" abc.DEF-1\n").unwrap(), "Bearer abc.DEF-1");
        assert!(bearer("a").unwrap().is_sensitive());
        for bad in ["a b", "a\nb", "ä", "a\u{7f}"] {
            assert!(bearer(bad).is_err(), "{bad}");
        }
    }
}
