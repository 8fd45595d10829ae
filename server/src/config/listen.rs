//! The listening address.

use std::net::SocketAddr;

/// The listening address, and who may reach it.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Network")]
pub struct ListenArgs {
    /// Where.
    #[command(flatten)]
    pub address: AddressArgs,
    /// Listen on an address that other machines can reach. There are no accounts yet: anyone who can reach it can
    /// read, save and remove.
    #[arg(long, env = "QRATE_EXPOSE", value_parser = clap::builder::BoolishValueParser::new())]
    pub expose: bool,
}

/// The listening address.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Network")]
pub struct AddressArgs {
    /// IP address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "QRATE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
}

/// Why the program does not listen there.
#[derive(Debug, thiserror::Error)]
#[error(
    "--listen (QRATE_LISTEN) is {0}, which other machines can reach, and there are no accounts yet: everyone who reaches \
     it could read, save and remove. Listen on 127.0.0.1, or add --expose (QRATE_EXPOSE=true) if that is what you want."
)]
pub struct ListenError(SocketAddr);

impl ListenArgs {
    /// The address, if it is allowed.
    pub fn checked(&self) -> Result<SocketAddr, ListenError> {
        let address = self.address.listen;
        if address.ip().is_loopback() || self.expose { Ok(address) } else { Err(ListenError(address)) }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "--listen (QRATE_LISTEN) takes an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080"
            .to_owned()
    })
}
