//! Serves a site on a listener until told to stop, then lets what was begun finish.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::router::router;
use crate::site::Site;

/// A client that takes longer to send the head of its request, or sends none on an idle connection, is let go.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

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
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => serve(stream, service.clone(), &connections),
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot accept connections");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    site.stopping.cancel();
    let finish = async {
        connections.shutdown().await;
        site.gallery.shutdown().await;
    };
    tokio::time::timeout(shutdown_within, finish).await.is_ok()
}

/// Serves one connection on a task of its own. HTTP/1.1 only: browsers speak HTTP/2 through a proxy with TLS.
fn serve(stream: TcpStream, service: TowerToHyperService<axum::Router>, connections: &GracefulShutdown) {
    if let Err(error) = set_options(&stream) {
        tracing::debug!(%error, "socket options");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "connection");
        }
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
