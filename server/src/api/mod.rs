//! The API below `/api/v1`, described by OpenAPI, and `/qr`: the verbs of the gallery for programs. A route is in it only
//! together with its description. One file for each part; not here: what the verbs do (`gallery`).

mod batch;
mod codes;
mod description;
mod device;
mod draw;
mod entries;
mod files;
mod idempotency;
mod jobs;
mod many;
mod parameters;
mod photos;
mod problems;
mod settings;
mod sheet;
mod trash;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::problems::ProblemJson;
use crate::compression::compression;
use crate::origin_guard::guard_streams;
use crate::site::Site;
use crate::uploads::discard_unread;

type Described = OpenApiRouter<Arc<Site>>;

/// Every address of the API, below the base path. Event streams are only for our own pages, and for programs.
pub(crate) fn routes(site: &Arc<Site>) -> Router<Arc<Site>> {
    let base = &*site.shell.base;
    let guard = middleware::from_fn_with_state(Arc::clone(site), guard_streams);
    let events = OpenApiRouter::new().routes(routes!(entries::events)).layer(guard);
    let (routes, openapi) = described(base).merge(events).split_for_parts();
    let description = description::Description::new(&openapi);
    let routes = routes.merge(
        Router::new()
            .route("/api/v1", get(description::page))
            .route("/api/v1/openapi.json", get(description::openapi))
            .route("/api/v1/problems/{kind}", get(problems::explained))
            .layer(axum::Extension(Arc::new(description)))
            .layer(compression()),
    );
    match base.trim_end_matches('/') {
        "" => routes,
        base => Router::new().nest(base, routes),
    }
}

/// The operations with their descriptions.
fn described(base: &str) -> Described {
    OpenApiRouter::with_openapi(description::about(base))
        .merge(of_entries())
        .merge(of_files())
        .merge(of_uploads())
        .merge(of_settings())
}

fn of_entries() -> Described {
    OpenApiRouter::new()
        .routes(routes!(entries::list, codes::create))
        .routes(routes!(entries::get, entries::change, entries::remove))
        .routes(routes!(entries::restore))
        .routes(routes!(entries::purge))
        .routes(routes!(trash::list))
        .routes(routes!(trash::restore_all))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::retry_all))
        .routes(routes!(jobs::retry))
        .routes(routes!(jobs::relabel))
        .routes(routes!(jobs::set_recipe))
        .routes(routes!(device::device))
        .routes(routes!(many::get))
        .routes(routes!(many::stop))
        .routes(routes!(many::errors))
        .layer(compression())
        .merge(
            OpenApiRouter::new()
                .routes(routes!(batch::create_many))
                .routes(routes!(many::list, many::make))
                .layer(DefaultBodyLimit::disable())
                .layer(middleware::from_fn(discard_unread)),
        )
}

fn of_files() -> Described {
    OpenApiRouter::new()
        .routes(routes!(draw::draw))
        .layer(compression())
        .routes(routes!(files::file))
        .routes(routes!(files::archive))
        .routes(routes!(many::zip))
        .routes(routes!(sheet::sheet))
        .routes(routes!(files::thumbnail))
        .routes(routes!(files::view))
        .routes(routes!(files::result))
}

fn of_uploads() -> Described {
    OpenApiRouter::new()
        .routes(routes!(photos::upload_photo))
        .routes(routes!(photos::upload_file))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(discard_unread))
}

fn of_settings() -> Described {
    OpenApiRouter::new()
        .routes(routes!(settings::spaces))
        .routes(routes!(settings::look, settings::set_look))
        .routes(routes!(settings::keep_logo))
}
