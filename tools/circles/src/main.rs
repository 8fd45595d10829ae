//! `circles CRATE…`: fails when files of a crate import each other in a circle, and names the imports that make it one.
//! What counts is the file in which a name is defined, whatever modules re-export it; a parent that only declares and
//! re-exports its children does not import them. Code for tests is not looked at. Not here: circles of crates (cargo
//! refuses them), and of methods, which need no import.

mod graph;
mod modules;
mod names;

use std::path::Path;
use std::process::ExitCode;

use graph::Graph;
use modules::Modules;

fn main() -> anyhow::Result<ExitCode> {
    let mut has_circles = false;
    for folder in std::env::args().skip(1) {
        let root = Path::new(&folder).join("src/lib.rs");
        let modules = Modules::read(&root, &|path| std::fs::read_to_string(path).ok())?;
        for circle in Graph::of(&modules).circles() {
            has_circles = true;
            println!("These files import each other. Move what they share into a file below both:\n{circle}");
        }
    }
    Ok(if has_circles { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
