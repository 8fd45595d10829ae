//! The islands and the components in them, one file each, in the order in which a person meets them.

mod composer;
mod listing;
mod live_status;
mod notice_board;

mod actions;
mod composer_state;
#[cfg(feature = "ssr")]
mod entry_article;
mod entry_standing;
mod facts;
mod levels;
mod pages;
mod preview;
mod row;
mod value;

#[cfg(feature = "ssr")]
pub(crate) use self::{
    composer::Composer, entry_article::entry_article, listing::LiveEntries, live_status::LiveStatus,
    notice_board::NoticeBoard,
};
