//! Serves a site on a listener until told to stop, then lets what was begun finish.

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
use crate::router::router;
use crate::site::Site;
use crate::under_way::{Arriving, UnderWay};
use crate::watched::Watched;

/// A client that takes longer to send the head of its request, or sends none on an idle connection, is let go.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Largest head of a request: a few times what browsers send along to a machine that many programs set cookies for.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// Pause after a failed `accept`: when file descriptors have run out, trying again at once would only burn time. And until
/// more connections are ended to make room.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Between two looks at connections whose clients take nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A connection that has asked nothing is kept for so long while we stop: its request may be on the way.
const LINGER: Duration = Duration::from_millis(100);

/// Between two looks at what is left while we stop.
const STOP_LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often it is looked whether somebody has come before nobody can any more: each look takes in some hundred.
const LAST_LOOKS: usize = 16;

/// What is not done so long before a stop must be over is answered with 503.
const ANSWER_BEFORE_END: Duration = Duration::from_secs(2);

/// Serves until `stop` completes. Then: ends event streams with a hint when to come back, lets requests and saves finish,
/// tells those who come now that they come too late, and stops the gallery. Returns whether all was done within
/// `shutdown_within`; what was not is answered all the same.
pub async fn run(
    listener: TcpListener,
    site: Arc<Site>,
    stop: impl Future<Output = ()>,
    shutdown_within: Duration,
) -> bool {
    let mut door = Door::new(listener, Arc::clone(&site));
    let connections = Arc::clone(&door.connections);
    let _looks =
        AbortOnDropHandle::new(tokio::spawn(look_after(Arc::clone(&connections), Arc::clone(&site))));
    tokio::select! {
        () = stop => {}
        () = door.let_in() => {}
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
        () = door.let_in() => false,
        () = give_up => false,
    };
    door.close(ANSWER_BEFORE_END.min(shutdown_within)).await;
    in_time && !site.giving_up.is_cancelled()
}

/// Lets those go for ever whose clients take nothing.
async fn look_after(connections: Arc<Connections>, site: Arc<Site>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let is_crowded = site.file_places.available_permits() == 0
            || site.streams.available_permits() == 0
            || site.stopping.is_cancelled();
        connections.end_stalled(is_crowded);
    }
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    router: TowerToHyperService<Router>,
    site: Arc<Site>,
    connections: Arc<Connections>,
    /// Accepted, and without a place.
    waiting: Option<TcpStream>,
    full: LogThrottle,
    failing: LogThrottle,
}

impl Door {
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

    /// Serves all who come, for ever. Nobody is lost when it is dropped and begun again.
    async fn let_in(&mut self) {
        loop {
            if self.waiting.is_none() {
                self.waiting = Some(self.accept().await);
            }
            let place = self.place().await;
            let socket = self.waiting.take().expect("just accepted");
            self.serve(socket, place);
        }
    }

    /// Takes no more, and answers those who have come meanwhile.
    async fn close(mut self, within: Duration) {
        for _ in 0..LAST_LOOKS {
            let _ = self.let_in().now_or_never();
            tokio::task::yield_now().await;
        }
        let connections = Arc::clone(&self.connections);
        drop(self);
        let answered = async {
            while connections.end_idle(LINGER, u64::MAX) {
                tokio::time::sleep(STOP_LOOK_EVERY).await;
            }
        };
        // Those that are left do not take their answers.
        let _ = tokio::time::timeout(within, answered).await;
    }

    async fn accept(&self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((socket, _)) => return socket,
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    if let Some(untold) = self.failing.record() {
                        tracing::error!(%error, untold, "cannot accept connections");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// A place for one more. When there is none, those go that keep us waiting longest.
    async fn place(&self) -> OwnedSemaphorePermit {
        if let Some(place) = self.connections.try_place() {
            return place;
        }
        if let Some(untold) = self.full.record() {
            tracing::warn!(
                untold,
                "as many clients are connected as the limit of open files allows: those that do nothing have to go"
            );
        }
        loop {
            self.connections.make_room();
            if let Ok(place) = tokio::time::timeout(ACCEPT_PAUSE, self.connections.place()).await {
                return place;
            }
        }
    }

    /// Serves one connection on a task of its own. HTTP/1.1 only: browsers speak HTTP/2 through a proxy with TLS.
    fn serve(&self, socket: TcpStream, place: OwnedSemaphorePermit) {
        let (router, site, connections) =
            (self.router.clone(), Arc::clone(&self.site), Arc::clone(&self.connections));
        let connection = connections.enter(socket, place);
        let io = TokioIo::new(Watched::new(Arc::clone(&connection), Arc::clone(&connections)));
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
    let under_way = UnderWay::begin(Arc::clone(&connection), Arc::clone(&connections));
    let request = request.map(|body| Body::new(Arriving::new(body, connection, connections)));
    let mut response = router.call(request).await?;
    if site.stopping.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(under_way.followed(response))
}

/// Whether only this one connection is affected: the client was gone before we took it.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
