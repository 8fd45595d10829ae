//! Every address of the program, and the middleware around all of them.

use std::sync::Arc;

use app::addresses::{below, patterns};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Router, middleware::from_fn_with_state};
use domain::Step;

use crate::coding::choose_coding;
use crate::compression::compression;
use crate::error_response::error_response;
use crate::excerpt::excerpt;
use crate::functions::call;
use crate::origin_guard::{guard_origin, guard_streams};
use crate::problem::Problem;
use crate::site::Site;
use crate::{
    api, assets, chosen, composer, derived, events, files, forms, headers, health, labels, many,
    notice_forms, pages, preferences, request_log, robots, sheet, spaces_page, stopping, trash, uploads,
};

/// The whole application as a function of its state.
pub fn router(site: Arc<Site>) -> Router {
    app::functions::register();
    let base = site.shell.base.clone();
    let purposes = [
        pages(&base),
        verbs(&base),
        chosen(&base),
        many(&base),
        drafts(&base),
        photos(&base),
        files(&base),
        live(&site),
        api::routes(&site),
        own(&base),
    ];
    purposes
        .into_iter()
        .fold(without_base(&base), Router::merge)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // The last one is the outermost.
        .layer(middleware::map_request(choose_coding))
        .layer(from_fn_with_state(Arc::clone(&site), stopping::answer_all))
        .layer(from_fn_with_state(Arc::clone(&site), guard_origin))
        .layer(from_fn_with_state(Arc::clone(&site), error_response))
        .layer(middleware::map_response(headers::secure))
        .layer(middleware::from_fn(request_log::log))
        .with_state(site)
}

/// Routes of one purpose.
type Routes = Router<Arc<Site>>;

fn pages(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::START_PAGE), get(pages::front))
        .route(&below(base, patterns::SPACES_PAGE), get(spaces_page::spaces))
        .route(&below(base, patterns::SPACE_PAGE), get(pages::space))
        .route(&below(base, patterns::ENTRY_PAGE), get(pages::entry))
        .route(&below(base, patterns::ENTRY_PANEL), get(pages::entry_panel))
        .route(&below(base, patterns::JOBS_PAGE), get(pages::jobs))
        .route(&below(base, patterns::LABELS_PAGE), get(labels::labels))
        .route(&below(base, patterns::TRASH_PAGE), get(trash::trash))
        .layer(compression())
}

/// The server functions. A browser returns to a form's address when it reloads the response.
fn verbs(base: &str) -> Routes {
    let form_of_space = |pattern| get(forms::space_page).post(call(pattern));
    let form_of_entry = |pattern| get(forms::entry_page).post(call(pattern));
    Router::new()
        .route(&below(base, patterns::SAVE), form_of_space(patterns::SAVE))
        .route(&below(base, patterns::KEEP_LOOK), form_of_space(patterns::KEEP_LOOK).layer(compression()))
        .route(&below(base, patterns::REMOVE), form_of_entry(patterns::REMOVE))
        .route(&below(base, patterns::RESTORE), form_of_entry(patterns::RESTORE))
        .route(&below(base, patterns::RESTORE_ALL), get(forms::trash_page).post(call(patterns::RESTORE_ALL)))
        .route(&below(base, patterns::DUPLICATE), form_of_entry(patterns::DUPLICATE))
        .route(&below(base, patterns::DESCRIBE), form_of_entry(patterns::DESCRIBE))
        .route(&below(base, patterns::REPROCESS), form_of_entry(patterns::REPROCESS))
        .route(&below(base, patterns::RETRY), form_of_entry(patterns::RETRY))
        .route(&below(base, patterns::RETRY_ALL), get(forms::jobs_page).post(call(patterns::RETRY_ALL)))
        .route(&below(base, patterns::CHANGE_LABELS), form_of_entry(patterns::CHANGE_LABELS))
        .route(&below(base, patterns::RELABEL), form_of_entry(patterns::RELABEL))
        .route(&below(base, patterns::RELABEL_ALL), get(forms::labels_page).post(call(patterns::RELABEL_ALL)))
        .route(&below(base, patterns::TEST_NOTICE), get(forms::jobs_page).post(notice_forms::test))
        .route(&below(base, patterns::PUT_NOTICE_ASIDE), get(forms::entry_page).post(notice_forms::put_aside))
        .route(&below(base, patterns::LISTING), get(call(patterns::LISTING)).layer(compression()))
        .route(&below(base, patterns::KNOWN), get(call(patterns::KNOWN)))
}

