//! The plain code, drawn as the text is typed, with its facts. A code in a look is drawn elsewhere (`outcome`).

use leptos::prelude::*;

use super::level_words::level_words;
use crate::drawing::Drawing;
use crate::page_state::page_state;

/// The picture and its facts.
#[island]
pub fn Preview() -> impl IntoView {
    let composer = page_state().composer;
    move || {
        let drawing = composer.drawing.get();
        view! {
            {picture(&drawing)}
            {facts(&drawing)}
        }
    }
}

fn picture(drawing: &Drawing) -> impl IntoView + use<> {
    let class = if drawing.version.is_some() { "preview" } else { "preview is-empty" };
    view! {
        <figure class=class>
            <svg role="img" aria-label="Preview of the code" viewBox=format!("0 0 {0} {0}", drawing.width_modules)>
                <path d=drawing.path.clone()></path>
            </svg>
        </figure>
    }
}

/// Version, level, smallest print, capacity used.
fn facts(drawing: &Drawing) -> impl IntoView + use<> {
    let none = || "–".to_owned();
    let fill = drawing.fill;
    let is_over = fill.used_bytes > fill.possible_bytes;
    let fact = |key: &'static str, name: &'static str, words: String| {
        view! {
            <div data-fact=key>
                <dt>{name}</dt>
                <dd>{words}</dd>
            </div>
        }
    };
    view! {
        <dl class=if is_over { "facts is-over" } else { "facts" }>
            {fact("version", "Version", drawing.version.map_or_else(none, |version| version.to_string()))}
            {fact("level", "Level", format!("{} · {}", drawing.level, level_words(drawing.level).1))}
            {fact("print-size", "Smallest print", drawing.print_mm.map_or_else(none, |mm| format!("{mm} mm")))}
            <div data-fact="fill">
                <dt>"Filled"</dt>
                <dd>
                    {drawing.fill_words()}
                    <meter
                        class="fill"
                        aria-label="Filled"
                        max=fill.possible_bytes.to_string()
                        value=fill.used_bytes.min(fill.possible_bytes).to_string()
                    ></meter>
                </dd>
            </div>
        </dl>
    }
}
