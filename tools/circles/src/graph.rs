//! Which file imports which, and the circles in that.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::modules::{Module, Modules};
use crate::names::Target;

/// For each file those that it imports from, and the line of the first import.
#[derive(Default)]
pub(crate) struct Graph<'a>(BTreeMap<&'a Path, BTreeMap<&'a Path, usize>>);

impl<'a> Graph<'a> {
    pub(crate) fn of(modules: &'a Modules) -> Self {
        let mut graph = Self::default();
        for (path, module) in &modules.0 {
            graph.add(modules, path, module);
        }
        graph
    }

    fn add(&mut self, modules: &'a Modules, path: &[String], module: &'a Module) {
        // A name that is imported to be handed on makes no circle; one that is used here too shows among the occurrences.
        let own = module.imports.values().filter(|import| !import.is_reexport);
        let imported = own.map(|import| (&import.path, import.line));
        let occurring = module.occurrences.iter().map(|occurrence| (&occurrence.path, occurrence.line));
        for (to, line) in imported.chain(occurring) {
            // Importing a module says nothing yet: what is used of it does.
            if let Some(Target::Name(file)) = modules.target(path, to) {
                self.edge(&module.file, file, line);
            }
        }
        for glob in module.globs.iter().filter(|glob| !glob.is_reexport) {
            if let Some(Target::Name(file) | Target::Module(file)) = modules.target(path, &glob.path) {
                self.edge(&module.file, file, glob.line);
            }
        }
    }

    fn edge(&mut self, from: &'a Path, to: &'a Path, line: usize) {
        if from != to {
            self.0.entry(from).or_default().entry(to).or_insert(line);
        }
    }

    /// The knots of files that reach each other, each as all the imports in it, a line each.
    pub(crate) fn circles(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut circles = Vec::new();
        for file in self.0.keys() {
            let knot = self.knot(file);
            if !knot.is_empty() && !seen.contains(file) {
                circles.push(self.describe(&knot));
            }
            seen.extend(knot);
        }
        circles
    }

    /// The files that a file reaches, and that reach it.
    fn knot(&self, file: &'a Path) -> BTreeSet<&'a Path> {
        let reached = |from: &'a Path| {
            let mut reached = BTreeSet::new();
            let mut next = vec![from];
            while let Some(file) = next.pop() {
                next.extend(self.imports(file).filter(|to| reached.insert(*to)));
            }
            reached
        };
        reached(file).into_iter().filter(|other| reached(other).contains(file)).collect()
    }

    fn imports(&self, file: &Path) -> impl Iterator<Item = &'a Path> {
        self.0.get(file).into_iter().flatten().map(|(to, _)| *to)
    }

    fn describe(&self, knot: &BTreeSet<&Path>) -> String {
        let mut text = String::new();
        for from in knot {
            for (to, line) in self.0[from].iter().filter(|(to, _)| knot.contains(*to)) {
                let _ = writeln!(text, "  {}:{line} imports from {}", from.display(), to.display());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circles of a crate with these files.
    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let read = |path: &Path| {
            let found = files.iter().find(|(name, _)| Path::new(name) == path);
            found.map(|(_, text)| (*text).to_owned())
        };
        let modules = Modules::read(Path::new("lib.rs"), &read).unwrap();
        Graph::of(&modules).circles()
    }

    #[test]
    fn a_circle_is_found_through_imports_paths_and_macros() {
        for a in
            ["use crate::b::B;", "fn f() { crate::b::g(); }", "fn f() { print!(\"{}\", crate::b::g()); }"]
        {
            let a = format!("{a} pub struct A;");
            let b = "use super::a::A; pub struct B; pub fn g() {}";
            let found = circles(&[("lib.rs", "mod a; mod b;"), ("a.rs", &a), ("b.rs", b)]);
            assert_eq!(found, ["  a.rs:1 imports from b.rs\n  b.rs:1 imports from a.rs\n"], "{a}");
        }
    }

    #[test]
    fn a_circle_is_found_through_reexports_and_aliases() {
        let lib = "mod a; mod b; pub use a::A;";
        let b = "use crate::a; use crate::A as C; pub struct B; fn f() { a::g(); }";
        let found = circles(&[("lib.rs", lib), ("a/mod.rs", "use crate::b::B; pub struct A;"), ("b.rs", b)]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_circle_is_found_through_a_name_that_a_macro_defines() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::Made; pub struct A;"),
            ("b.rs", "make!(Made); use crate::a::A;"),
        ];
        assert_eq!(circles(&files).len(), 1);
    }

    #[test]
    fn a_parent_that_uses_its_child_must_not_be_imported_by_it() {
        let child = "use super::P; pub struct C(P);";
        let uses = "mod c; pub use c::C; pub struct P; fn f(c: C) {}";
        let only_hands_on = "mod c; pub use c::C; pub struct P;";
        for (parent, found) in [(uses, 1), (only_hands_on, 0)] {
            assert_eq!(circles(&[("lib.rs", parent), ("c.rs", child)]).len(), found, "{parent}");
        }
    }

    #[test]
    fn tests_and_imported_modules_make_no_circle() {
        let a =
            "use crate::b; pub struct A; fn f() { b::c::g(); } #[cfg(test)] mod tests { use crate::b::B; }";
        let b = "pub mod c; use crate::a::A; pub struct B(A);";
        let files = [("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b/mod.rs", b), ("b/c.rs", "pub fn g() {}")];
        assert_eq!(circles(&files), [] as [String; 0]);
    }
}
