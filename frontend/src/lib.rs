//! Wakes the islands up. All they do is in `app`; `wake.js` calls `hydrate` first and then each island's own function.

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes panics readable in the console and prepares the islands; whether it could. `shift_jis` is what this browser
/// makes of all the characters of kanji mode (`qr::learn_kanji`): they need not be downloaded then.
#[wasm_bindgen]
pub fn hydrate(shift_jis: &str) -> bool {
    console_error_panic_hook::set_once();
    app::wake(shift_jis)
}
