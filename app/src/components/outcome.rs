//! The outcome of the form: the picture of the code, its score, its files. Server only; the island in it draws the
//! plain code, and the module `studio` covers it with the one in a look.

use domain::{Score, Standing};
use leptos::prelude::*;

use super::preview::Preview;
use crate::model::{Drawn, SpacePage};
use crate::page_state::PageState;

/// Value, label and accessible name of each format that is a file.
const FORMATS: [(&str, &str, &str); 4] = [
    ("png", "PNG", "Download PNG"),
    ("svg", "SVG", "Download SVG"),
    ("pdf", "PDF", "Download PDF"),
    ("txt", "Text", "Download text for terminals"),
];

/// Shown where the studio does not work.
const CANNOT_DRAW_MESSAGE: &str = "This browser could not draw the code. “Preview” asks the server instead.";

/// The picture and everything below it; `drawn` has a look, and is missing if it cannot be drawn.
pub(super) fn outcome(page: PageState, model: &SpacePage) -> impl IntoView + use<> {
    let is_plain = model.draft.look.is_plain();
    // The island draws the plain code.
    let drawn = model.drawn.as_deref().filter(|_| !is_plain);
    let score = drawn.and_then(|drawn| drawn.score.as_ref());
    let is_drawn = if is_plain {
        page.composer.drawing.with_untracked(|drawing| drawing.version.is_some())
    } else {
        drawn.is_some()
    };
    let hint = (!is_drawn).then(|| {
        view! { <p class="preview-hint asleep-only">"“Preview” shows the code before you save it."</p> }
    });
    view! {
        <div class=if is_drawn { "outcome" } else { "outcome is-undrawn" }>
            <Preview /> {styled(drawn)} {verdict(score, true)} {hint}
            <button class="button preview-button asleep-only" type="submit" formaction=page.addresses().preview()>
                "Preview"
            </button> {downloads(page)}
        </div>
    }
}

/// The code in a look, and its facts: a logo may have raised the level.
fn styled(drawn: Option<&Drawn>) -> impl IntoView + use<> {
    let source = drawn.map(|drawn| qr::data_uri("image/svg+xml", drawn.picture.as_bytes()));
    let fact = |key: &'static str, name: &'static str, words: Option<String>| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-styled-fact=key>{words.unwrap_or_else(|| "–".to_owned())}</dd>
            </div>
        }
    };
    view! {
        <div class="styled" hidden=drawn.is_none()>
            <figure class="preview">
                <img src=source alt="Preview of the code" />
            </figure>
            <dl class="facts">
                {fact("version", "Version", drawn.map(|drawn| drawn.version.to_string()))}
                {fact("level", "Level", drawn.map(|drawn| drawn.level.to_string()))}
                <div class="awake-only">
                    <dt>"Smallest print"</dt>
                    <dd data-styled-fact="print-size">"–"</dd>
                </div>
            </dl>
        </div>
    }
}

/// How well it scans, in words. `is_live` if that may change.
pub(super) fn verdict(score: Option<&Score>, is_live: bool) -> impl IntoView + use<> {
    let (words, standing) = score.map(Score::words).unzip();
    let points = score.map(Score::points_in_words);
    let reasons = score.map(|score| score.reasons.clone()).unwrap_or_default();
    view! {
        <div
            class="verdict"
            role=is_live.then_some("status")
            data-verdict=standing.map_or("", Standing::as_str)
            data-broken=is_live.then_some(CANNOT_DRAW_MESSAGE)
        >
            <p>
                <strong>{words}</strong>
                " "
                <span>{points}</span>
            </p>
            <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
        </div>
    }
}

/// Files of the draft: nothing is saved.
fn downloads(page: PageState) -> impl IntoView + use<> {
    let address = page.addresses().draw();
    let button = |(value, words, label): (&'static str, &'static str, &'static str)| {
        let formaction = address.clone();
        view! {
            <button class="button" type="submit" name="as" value=value formaction=formaction aria-label=label>
                {words}
            </button>
        }
    };
    view! {
        <div class="downloads" role="group" aria-label="Files, without saving">
            {FORMATS.map(button).into_iter().collect_view()}
            // Without JavaScript this shows the text, which can be copied from there.
            <button class="button" type="submit" name="as" value="uri" formaction=address.clone()>
                <span class="visually-hidden awake-only">"Copy "</span>
                "Data URI"
            </button>
        </div>
    }
}
