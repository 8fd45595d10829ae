//! Which file a path leads to: through aliases and re-exports to where the name is defined.

use std::path::Path;

use crate::modules::{Modules, Names};

/// No re-export goes round more corners.
const HOPS_MAX: usize = 16;

/// What a path leads to.
pub(crate) enum Target<'a> {
    /// A name that is defined in this file.
    Name(&'a Path),
    /// A module in this file.
    Module(&'a Path),
}

impl Modules {
    /// What a path in a module leads to; none for names of other crates, and for those that this file itself defines.
    pub(crate) fn target(&self, module: &[String], path: &[String]) -> Option<Target<'_>> {
        self.absolute(module, path).and_then(|path| self.defined_at(&path, HOPS_MAX))
    }

    /// The path from the crate's root; none for one that leads to other crates or is a local name.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            name => {
                let here = &self.0[module];
                let child = [module, &[name.to_owned()]].concat();
                let is_known = here.imports.contains_key(name)
                    || here.defined.contains(name)
                    || self.0.contains_key(&child)
                    || here.globs.iter().any(|glob| self.glob_has(module, &glob.path, name));
                return is_known.then(|| [module, path].concat());
            }
        };
        let mut rest = rest;
        while let Some(("super", below)) = rest.split_first().map(|(name, below)| (name.as_str(), below)) {
            base.pop()?;
            rest = below;
        }
        Some([base.as_slice(), rest].concat())
    }

    fn glob_has(&self, module: &[String], glob: &[String], name: &str) -> bool {
        let leads_up = matches!(glob.first().map(String::as_str), Some("crate" | "self" | "super"));
        let path = if leads_up { self.absolute(module, glob) } else { Some([module, glob].concat()) };
        path.and_then(|path| self.0.get(&path))
            .is_some_and(|module| module.defined.contains(name) || module.imports.contains_key(name))
    }

    fn defined_at(&self, path: &[String], hops: usize) -> Option<Target<'_>> {
        let hops = hops.checked_sub(1)?;
        let depth = (0..=path.len()).rev().find(|depth| self.0.contains_key(&path[..*depth]))?;
        let (at, below) = path.split_at(depth);
        let module = &self.0[at];
        let Some((name, rest)) = below.split_first() else { return Some(Target::Module(&module.file)) };
        if let Some(import) = module.imports.get(name).filter(|_| !module.defined.contains(name)) {
            let alias = match import.path.first() {
                // `use name::…` of a crate or a child with the very name.
                Some(first)
                    if first == name && !self.0.contains_key(&[at, std::slice::from_ref(first)].concat()) =>
                {
                    None
                }
                _ => self.absolute(at, &import.path),
            };
            return self.defined_at(&[alias?.as_slice(), rest].concat(), hops);
        }
        if module.defined.contains(name) {
            return Some(Target::Name(&module.file));
        }
        let through_glob = module.globs.iter().filter(|glob| self.glob_has(at, &glob.path, name));
        let mut found = through_glob.filter_map(|glob| {
            let from = self.absolute(at, &[glob.path.as_slice(), below].concat())?;
            self.defined_at(&from, hops)
        });
        // What is defined nowhere, a macro of that module defines.
        found.next().or(Some(Target::Name(&module.file)))
    }
}
