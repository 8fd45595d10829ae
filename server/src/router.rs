//! Every address of the program, and the layers around all of them.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware::from_fn_with_state};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::excerpt::excerpt;
use crate::problem::Problem;
use crate::site::Site;
use crate::{
    api, assets, composer, doors, events, files, headers, health, pages, request_log, stopping, strangers,
    voice,
};

/// The whole application as a function of its state.
pub fn router(site: Arc<Site>) -> Router {
    let base = site.shell.base.clone();
    let at = |path: &str| format!("{base}{path}");

    // What is made for each request and may be large.
    let drawn = Router::new()
        .route(&at(""), get(pages::front))
        .route(&at("s/{space}"), get(pages::space))
        .route(&at("s/{space}/e/{id}"), get(pages::entry))
        .route(&at("s/{space}/files/{file}"), get(files::drawn))
        .route(&at("s/{space}/preview"), get(doors::space_page).post(composer::preview))
        .route(&at("s/{space}/draw"), get(doors::space_page).post(composer::draw))
        .route(
            &at("s/{space}/logo"),
            get(doors::space_page).post(composer::logo).layer(DefaultBodyLimit::disable()),
        )
        .route(&at("s/{space}/look"), get(doors::space_page).post(composer::keep_look))
        .route(&at("api/v1/spaces"), get(api::spaces))
        .route(&at("api/v1/spaces/{space}/entries"), get(api::list).post(api::save))
        .route(
            &at("api/v1/spaces/{space}/entries/{id}"),
            get(api::entry).patch(api::describe).delete(api::remove),
        )
        .route(&at("api/v1/spaces/{space}/draw"), post(api::draw))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
            // A PDF is compressed already.
            DefaultPredicate::new().and(NotForContentType::const_new("application/pdf")),
        ));

    let plain = Router::new()
        .route(&at("s/{space}/save"), get(doors::space_page).post(doors::save))
        .route(&at("s/{space}/e/{id}/remove"), get(doors::entry_page).post(doors::remove))
        .route(&at("s/{space}/e/{id}/restore"), get(doors::entry_page).post(doors::restore))
        .route(
            &at("s/{space}/events"),
            get(events::events).layer(from_fn_with_state(Arc::clone(&site), strangers::turn_away_listeners)),
        )
        .route(&at("s/{space}/files/{id}/{name}"), get(files::object))
        .route(&at("s/{space}/logos/{file}"), get(files::logo))
        .route(&at("api/v1/spaces/{space}/look"), get(api::look).put(api::set_look))
        .route(&at("api/v1/spaces/{space}/logos"), post(api::keep_logo))
        .route(&at("api/v1/spaces/{space}/entries/{id}/restore"), post(api::restore))
        .route(&at("assets/{file}"), get(assets::asset))
        .route(&at("favicon.ico"), get(assets::favicon))
        .route(&at("robots.txt"), get(assets::robots))
        .route(&at("healthz"), get(health::alive))
        .route(&at("readyz"), get(health::ready));

    drawn
        .merge(plain)
        .merge(without_base(&base))
        .fallback(elsewhere)
        .method_not_allowed_fallback(other_method)
        // The last one is the outermost.
        .layer(from_fn_with_state(Arc::clone(&site), stopping::answer_all))
        .layer(from_fn_with_state(Arc::clone(&site), strangers::turn_away))
        .layer(from_fn_with_state(Arc::clone(&site), voice::speak))
        .layer(middleware::map_response(headers::secure))
        .layer(middleware::from_fn(request_log::log))
        .with_state(site)
}

/// `/qrate` leads to `/qrate/`.
fn without_base(base: &str) -> Router<Arc<Site>> {
    match base.trim_end_matches('/') {
        "" => Router::new(),
        bare => Router::new().route(bare, see(base.to_owned())),
    }
}

fn see(address: String) -> MethodRouter<Arc<Site>> {
    get(move || async { (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]) })
}

/// Nothing has this address, unless it is one with a slash too many.
async fn elsewhere(State(site): State<Arc<Site>>, request: Request) -> Response {
    let path = request.uri().path();
    // Only below the base and a known first segment: what follows the host must never look like another host.
    let ours = ["s/", "api/"].iter().any(|first| path.starts_with(&site.address(first)));
    let trimmed = path.trim_end_matches('/');
    if ours && trimmed.len() < path.len() && matches!(*request.method(), Method::GET | Method::HEAD) {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let address = format!("{trimmed}{query}");
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response();
    }
    Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address.").into_response()
}

/// The address is right, the method is not. What is allowed goes into the `Allow` header by itself.
async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let method = excerpt(method.as_str());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("This address does not take {method}."))
        .into_response()
}
