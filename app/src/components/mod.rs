//! The islands and the components in them, one file each, in the order in which a person meets them.

mod composer;
mod entry_view;
mod listing;
mod live_status;
mod notice_board;

mod composer_state;
mod copy_button;
mod facts;
mod levels;
mod pages;
mod preview;
mod row;
mod value;

#[cfg(feature = "ssr")]
pub(crate) use self::{
    composer::Composer, entry_view::EntryView, listing::LiveEntries, live_status::LiveStatus,
    notice_board::NoticeBoard,
};
