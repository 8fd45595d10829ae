//! Compresses the weights of both networks for the program. In the repository they lie as `tools/convert.py` writes
//! them.

use std::path::Path;
use std::{env, fs};

/// As small as `miniz_oxide` makes it.
const LEVEL: u8 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = env::var("OUT_DIR")?;
    for name in ["efficientnet-lite0", "face-full-range"] {
        let source = format!("models/{name}.q8");
        println!("cargo::rerun-if-changed={source}");
        let compressed = miniz_oxide::deflate::compress_to_vec(&fs::read(source)?, LEVEL);
        fs::write(Path::new(&out).join(format!("{name}.deflate")), compressed)?;
    }
    Ok(())
}
