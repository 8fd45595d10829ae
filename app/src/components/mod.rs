//! The parts of the pages. The islands come first: only they are in the WASM, and they contain only what changes. The
//! server alone draws the rest.

mod entry_heading;
mod entry_standing;
mod listing;
mod live_status;
mod notes;
mod notice_board;
mod preview;

mod actions;
mod labels;
mod level_words;
mod photo_parts;
mod row;
mod value;

#[cfg(feature = "ssr")]
mod api_reference;
#[cfg(feature = "ssr")]
mod brand;
#[cfg(feature = "ssr")]
mod chosen;
#[cfg(feature = "ssr")]
mod composer;
#[cfg(feature = "ssr")]
mod content_form;
#[cfg(feature = "ssr")]
mod describe_form;
#[cfg(feature = "ssr")]
mod entry_actions;
#[cfg(feature = "ssr")]
mod entry_article;
#[cfg(feature = "ssr")]
mod entry_panel;
#[cfg(feature = "ssr")]
mod footer;
#[cfg(feature = "ssr")]
mod jobs;
#[cfg(feature = "ssr")]
mod labelled;
#[cfg(feature = "ssr")]
mod layouts;
#[cfg(feature = "ssr")]
mod look_fields;
#[cfg(feature = "ssr")]
mod look_panel;
#[cfg(feature = "ssr")]
mod look_values;
#[cfg(feature = "ssr")]
mod many;
#[cfg(feature = "ssr")]
mod many_preview;
#[cfg(feature = "ssr")]
mod messages;
#[cfg(feature = "ssr")]
mod outcome;
#[cfg(feature = "ssr")]
mod photo_article;
#[cfg(feature = "ssr")]
mod photo_labels;
#[cfg(feature = "ssr")]
mod photo_panel;
#[cfg(feature = "ssr")]
mod photos;
#[cfg(feature = "ssr")]
mod recipes;
#[cfg(feature = "ssr")]
mod samples;
#[cfg(feature = "ssr")]
mod search;
#[cfg(feature = "ssr")]
mod sheet;
#[cfg(feature = "ssr")]
mod spaces;
#[cfg(feature = "ssr")]
mod textarea;
#[cfg(feature = "ssr")]
mod trash;

#[cfg(feature = "ssr")]
pub(crate) use self::{
    api_reference::api_reference,
    brand::brand,
    chosen::chosen,
    composer::{composer, request_id},
    entry_article::entry_article,
    entry_panel::entry_panel,
    footer::footer,
    jobs::jobs,
    labelled::labelled,
    layouts::layouts,
    listing::LiveEntries,
    live_status::LiveStatus,
    many::many,
    notice_board::NoticeBoard,
    photo_article::photo_article,
    photos::photos,
    samples::samples,
    search::search,
    sheet::sheet,
    spaces::spaces,
    trash::trash,
};
