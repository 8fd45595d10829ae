//! The program: everything between the network and the gallery.
//!
//! `router` is the application as a function, `run` serves it, `cli` is the command line. Not here: how a page looks
//! (`app`), how entries are kept (`gallery`).

pub mod cli;
pub mod config;

mod budget;
mod connection;
mod connections;
mod in_flight;
mod labelling;
mod lambda;
mod messages;
mod notice_forms;
mod notices;
mod room;
mod router;
mod run;
mod site;
mod storage;
mod tracked_stream;
mod trash;

mod api;
mod assets;
mod composer;
mod compression;
mod derived;
mod events;
mod files;
mod formats;
mod forms;
mod functions;
mod health;
mod labels;
mod many;
mod page_cache;
mod page_models;
mod pages;
mod picture;
mod preferences;
mod robots;
mod saving;
mod sheet;
mod verbs;

mod body;
mod chosen;
mod coding;
mod composer_form;
mod conditional;
mod description_form;
mod disposition;
mod embedded;
mod error_log;
mod error_response;
mod excerpt;
mod grants;
mod headers;
mod html;
mod http_request_id;
mod inputs;
mod json;
mod json_object;
mod listing_query;
mod looks;
mod observed_body;
mod open_text;
mod origin_guard;
mod problem;
mod problem_kind;
mod request_log;
mod spaces_page;
mod spreadsheet;
mod stopping;
mod upload;
mod upload_places;
mod uploads;
mod zones;

pub use config::{AllowedHost, BasePath, Downloads};
pub use embedded::asset_urls;
pub use router::router;
pub use run::run;
pub use site::{Site, SiteOptions};
