//! Draws codes in a style, and tells how well they scan, with the code that the server runs: what is made here is the
//! server's file, byte for byte. `studio_worker.js` calls it, so that nobody who types waits for it. Errors are sentences
//! for people.

use domain::payload::title_of;
use domain::{CodeText, Key, Score, StyleText};
use js_sys::JsString;
use qr::{Drawing, Level, Logo, Preset, Screen, Style, Symbol, data_uri, smallest_print_mm, terminal};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the browser's table of kanji (`qr::learn_kanji`); whether it could.
#[wasm_bindgen]
pub fn learn(shift_jis: &str) -> bool {
    qr::learn_kanji(shift_jis).is_ok()
}

/// The preview: an SVG document, then version, level and the width of the smallest sensible print in millimetres.
#[wasm_bindgen]
pub fn preview(text: &str, level: &str, look: &str, logo: Option<Vec<u8>>) -> Result<Vec<String>, String> {
    drawn(text, level, look, logo, |drawing, symbol| {
        let facts =
            [symbol.version().to_string(), symbol.level().to_string(), smallest_print_mm(symbol).to_string()];
        Ok([drawing.svg()].into_iter().chain(facts).collect())
    })
}

/// A file: `png`, `svg`, `pdf`, `txt` (half blocks, for a dark terminal), `uri` (the PNG as an address).
#[wasm_bindgen]
pub fn file(
    text: &str,
    level: &str,
    look: &str,
    logo: Option<Vec<u8>>,
    format: &str,
) -> Result<Vec<u8>, String> {
    drawn(text, level, look, logo, |drawing, symbol| {
        let png = || drawing.png().map_err(|error| error.to_string());
        Ok(match format {
            "png" => png()?,
            "pdf" => drawing.pdf(),
            "txt" => terminal(symbol, Screen::Dark).into_bytes(),
            "uri" => data_uri("image/png", &png()?).into_bytes(),
            _ => drawing.svg().into_bytes(),
        })
    })
}

/// What a file is called, without its extension: after its name, else what its text says.
#[wasm_bindgen]
pub fn stem(name: &str, text: &str) -> String {
    let name = name.trim();
    let title = if name.is_empty() { title_of(text) } else { name.to_owned() };
    // As the server has it: small, and in NFC.
    let title = JsString::from(title).to_lower_case().normalize("NFC");
    Key::download_stem(&String::from(title))
}

/// How well it scans: in words, how content to be with it, its points in words, then why it has not more.
#[wasm_bindgen]
pub fn score(text: &str, level: &str, look: &str, logo: Option<Vec<u8>>) -> Result<Vec<String>, String> {
    drawn(text, level, look, logo, |drawing, _| {
        let qr::Score { points, reasons } = drawing.score().map_err(|error| error.to_string())?;
        let score = Score { points, reasons: reasons.iter().map(ToString::to_string).collect() };
        let (words, standing) = score.words();
        let head = [words.to_owned(), standing.as_str().to_owned(), score.points_in_words()];
        Ok(head.into_iter().chain(score.reasons).collect())
    })
}

/// The look once a preset is chosen. What was wrong with the look is left out.
#[wasm_bindgen]
pub fn choose(preset: &str, look: &str) -> String {
    let pairs: Vec<_> = form_urlencoded::parse(look.as_bytes()).collect();
    let style = StyleText::closest(&pairs).style();
    Preset::named(preset).map_or_else(|| style.clone(), |preset| preset.over(&style)).to_string()
}

/// The name of the preset that a look is of; empty where it is of none, or none itself.
#[wasm_bindgen]
pub fn called(look: &str) -> String {
    let preset = look.parse().ok().and_then(|style| Preset::of(&style));
    preset.map_or_else(String::new, |preset| preset.name.to_owned())
}

/// Prepares a drawing and makes something of it.
fn drawn<T>(
    text: &str,
    level: &str,
    look: &str,
    logo: Option<Vec<u8>>,
    make: impl FnOnce(&Drawing<'_>, &Symbol) -> Result<T, String>,
) -> Result<T, String> {
    let level: Level = level.parse().map_err(|error: qr::LevelError| error.to_string())?;
    let style: Style = look.parse().map_err(|error: qr::StyleTextError| error.to_string())?;
    let logo = logo.map(|png| Logo::read(&png)).transpose().map_err(|error| error.to_string())?;
    let text = CodeText::parse(text, level).map_err(|error| error.to_string())?;
    let raised = logo.as_ref().map(|logo| text.symbol_with(&style, logo));
    let raised = raised.transpose().map_err(|error| error.to_string())?;
    let symbol = raised.as_ref().unwrap_or_else(|| text.symbol());
    let drawing = Drawing::new(symbol, &style, logo.as_ref()).map_err(|error| error.to_string())?;
    make(&drawing, symbol)
}
