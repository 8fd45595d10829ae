//! `qrate health`

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use app::addresses::{below, patterns};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use super::serve::on_this_machine;
use crate::config::{AddressArgs, BasePathArgs};

/// Less than what orchestrators allow a health check by default (30 s), and more than a busy machine needs.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct HealthArgs {
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    base: BasePathArgs,
}

/// Succeeds if the running server says that it is alive.
pub(super) async fn health(args: HealthArgs) -> anyhow::Result<ExitCode> {
    let address = on_this_machine(args.address.listen);
    let path = below(args.base.base_path.as_str(), patterns::HEALTH);
    let asked = async {
        let socket = TcpStream::connect(address).await.context("the server does not accept connections")?;
        let (mut sender, connection) = handshake(TokioIo::new(socket)).await?;
        let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let request = Request::get(&path).header(header::HOST, address.to_string()).body(Body::empty())?;
        anyhow::Ok(sender.send_request(request).await?.status())
    };
    let status = tokio::time::timeout(ANSWERS_WITHIN, asked)
        .await
        .with_context(|| format!("{address} does not answer within {} s", ANSWERS_WITHIN.as_secs()))?
        .with_context(|| format!("cannot ask {address}"))?;
    if status != StatusCode::OK {
        bail!("http://{address}{path} answers with status {}", status.as_u16());
    }
    Ok(ExitCode::SUCCESS)
}
