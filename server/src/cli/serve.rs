//! `qrate serve`

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use gallery::{Gallery, Options};
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use super::signals::watch_signals;
use crate::budget::{Budget, WANTED_FILES};
use crate::config::{
    AllowedHost, DownloadArgs, LabellerArgs, ListenArgs, NameArgs, NoticeArgs, StorageArgs, TimeArgs,
    WorkerArgs,
};
use crate::labelling::labeller;
use crate::run::run;
use crate::site::{Site, SiteOptions};
use crate::storage::{Storage, bucket_name, catalog_name, connect};
use crate::{notices, uploads};

#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    // First: what follows a heading is listed below it.
    #[command(flatten)]
    worker: WorkerArgs,
    #[command(flatten)]
    labeller: LabellerArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    names: NameArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    downloads: DownloadArgs,
    #[command(flatten)]
    notices: NoticeArgs,
    #[command(flatten)]
    times: TimeArgs,
}

/// Connections that the system may queue until they are accepted, up to `net.core.somaxconn`. Beyond that the first
/// packet is dropped, and clients retry after one second and after three.
const BACKLOG: u32 = u16::MAX as u32;

/// A listener that can absorb a rush of connections.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // The port is free again as soon as an earlier run has ended.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until SIGTERM or SIGINT.
pub(super) async fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let stop = CancellationToken::new();
    watch_signals(stop.clone())?;
    let address = args.listen.checked()?;
    let works = args.worker.works(&args.storage)?;
    allow_many_files();
    let listener = listen(address).map_err(|error| {
        anyhow!("cannot listen on {address} ({error}). Name another address or port: --listen (QRATE_LISTEN)")
    })?;
    let address = listener.local_addr()?;

    let notices = notices::open(&args.notices, async || connect(&args.storage).await).await?;
    let labeller = labeller(&args.labeller, &args.storage).await?;
    let storage = Storage::open_or_make(&args.storage).await?;
    let options = Options {
        reconcile_every: args.times.reconcile_every(args.storage.queue.is_some()),
        left_out: args.storage.left_out.clone(),
        works,
        labeller,
        notices,
        ..Options::default()
    };
    let gallery = Gallery::open(storage.ports(), options).await?;
    let budget = Budget::of_this_process();
    let uploads_folder = args.storage.local_folder().map(prepare_uploads).transpose()?;
    let names = SiteOptions {
        base: args.names.base.base_path.clone(),
        allowed_hosts: args.names.allowed_hosts,
        listened_on: Some(AllowedHost::listened_on(address.ip())),
        streams_max: budget.streams,
        files_max: budget.downloads,
        uploads_max: budget.uploads,
        uploads_folder,
        downloads: args.downloads.downloads,
        data_dir: args.storage.local_folder().map(Path::to_owned),
        streams_end: false,
    };
    let site = Site::new(gallery, names);

    let (bucket, catalog) = (bucket_name(&args.storage), catalog_name(&args.storage));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, bucket, catalog, "started");
    // Our parent process may wait for this line; we serve even if nobody reads it.
    let _ = write!(std::io::stdout(), "{}", greeting(address, args.names.base.base_path.as_str()));
    let finished = run(listener, site, stop.cancelled_owned(), args.times.shutdown_within()).await;
    if finished {
        storage.close().await.context("cannot close the catalog")?;
    } else {
        tracing::warn!("stopped before all connections had ended");
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder in which uploads are received.
fn prepare_uploads(data_dir: &Path) -> anyhow::Result<PathBuf> {
    uploads::prepare(data_dir)
        .with_context(|| format!("cannot prepare the folder of uploads in {}", data_dir.display()))
}

/// The address to open in a browser.
fn greeting(address: SocketAddr, base: &str) -> String {
    let (port, elsewhere) = (address.port(), address.ip().is_unspecified());
    let address = on_this_machine(address);
    let mut lines = format!("Qrate is listening on http://{address}{base}\n");
    if elsewhere {
        lines += &format!(
            "From other machines: http://ADDRESS:{port}{base} with an IP address of this one. To be called by a name, \
             add --allowed-host NAME (QRATE_ALLOWED_HOSTS).\n"
        );
    }
    lines
}

/// The address by which this machine itself reaches a listening address: a wildcard address is not one.
pub(super) fn on_this_machine(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    // Without an IPv6 zone: browsers do not support them.
    SocketAddr::new(ip, address.port())
}

/// Each event stream is a file descriptor, and many systems start with a limit of 1,024.
fn allow_many_files() {
    match rlimit::increase_nofile_limit(WANTED_FILES) {
        Ok(allowed) if allowed >= WANTED_FILES => {}
        Ok(allowed) => {
            tracing::warn!(allowed, wanted = WANTED_FILES, "the limit of open files is low (ulimit -n)");
        }
        Err(error) => tracing::warn!(%error, "cannot raise the limit of open files"),
    }
}
