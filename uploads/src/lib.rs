//! Uploads photos from the page of a space: several at once, each with its progress, cancelled, repeated and continued
//! after errors. A module of its own, because a page without a photo need not carry it. The entries appear in the
//! listing by the event stream, like everybody's.

mod addresses;
mod digest;
mod folders;
mod queue;
mod rows;
mod section;
mod sending;
mod time;
mod uploads;
mod words;

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::section::Section;
use crate::uploads::Uploads;

thread_local! {
    /// The uploads of the page.
    static UPLOADS: OnceCell<Option<Rc<Uploads>>> = const { OnceCell::new() };
}

/// Uploads these files (`File`), and the pictures in these folders (`FileSystemEntry`).
#[wasm_bindgen]
pub fn add(items: Array) {
    let uploads = UPLOADS.with(|uploads| uploads.get_or_init(|| Section::find().map(Uploads::new)).clone());
    if let Some(uploads) = uploads {
        wasm_bindgen_futures::spawn_local(async move { uploads.add(items).await });
    }
}
