//! Serves a site on a listener until told to stop, then lets what was begun finish.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::router::router;
use crate::site::Site;

/// A client that takes longer to send the head of its request, or sends none on an idle connection, is let go.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Largest head of a request: a few times what browsers send along to a machine that many programs set cookies for.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// Open files that are left to the bucket and the catalog when as many clients are connected as may be.
const FILES_KEPT: u64 = 512;

/// Open files that every system allows.
const FEWEST_FILES: u64 = 256;

/// A client that takes nothing of what is sent for so long is let go: gone without a word, or so slow that it only costs.
#[cfg(target_os = "linux")]
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Pause after a failed `accept`: when file descriptors have run out, trying again at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` completes. Then: accepts no more, ends event streams with a hint when to come back, lets requests
/// and saves finish, and stops the gallery. Returns whether all that was done within `shutdown_within`.
pub async fn run(
    listener: TcpListener,
    site: Arc<Site>,
    stop: impl Future<Output = ()>,
    shutdown_within: Duration,
) -> bool {
    let service = TowerToHyperService::new(router(Arc::clone(&site)));
    let connections = GracefulShutdown::new();
    let mut door = Door::new(listener);
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, place) = door.next() => serve(stream, place, service.clone(), &connections),
        }
    }
    drop(door);
    site.stopping.cancel();
    let finish = async {
        connections.shutdown().await;
        site.gallery.shutdown().await;
    };
    tokio::time::timeout(shutdown_within, finish).await.is_ok()
}

/// How many connections are served at once. Each is an open file, and a save needs some, too.
pub(crate) fn connections_max() -> usize {
    let files = rlimit::Resource::NOFILE.get_soft().unwrap_or(FEWEST_FILES);
    let connections = files - FILES_KEPT.min(files / 4);
    usize::try_from(connections).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)
}

/// Where connections come in. What is wrong is logged once until it is over.
struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
    is_full: bool,
    is_failing: bool,
}

impl Door {
    fn new(listener: TcpListener) -> Self {
        let places = Arc::new(Semaphore::new(connections_max()));
        Self { listener, places, is_full: false, is_failing: false }
    }

    /// The next connection, as soon as there is a place for it: until then it waits with the system.
    async fn next(&mut self) -> (TcpStream, OwnedSemaphorePermit) {
        let place = self.place().await;
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    self.is_failing = false;
                    return (stream, place);
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    if !std::mem::replace(&mut self.is_failing, true) {
                        tracing::error!(%error, "cannot accept connections");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn place(&mut self) -> OwnedSemaphorePermit {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            self.is_full = false;
            return place;
        }
        if !std::mem::replace(&mut self.is_full, true) {
            tracing::warn!("as many clients are connected as the limit of open files allows; others wait");
        }
        Arc::clone(&self.places).acquire_owned().await.expect("nobody closes it")
    }
}

/// Serves one connection on a task of its own. HTTP/1.1 only: browsers speak HTTP/2 through a proxy with TLS.
fn serve(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    service: TowerToHyperService<axum::Router>,
    connections: &GracefulShutdown,
) {
    if let Err(error) = set_options(&stream) {
        tracing::debug!(%error, "socket options");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(HEAD_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "connection");
        }
        drop(place);
    });
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    // A change should not wait for the acknowledgement of the one before.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(WRITE_TIMEOUT))?;
    Ok(())
}

/// Whether only this one connection is affected: the client was gone before we took it.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
