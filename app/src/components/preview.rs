//! The code as it will be saved, drawn while the text is typed, and its downloads.

use domain::{CodeText, Level};
use leptos::prelude::*;
use qr::QUIET_ZONE_MODULES;

use super::composer_state::ComposerState;
use crate::browser;

/// A code as it is drawn, with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Modules on a side, with the quiet zone.
    pub(super) width_modules: usize,
    /// The dark modules, as one SVG path.
    pub(super) path: String,
    /// Version of the symbol; none when there is none.
    pub(super) version: Option<u8>,
    /// Its level.
    pub(super) level: Level,
    /// How full the largest symbol of this level would be.
    pub(super) fill: qr::Fill,
    /// Width of the smallest sensible print, in millimetres.
    pub(super) print_mm: Option<u32>,
}

/// The three finder patterns of a symbol of version 1: what is there before there is a text.
const EMPTY_PATH: &str = "M4 4h7v7h-7zM5 5v5h5v-5zM6 6h3v3h-3zM18 4h7v7h-7zM19 5v5h5v-5zM20 6h3v3h-3zM4 18h7v7h-7zM5 19v5h5v-5zM6 20h3v3h-3z";
const EMPTY_WIDTH_MODULES: usize = 29;

impl Drawing {
    /// The drawing of a text, with its code if it is one.
    pub(super) fn new(text: &str, level: Level, code: Option<&CodeText>) -> Self {
        let symbol = code.map(CodeText::symbol);
        Self {
            width_modules: symbol
                .map_or(EMPTY_WIDTH_MODULES, |symbol| symbol.width() + 2 * QUIET_ZONE_MODULES),
            path: symbol.map_or_else(|| EMPTY_PATH.to_owned(), qr::svg_path),
            version: symbol.map(qr::Symbol::version),
            level,
            fill: if text.is_empty() {
                qr::Fill { used_bytes: 0, ..qr::fill("", level) }
            } else {
                qr::fill(text, level)
            },
            print_mm: symbol.map(qr::smallest_print_mm),
        }
    }
}

/// The picture.
pub(super) fn preview(drawing: Memo<Drawing>) -> impl IntoView {
    let width = move || drawing.with(|drawing| drawing.width_modules);
    view! {
        <figure class="preview" class:is-empty=move || drawing.with(|drawing| drawing.version.is_none())>
            <svg role="img" aria-label="Preview of the code" viewBox=move || format!("0 0 {0} {0}", width())>
                <path fill-rule="evenodd" d=move || drawing.with(|drawing| drawing.path.clone())></path>
            </svg>
        </figure>
    }
}

/// The files of the preview, made in the browser.
pub(super) fn downloads(composer: ComposerState) -> impl IntoView {
    let is_absent = move || composer.code.with(Result::is_err);
    let download = move |extension: &'static str| {
        composer.code.with_untracked(|code| {
            let Ok(code) = code else { return };
            let name = format!("{}.{extension}", composer.file_stem());
            match extension {
                "png" => browser::download(&qr::png(code.symbol()), "image/png", &name),
                _ => browser::download(qr::svg(code.symbol()).as_bytes(), "image/svg+xml", &name),
            }
        });
    };
    view! {
        <p class="preview-downloads awake-only">
            <button class="button" type="button" disabled=is_absent on:click=move |_| download("png")>
                "Download PNG"
            </button>
            <button class="button" type="button" disabled=is_absent on:click=move |_| download("svg")>
                "Download SVG"
            </button>
        </p>
    }
}
