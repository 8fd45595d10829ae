//! What is known of the code in the preview.

use leptos::prelude::*;

use super::levels::level_words;
use super::preview::Drawing;
use crate::words::grouped;

/// Version, level, how full, how small it can be printed.
pub(super) fn facts(drawing: Memo<Drawing>) -> impl IntoView {
    let version = move || {
        drawing.with(|drawing| match drawing.version {
            Some(version) => format!("{version}"),
            None => "–".to_owned(),
        })
    };
    let level = move || {
        let level = drawing.with(|drawing| drawing.level);
        format!("{level} · {}", level_words(level).1)
    };
    let print_size = move || {
        drawing.with(|drawing| match drawing.print_mm {
            Some(mm) => format!("{mm} mm"),
            None => "–".to_owned(),
        })
    };
    let fill = move || drawing.with(|drawing| drawing.fill);
    let is_over = move || fill().used_bytes > fill().possible_bytes;
    let fill_words = move || {
        let fill = fill();
        format!("{} of {} bytes", grouped(fill.used_bytes.into()), grouped(fill.possible_bytes.into()))
    };
    view! {
        <dl class="facts">
            <div data-fact="version">
                <dt>"Version"</dt>
                <dd>{version}</dd>
            </div>
            <div data-fact="level">
                <dt>"Level"</dt>
                <dd>{level}</dd>
            </div>
            <div data-fact="print-size">
                <dt>"Print from"</dt>
                <dd>{print_size}</dd>
            </div>
            <div data-fact="fill" class:is-over=is_over>
                <dt>"Filled"</dt>
                <dd>
                    {fill_words}
                    <meter
                        class="fill"
                        aria-label="Filled"
                        min="0"
                        max=move || fill().possible_bytes.to_string()
                        value=move || fill().used_bytes.min(fill().possible_bytes).to_string()
                    ></meter>
                </dd>
            </div>
        </dl>
    }
}
