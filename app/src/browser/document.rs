//! The document and the browser's services around it.

use core::fmt::Write;
use core::time::Duration;

use js_sys::{Array, Date, Function, Intl, JSON};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement};

/// An address with its origin.
pub(super) fn absolute(path: &str) -> String {
    format!("{}{path}", window().location().origin().unwrap_or_default())
}

/// The address of the page, with its query, without its origin.
pub(super) fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Whether the page has such an element.
pub(super) fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Loads the page again.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Gives the document another title.
pub(super) fn set_title(title: &str) {
    document().set_title(title);
}

/// Downloads a file, as a pressed link does.
pub(super) fn download(address: &str) {
    if let Ok(link) = document().create_element("a") {
        let _ = link.set_attribute("href", address);
        let _ = link.set_attribute("download", "");
        link.unchecked_into::<HtmlElement>().click();
    }
}

/// Dispatches an event on the document.
pub(super) fn announce(event: &str) {
    if let Ok(event) = Event::new(event) {
        let _ = document().dispatch_event(&event);
    }
}

/// Keeps a text for as long as the tab is open; if the browser refuses, it is not kept.
pub(super) fn keep(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// A kept text.
pub(super) fn kept(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

/// 128 random bits in hexadecimal.
pub(super) fn random_id() -> String {
    random_bytes::<16>().iter().fold(String::with_capacity(32), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A random time between half of the given one and all of it, so that many pages do not act at once.
pub(super) fn jittered(longest: Duration) -> Duration {
    let [chance] = random_bytes();
    (longest + longest * u32::from(chance) / 255) / 2
}

thread_local! {
    /// Formats for the local time, short and full, and for the day alone. Created once, because that takes longer than
    /// formatting.
    static TIME_FORMATS: [Option<Function>; 3] = [
        r#"{"dateStyle":"medium","timeStyle":"short"}"#,
        r#"{"dateStyle":"full","timeStyle":"long"}"#,
        r#"{"dateStyle":"medium"}"#,
    ].map(|style| {
        let options = JSON::parse(style).ok()?.unchecked_into();
        Some(Intl::DateTimeFormat::new(&Array::new(), &options).format())
    });
}

thread_local! {
    static RELATIVE: Option<Intl::RelativeTimeFormat> = {
        let options = JSON::parse(r#"{"numeric":"auto","style":"short"}"#).ok();
        options.map(|options| Intl::RelativeTimeFormat::new(&Array::new(), options.unchecked_ref()))
    };
}

/// An RFC 3339 time as local time, short and full; unchanged if it is not valid.
fn local_time(moment: &str) -> [String; 2] {
    TIME_FORMATS.with(|[short, full, _]| [short, full].map(|format| written(format, moment)))
}

fn written(format: &Option<Function>, moment: &str) -> String {
    let date = Date::new(&JsValue::from_str(moment));
    let written = format.as_ref().and_then(|format| format.call1(&JsValue::UNDEFINED, &date).ok());
    written.and_then(|written| written.as_string()).unwrap_or_else(|| moment.to_owned())
}

/// The same as how long ago it is, up to a week, else as a day; and in full.
pub(crate) fn relative_time(moment: &str) -> [String; 2] {
    let seconds = (Date::now() - Date::new(&JsValue::from_str(moment)).get_time()) / 1000.0;
    let (count, unit) = match seconds {
        // A clock may be a little late.
        -60.0..60.0 => (0.0, "second"),
        60.0..3600.0 => (seconds / 60.0, "minute"),
        3600.0..86_400.0 => (seconds / 3600.0, "hour"),
        86_400.0..604_800.0 => (seconds / 86_400.0, "day"),
        _ => (0.0, ""),
    };
    let ago = RELATIVE.with(|format| {
        let format = format.as_ref().filter(|_| !unit.is_empty())?;
        Some(String::from(format.format(-count.floor(), unit)))
    });
    TIME_FORMATS.with(|[_, full, day]| [ago.unwrap_or_else(|| written(day, moment)), written(full, moment)])
}

/// Writes again, once a minute, how long ago things are.
pub(super) fn keep_times_current() {
    let again = || {
        if let Ok(Some(rows)) = document().query_selector(".rows") {
            localise_times(&rows);
        }
    };
    let _ = leptos::prelude::set_interval_with_handle(again, Duration::from_secs(60));
}

/// Whether the first such element begins above what the window shows.
pub(super) fn is_scrolled_past(selector: &str) -> bool {
    let first = document().query_selector(selector).ok().flatten();
    first.is_some_and(|first| first.get_bounding_client_rect().top() < 0.0)
}

/// Makes every time below an element local, as the server wrote it. The text nodes stay, because Leptos holds those in
/// rows.
pub(super) fn localise_times(root: &web_sys::Element) {
    let Ok(times) = root.query_selector_all("time[datetime]") else { return };
    for time in (0..times.length()).filter_map(|index| times.get(index)) {
        let element = time.unchecked_ref::<web_sys::Element>();
        let moment = element.get_attribute("datetime").unwrap_or_default();
        let is_relative = element.has_attribute("data-relative");
        let [short, full] = if is_relative { relative_time(&moment) } else { local_time(&moment) };
        if let Some(text) = time.first_child() {
            text.set_node_value(Some(&short));
        }
        let _ = element.set_attribute("title", &full);
        // What a screen reader says instead. The text nodes are Leptos's.
        if let Some(text) =
            element.next_sibling().and_then(|spoken| spoken.first_child()).filter(|_| is_relative)
        {
            text.set_node_value(Some(&full));
        }
    }
}

/// Copies a text to the clipboard; returns whether it worked.
pub(super) async fn copy(text: &str) -> bool {
    // Only secure origins have a clipboard; localhost is one.
    if window().is_secure_context() {
        let written = window().navigator().clipboard().write_text(text);
        if JsFuture::from(written).await.is_ok() {
            return true;
        }
    }
    copy_by_selection(text).unwrap_or(false)
}

/// The old way, which also works without a secure origin.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = document();
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_class_name("visually-hidden");
    field.set_value(text);
    let focused = document.active_element();
    document.body()?.append_child(&field).ok()?;
    field.select();
    let copy =
        js_sys::Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let is_copied = copy.call1(&document, &"copy".into()).ok().and_then(|done| done.as_bool());
    field.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = focused.focus();
    }
    is_copied
}
