//! The look of the code in the composer: presets, and a field for each part of a `qr::Style`. Server only: plain
//! fields and buttons of the form, which the module `studio` makes interactive. The picture is in `outcome`.

use domain::StyleText;
use leptos::prelude::*;
use qr::{PRESETS, Preset};

use super::look_fields::{colours, frame, logo, shapes, size};
use super::look_values::{Values, defaults};
use crate::model::{Field, SpacePage};
use crate::page_state::PageState;

/// The name of a look that is no preset.
const UNNAMED_LOOK: &str = "Your own";

/// Shown once the look is the default of the space.
const KEPT_MESSAGE: &str = "Saved: new codes in this space start with this look.";

/// The panel, open if anything in it differs from the plain code.
pub(super) fn look_panel(page: PageState, model: &SpacePage, pictures: &[String]) -> impl IntoView + use<> {
    let look = &model.draft.look;
    let addresses = page.addresses();
    let values = Values::of(look);
    let is_refused = model.failure.as_ref().is_some_and(|failure| failure.field == Some(Field::Look));
    let is_open = is_refused || model.look_kept || !look.is_plain();
    let chosen = Preset::of(&look.style());
    view! {
        <details class="look disclosure" open=is_open data-logos=addresses.logos() data-defaults=defaults()>
            <summary>
                <span class="disclosure-title">"Look"</span>
                <span class="look-called" data-look-called=UNNAMED_LOOK>
                    {chosen.map_or(UNNAMED_LOOK, |preset| preset.title)}
                </span>
            </summary>
            <div class="look-body">
                {presets(page, chosen, pictures)} {shapes(&values)} {colours(&values)} {size(&values)}
                {frame(&values)} {logo(&values, &addresses)} {look_actions(page, look, model.look_kept)}
            </div>
        </details>
    }
}

/// A button with a picture for each preset.
fn presets(page: PageState, chosen: Option<Preset>, pictures: &[String]) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let preset = |(preset, picture): (&Preset, &String)| {
        view! {
            <button
                class="preset"
                type="submit"
                name="preset"
                value=preset.name
                formaction=addresses.preview()
                aria-pressed=if chosen == Some(*preset) { "true" } else { "false" }
            >
                <img src=format!("{}{picture}", addresses.base) alt="" width="64" height="64" loading="lazy" decoding="async" />
                <span>{preset.title}</span>
            </button>
        }
    };
    view! {
        <div class="presets" role="group" aria-label="Presets">
            {PRESETS.iter().zip(pictures).map(preset).collect_view()}
        </div>
    }
}

/// Actions for a look: make it the default, share it.
fn look_actions(page: PageState, look: &StyleText, is_kept: bool) -> impl IntoView + use<> {
    let addresses = page.addresses();
    view! {
        <div class="look-last">
            <button class="button" type="submit" formaction=addresses.keep_look() data-kept=KEPT_MESSAGE>
                "Make this the space’s default"
            </button>
            <a class="action" href=addresses.look_link(look) data-look-link=addresses.space_page()>
                "Link to this look"
            </a>
            <button class="action awake-only" type="button" data-copy-link="">
                "Copy link"
            </button>
            <p class="look-status" role="status" data-look-status="">
                {is_kept.then_some(KEPT_MESSAGE)}
            </p>
        </div>
    }
}