/// Many codes at once. Tables have the limits of uploads.
fn many(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::MANY_TABLE), get(many::table).post(many::act))
        .route(&below(base, patterns::MANY_STOP), get(many::back).post(many::stop))
        .route(&below(base, patterns::MANY_ERRORS), get(many::errors))
        .merge(
            Router::new()
                .route(&below(base, patterns::MANY_PAGE), get(many::form).post(many::upload))
                .layer(DefaultBodyLimit::disable())
                .layer(middleware::from_fn(uploads::discard_unread)),
        )
        .layer(compression())
        .route(&below(base, patterns::MANY_ZIP), get(many::zip))
}

/// What is done to entries that are chosen.
fn chosen(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::CHOSEN_ZIP), get(chosen::back).post(chosen::zip))
        .route(&below(base, patterns::CHOSEN_REMOVE), get(chosen::back).post(chosen::remove))
        .route(&below(base, patterns::SHEET_PAGE), get(sheet::open).post(sheet::show).layer(compression()))
        .route(&below(base, patterns::SHEET_PDF), get(chosen::back).post(sheet::download))
        .route(&below(base, patterns::RESTORE_CHOSEN), get(forms::trash_page).post(chosen::restore))
        .route(&below(base, patterns::CHOSEN_LABEL), get(chosen::back).post(chosen::label))
}

/// Other endpoints of the composer's form: unsaved drawings, and logos.
fn drafts(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::PREVIEW), get(forms::space_page).post(composer::preview))
        .route(&below(base, patterns::DRAW), get(forms::space_page).post(composer::draw))
        .route(
            &below(base, patterns::UPLOAD_LOGO),
            get(forms::space_page).post(composer::logo).layer(DefaultBodyLimit::disable()),
        )
        .layer(compression())
}

/// Uploads of photos, which have limits of their own.
fn photos(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::PHOTOS), get(forms::space_page).post(uploads::upload))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(uploads::discard_unread))
        .route(&below(base, patterns::KNOWN_PHOTO), get(uploads::known))
}

fn files(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::DRAWN_FILE), get(files::drawn).layer(compression()))
        .route(&below(base, patterns::OBJECT), get(files::object))
        .route(&below(base, patterns::THUMBNAIL), derived::of_step(Step::Thumbnail))
        .route(&below(base, patterns::VIEW), derived::of_step(Step::View))
        .route(&below(base, patterns::RESULT), derived::of_step(Step::Result))
        .route(&below(base, patterns::LOGO), get(files::logo))
}

/// Event streams: only for our own pages.
fn live(site: &Arc<Site>) -> Routes {
    let guard = from_fn_with_state(Arc::clone(site), guard_streams);
    Router::new().route(&site.address(patterns::EVENTS), get(events::events).layer(guard))
}

/// The embedded files, and health.
fn own(base: &str) -> Routes {
    Router::new()
        .route(&below(base, patterns::PREFERENCES), get(preferences::back).post(preferences::keep))
        .route(&below(base, patterns::ASSET), get(assets::asset))
        .route(&below(base, patterns::FAVICON), get(assets::favicon))
        .route(&below(base, patterns::ROBOTS), get(robots::robots))
        .route(&below(base, patterns::HEALTH), get(health::alive))
        .route(&below(base, patterns::READY), get(health::ready))
}

/// Redirects `/qrate` to `/qrate/`.
fn without_base(base: &str) -> Router<Arc<Site>> {
    match base.trim_end_matches('/') {
        "" => Router::new(),
        bare => Router::new().route(bare, redirect_to(base.to_owned())),
    }
}

fn redirect_to(address: String) -> MethodRouter<Arc<Site>> {
    get(move || async { (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]) })
}

/// No such address, except one with an extra slash.
async fn not_found(State(site): State<Arc<Site>>, request: Request) -> Response {
    let path = request.uri().path();
    // Only below the base and a known first segment: what follows the host must never look like another host.
    let ours =
        [patterns::OF_SPACES, patterns::API].iter().any(|first| path.starts_with(&site.address(first)));
    let trimmed = path.trim_end_matches('/');
    if ours && trimmed.len() < path.len() && matches!(*request.method(), Method::GET | Method::HEAD) {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let address = format!("{trimmed}{query}");
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response();
    }
    Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address.").into_response()
}

/// The address exists, but not with this method. The `Allow` header is added automatically.
async fn method_not_allowed(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let method = excerpt(method.as_str());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("This address does not support {method}."))
        .into_response()
}
