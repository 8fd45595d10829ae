//! Writes the JavaScript that loads a WASM module: `bindgen MODULE FOLDER NAME`.
//!
//! It calls the library behind wasm-bindgen's command line, with the options of `--target web --no-typescript`. The
//! command line itself also tests and serves, which takes three times as many crates. `Cargo.lock` keeps the library
//! and the crate `wasm-bindgen` at the same version, as they require.

use std::env;

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else { bail!("usage: bindgen MODULE FOLDER NAME") };
    Bindgen::new()
        .web(true)?
        .typescript(false)
        // The glue finds the module next to itself.
        .omit_default_module_path(false)
        .input_path(module)
        .out_name(name)
        .generate(folder)
        .with_context(|| format!("cannot write the JavaScript for {module}"))
}
