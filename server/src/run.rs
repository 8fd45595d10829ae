//! Serves a site on a listener until stopped, then lets everything that was begun finish.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use futures::FutureExt as _;
use gallery::LogThrottle;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::task::AbortOnDropHandle;

use crate::budget::Budget;
use crate::connection::Connection;
use crate::connections::Connections;
use crate::in_flight::{Arriving, InFlight};
use crate::router::router;
use crate::site::Site;
use crate::tracked_stream::TrackedStream;

/// A client that takes longer to send the head of its request, or is idle for longer, is disconnected.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum size of a request head: a few times what browsers send to a machine on which many programs set
/// cookies.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// The pause after a failed `accept`: without file descriptors, retrying at once would only burn time. Also between
/// attempts to make room.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The interval between two checks for clients that do not read.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// During a stop, an idle connection is kept for this long: its request may be in transit.
const LINGER: Duration = Duration::from_millis(100);

/// The interval between two checks during a stop.
const STOP_LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often to accept the last arrivals: each time takes in some hundred.
const LAST_LOOKS: usize = 16;

/// Unfinished requests are answered with 503 this long before the stop must be over.
const ANSWER_BEFORE_END: Duration = Duration::from_secs(2);

/// Serves until `stop` completes. Then: ends event streams with a hint when to return, lets requests and saves
/// finish, refuses late arrivals, and stops the gallery. Returns whether everything was done within
/// `shutdown_within`; the rest was answered all the same.
pub async fn run(
    listener: TcpListener,
    site: Arc<Site>,
    stop: impl Future<Output = ()>,
    shutdown_within: Duration,
) -> bool {
    let mut acceptor = Acceptor::new(listener, Arc::clone(&site));
    let connections = Arc::clone(&acceptor.connections);
    let _looks =
        AbortOnDropHandle::new(tokio::spawn(close_stalled(Arc::clone(&connections), Arc::clone(&site))));
    tokio::select! {
        () = stop => {}
        () = acceptor.accept_clients() => {}
    }
    site.stopping.cancel();
    let had_come = connections.have_come();
    let finish = async {
        while connections.end_idle(LINGER, had_come) {
            tokio::time::sleep(STOP_LOOK_EVERY).await;
        }
        site.gallery.shutdown().await;
    };
    let give_up = async {
        tokio::time::sleep(shutdown_within - ANSWER_BEFORE_END.min(shutdown_within / 4)).await;
        site.giving_up.cancel();
        std::future::pending::<()>().await;
    };
    let in_time = tokio::select! {
        finished = tokio::time::timeout(shutdown_within, finish) => finished.is_ok(),
        () = acceptor.accept_clients() => false,
        () = give_up => false,
    };
    acceptor.close(ANSWER_BEFORE_END.min(shutdown_within)).await;
    in_time && !site.giving_up.is_cancelled()
}

/// Closes connections whose clients do not read, forever.
async fn close_stalled(connections: Arc<Connections>, site: Arc<Site>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let is_crowded = site.file_places.available_permits() == 0
            || site.streams.available_permits() == 0
            || site.stopping.is_cancelled();
        connections.end_stalled(is_crowded);
    }
}

/// The entrance for connections.
struct Acceptor {
    listener: TcpListener,
    router: TowerToHyperService<Router>,
    site: Arc<Site>,
    connections: Arc<Connections>,
    /// Accepted, but without a place.
    waiting: Option<TcpStream>,
    full: LogThrottle,
    failing: LogThrottle,
}

impl Acceptor {
    fn new(listener: TcpListener, site: Arc<Site>) -> Self {
        Self {
            listener,
            router: TowerToHyperService::new(router(Arc::clone(&site))),
            site,
            connections: Connections::new(Budget::of_this_process().connections),
            waiting: None,
            full: LogThrottle::default(),
            failing: LogThrottle::default(),
        }
    }

    /// Serves all clients, forever. Cancel-safe: dropping and restarting it loses nobody.
    async fn accept_clients(&mut self) {
        loop {
            if self.waiting.is_none() {
                self.waiting = Some(self.accept().await);
            }
            let place = self.place().await;
            let socket = self.waiting.take().expect("just accepted");
            self.serve(socket, place);
        }
    }

    /// Accepts no more, and answers those who have arrived meanwhile.
    async fn close(mut self, within: Duration) {
        for _ in 0..LAST_LOOKS {
            let _ = self.accept_clients().now_or_never();
            tokio::task::yield_now().await;
        }
        let connections = Arc::clone(&self.connections);
        drop(self);
        let answered = async {
            while connections.end_idle(LINGER, u64::MAX) {
                tokio::time::sleep(STOP_LOOK_EVERY).await;
            }
        };
        // The remaining ones do not read their responses.
        let _ = tokio::time::timeout(within, answered).await;
    }

    async fn accept(&self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((socket, _)) => return socket,
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    if let Some(suppressed) = self.failing.record() {
                        tracing::error!(%error, suppressed, "cannot accept connections");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// A place for one more. If there is none, those that keep us waiting longest are closed.
    async fn place(&self) -> OwnedSemaphorePermit {
        if let Some(place) = self.connections.try_place() {
            return place;
        }
        if let Some(suppressed) = self.full.record() {
            tracing::warn!(
                suppressed,
                "the limit of open files allows no more clients: idle ones are disconnected"
            );
        }
        loop {
            self.connections.make_room();
            if let Ok(place) = tokio::time::timeout(ACCEPT_PAUSE, self.connections.place()).await {
                return place;
            }
        }
    }

    /// Serves one connection in its own task. HTTP/1.1 only: browsers speak HTTP/2 through a proxy with TLS.
    fn serve(&self, socket: TcpStream, place: OwnedSemaphorePermit) {
        let (router, site, connections) =
            (self.router.clone(), Arc::clone(&self.site), Arc::clone(&self.connections));
        let connection = connections.enter(socket, place);
        let io = TokioIo::new(TrackedStream::new(Arc::clone(&connection), Arc::clone(&connections)));
        let service = service_fn(move |request| {
            answer(
                request,
                router.clone(),
                Arc::clone(&site),
                Arc::clone(&connection),
                Arc::clone(&connections),
            )
        });
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_READ_TIMEOUT)
            .max_buf_size(HEAD_MAX_BYTES)
            .serve_connection(io, service);
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::debug!(%error, "connection");
            }
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    router: TowerToHyperService<Router>,
    site: Arc<Site>,
    connection: Arc<Connection>,
    connections: Arc<Connections>,
) -> Result<Response, std::convert::Infallible> {
    let in_flight = InFlight::begin(Arc::clone(&connection), Arc::clone(&connections));
    let request = request.map(|body| Body::new(Arriving::new(body, connection, connections)));
    let mut response = router.call(request).await?;
    if site.stopping.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(in_flight.followed(response))
}

/// Whether only this connection is affected: the client was gone before we accepted it.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
