//! The choice of the error correction level.

use domain::Level;
use leptos::prelude::*;

use super::composer_state::ComposerState;

/// What a level is called and how much damage it survives, in percent of the codewords (ISO/IEC 18004, 7.5.1).
pub(super) fn level_words(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::L => ("Low", "7 %"),
        Level::M => ("Medium", "15 %"),
        Level::Q => ("Quartile", "25 %"),
        Level::H => ("High", "30 %"),
    }
}

/// Four radio buttons; `chosen` is the level that the page came with.
pub(super) fn levels(composer: ComposerState, chosen: Level) -> impl IntoView {
    let option = move |level: Level| {
        let (name, share) = level_words(level);
        view! {
            <label class="level">
                <input
                    type="radio"
                    name="level"
                    value=level.as_str()
                    checked=level == chosen
                    autocomplete="off"
                    on:change=move |_| composer.choose(level)
                />
                <span class="level-name">{name}</span>
                " "
                <span class="level-share">{share}</span>
            </label>
        }
    };
    view! {
        <fieldset class="levels">
            <legend>"Error correction"</legend>
            <div class="levels-row">{Level::ALL.map(option).into_iter().collect_view()}</div>
        </fieldset>
    }
}
