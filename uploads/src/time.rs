//! Waiting.

use core::time::Duration;

use js_sys::{Function, Promise};
use wasm_bindgen_futures::JsFuture;

use crate::section::window;

/// Completes after this time.
pub(crate) async fn sleep(duration: Duration) {
    let milliseconds = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let mut start = |resolve: Function, _: Function| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    };
    let _ = JsFuture::from(Promise::new(&mut start)).await;
}
