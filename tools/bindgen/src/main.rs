//! Writes the JavaScript that loads a WASM module: `bindgen MODULE FOLDER NAME`.
//!
//! It calls the library behind wasm-bindgen's own command line, with the options of `--target web --no-typescript`. That
//! command line also tests and serves, with three times as many crates to compile. `Cargo.lock` keeps the library and the
//! crate `wasm-bindgen` at one version, which they must share.

use std::env;

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else { bail!("usage: bindgen MODULE FOLDER NAME") };
    Bindgen::new()
        .web(true)?
        .typescript(false)
        // The glue finds the module beside itself.
        .omit_default_module_path(false)
        .input_path(module)
        .out_name(name)
        .generate(folder)
        .with_context(|| format!("cannot make the JavaScript for {module}"))
}
