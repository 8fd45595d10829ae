//! The fields of a look, each named after its key in the text of a `qr::Style`. Server only. The style sheet hides
//! those that have an effect only with another choice.

use leptos::prelude::*;

use super::look_values::{Values, size_of};
use crate::addresses::Addresses;

/// An option: key, label, and a picture (SVG, 24 units wide).
type Choice = (&'static str, &'static str, &'static str);

const SHAPES: [Choice; 4] = [
    ("square", "Square", r#"<path d="M2 2h10v10H2zM12 12h10v10H12z"/>"#),
    (
        "dots",
        "Dots",
        r#"<circle cx="7" cy="7" r="4.6"/><circle cx="17" cy="17" r="4.6"/><circle cx="7" cy="17" r="4.6"/>"#,
    ),
    ("rounded", "Rounded", r#"<path d="M7 2a5 5 0 0 1 5 5v5h5a5 5 0 0 1 0 10H2V7a5 5 0 0 1 5-5z"/>"#),
    (
        "connected",
        "Connected",
        r#"<path d="M7 2a5 5 0 0 1 5 5 5 5 0 0 0 5 5 5 5 0 0 1 0 10 5 5 0 0 1-5-5 5 5 0 0 0-5-5A5 5 0 0 1 7 2z"/>"#,
    ),
];

const FINDERS: [Choice; 2] = [
    ("square", "Square", r#"<path fill-rule="evenodd" d="M2 2h20v20H2zM5 5v14h14V5z"/>"#),
    (
        "rounded",
        "Rounded",
        r#"<path fill-rule="evenodd" d="M2 2h20v20H2zM9 5a4 4 0 0 0-4 4v6a4 4 0 0 0 4 4h6a4 4 0 0 0 4-4V9a4 4 0 0 0-4-4z"/>"#,
    ),
];

const BALLS: [Choice; 3] = [
    ("square", "Square", r#"<path d="M6 6h12v12H6z"/>"#),
    ("rounded", "Rounded", r#"<rect x="6" y="6" width="12" height="12" rx="4"/>"#),
    ("circle", "Circle", r#"<circle cx="12" cy="12" r="6.5"/>"#),
];

const FRAMES: [Choice; 3] = [
    ("none", "None", r#"<path d="M6 6h12v12H6z"/>"#),
    ("label", "Label", r#"<path d="M6 2h12v12H6zM4 18h16v3H4z"/>"#),
    (
        "badge",
        "Badge",
        r#"<path fill-rule="evenodd" d="M5 1h14a2 2 0 0 1 2 2v18a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2zM5 3v13h14V3zM8 5h8v8H8z"/>"#,
    ),
];

const GRADIENTS: [(&str, &str); 6] = [
    ("none", "None"),
    ("across", "Left to right"),
    ("down", "Top to bottom"),
    ("diagonal", "Falling"),
    ("rising", "Rising"),
    ("radial", "From centre"),
];

const UNITS: [(&str, &str); 3] =
    [("module", "pixels per module"), ("px", "pixels wide"), ("mm", "millimetres wide")];

/// Modules, and the two parts of finders.
pub(super) fn shapes(values: &Values) -> impl IntoView + use<> {
    view! {
        {choices("Modules", "shape", &SHAPES, &values.of_key("shape"))}
        <div class="look-row">
            {choices("Corners", "finder", &FINDERS, &values.of_key("finder"))}
            {choices("Corner centres", "ball", &BALLS, &values.of_key("ball"))}
        </div>
    }
}

/// Radio buttons with pictures, as one control.
fn choices(legend: &'static str, name: &'static str, all: &[Choice], chosen: &str) -> impl IntoView + use<> {
    let choice = |(value, words, picture): &Choice| {
        view! {
            <label class="segment">
                <input type="radio" name=name value=*value checked=*value == chosen autocomplete="off" />
                <svg class="segment-picture" viewBox="0 0 24 24" aria-hidden="true" inner_html=*picture></svg>
                <span class="segment-name">{*words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            <div class="segments">{all.iter().map(choice).collect_view()}</div>
        </fieldset>
    }
}

fn select(
    label: &'static str,
    name: &'static str,
    all: &[(&'static str, &'static str)],
    chosen: &str,
) -> impl IntoView + use<> {
    let option = |(value, words): &(&'static str, &'static str)| {
        view! { <option value=*value selected=*value == chosen>{*words}</option> }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name autocomplete="off">{all.iter().map(option).collect_view()}</select>
        </div>
    }
}

/// A colour; with `or`, another value that it may have, with its label. Of two fields with the same name the last
/// counts.
fn colour(
    label: &'static str,
    name: &'static str,
    value: String,
    or: Option<(&'static str, &'static str, &'static str)>,
) -> impl IntoView + use<> {
    let instead = or.filter(|(other, ..)| *other == value);
    let shown = instead.map_or(value, |(.., colour)| colour.to_owned());
    let tick = or.map(|(other, words, _)| {
        view! {
            <label class="tick">
                <input type="checkbox" name=name value=other checked=instead.is_some() autocomplete="off" />
                {words}
            </label>
        }
    });
    view! {
        <div class="field is-colour">
            <label for=name>{label}</label>
            <input id=name name=name type="color" autocomplete="off" value=format!("#{shown}") />
            {tick}
        </div>
    }
}

/// Inks, gradient and background.
pub(super) fn colours(values: &Values) -> impl IntoView + use<> {
    let ink = values.of_key("ink");
    let finder_ink = values.of_key("finder-ink");
    let paper = values.of_key("paper");
    view! {
        <fieldset class="look-group">
            <legend>"Colours"</legend>
            <div class="look-row">
                {colour("Ink", "ink", ink, None)}
                {select("Gradient", "gradient", &GRADIENTS, &values.of_key("gradient"))}
                <div class="when-gradient">{colour("Second ink", "ink-2", values.of_key("ink-2"), None)}</div>
                {colour("Corner ink", "finder-ink", finder_ink, Some(("same", "Same as the ink", "000000")))}
                {colour("Background", "paper", paper, Some(("none", "Transparent", "ffffff")))}
            </div>
        </fieldset>
    }
}

/// Size and quiet zone.
pub(super) fn size(values: &Values) -> impl IntoView + use<> {
    view! {
        <fieldset class="look-group">
            <legend>"Size"</legend>
            <div class="look-sizes">
                {number("Size", "size", values.of_key("size"), (1, 4096), "any")}
                {units(&values.of_key("unit"))}
                <div class="when-print">
                    {number("Pixels per inch", "dpi", values.of_key("dpi"), (72, 1200), "1")}
                </div>
                {number("Quiet zone", "quiet", values.of_key("quiet"), (0, 20), "1")}
            </div>
        </fieldset>
    }
}

/// A number means something else in another unit, so each unit has its own default.
fn units(chosen: &str) -> impl IntoView + use<> {
    let option = |(value, words): &(&'static str, &'static str)| {
        view! { <option value=*value selected=*value == chosen data-size=size_of(value)>{*words}</option> }
    };
    view! {
        <div class="field">
            <label for="unit">"Unit"</label>
            <select id="unit" name="unit" autocomplete="off">{UNITS.iter().map(option).collect_view()}</select>
        </div>
    }
}

fn number(
    label: &'static str,
    name: &'static str,
    value: String,
    (least, most): (u32, u32),
    step: &'static str,
) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type="number"
                inputmode="decimal"
                min=least.to_string()
                max=most.to_string()
                step=step
                autocomplete="off"
                value=value
            />
        </div>
    }
}

/// The logo in the middle: upload, size, removal. Its file is the last field of the form, so that the server has read
/// all others before a file that is too large.
pub(super) fn logo(values: &Values, addresses: &Addresses) -> impl IntoView + use<> {
    let id = values.of_key("logo");
    let is_absent = id.is_empty();
    let source = (!is_absent).then(|| addresses.kept_logo(&id));
    view! {
        <fieldset class="look-group">
            <legend>"Logo"</legend>
            <input type="hidden" name="logo" autocomplete="off" value=id />
            <div class="logo-kept" hidden=is_absent data-logo="">
                <img src=source alt="The logo" width="48" height="48" />
                <div class="field">
                    <label for="logo-size">"Share of the width"</label>
                    <input
                        id="logo-size"
                        name="logo-size"
                        type="range"
                        min="10"
                        max="33"
                        autocomplete="off"
                        value=values.of_key("logo-size")
                    />
                </div>
                <label class="tick">
                    <input type="checkbox" name="logo" value="" autocomplete="off" />
                    "Remove"
                </label>
            </div>
            <div class="logo-upload">
                <div class="field">
                    <label for="logo-file">"PNG, JPEG or SVG"</label>
                    <input
                        id="logo-file"
                        name="logo-file"
                        type="file"
                        accept="image/png,image/jpeg,image/svg+xml"
                        aria-describedby="logo-note"
                        data-upload=addresses.upload_logo()
                    />
                </div>
                <button
                    class="button asleep-only"
                    type="submit"
                    formaction=addresses.upload_logo()
                    formenctype="multipart/form-data"
                >
                    "Upload"
                </button>
            </div>
            <p class="note-error" id="logo-note" role="alert"></p>
        </fieldset>
    }
}

/// What is around the code.
pub(super) fn frame(values: &Values) -> impl IntoView + use<> {
    view! {
        <div class="look-row">
            {choices("Frame", "frame", &FRAMES, &values.of_key("frame"))}
            <div class="field when-frame">
                <label for="caption">"Caption"</label>
                <input
                    id="caption"
                    name="caption"
                    type="text"
                    maxlength="40"
                    dir="auto"
                    autocomplete="off"
                    placeholder="Scan me"
                    value=values.of_key("caption")
                />
            </div>
        </div>
    }
}
