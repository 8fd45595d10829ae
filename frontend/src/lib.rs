//! Wakes the islands up. All they do is in `app`; `wake.js` calls `hydrate` first and then each island's own function.

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes panics readable in the console and prepares the islands.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::wake();
}
