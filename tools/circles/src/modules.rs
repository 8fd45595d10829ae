//! The modules of a crate: their files, what each defines and imports, and which paths occur in it. Not here: what a path
//! means (`names`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// A path as it is written, or the absolute one of a module: its segments.
pub(crate) type Names = Vec<String>;

/// An occurrence of a path.
pub(crate) struct Occurrence {
    pub(crate) path: Names,
    pub(crate) line: usize,
}

/// A `use` of one name.
pub(crate) struct Import {
    pub(crate) path: Names,
    pub(crate) line: usize,
    /// Whether others may import the name from here.
    pub(crate) is_reexport: bool,
}

/// A module, in a file of its own or in that of its parent.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: PathBuf,
    pub(crate) defined: HashSet<String>,
    /// By the name that it has here.
    pub(crate) imports: HashMap<String, Import>,
    pub(crate) globs: Vec<Import>,
    pub(crate) occurrences: Vec<Occurrence>,
}

/// The modules of a crate by their paths; the root's is empty.
pub(crate) struct Modules(pub(crate) BTreeMap<Names, Module>);

impl Modules {
    /// Reads the crate with this root. `read` gives a file's text, if there is such a file.
    pub(crate) fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> anyhow::Result<Self> {
        let mut modules = Self(BTreeMap::new());
        let folder = root.parent().unwrap_or(Path::new(""));
        modules.read_file(Vec::new(), root, folder, read)?;
        Ok(modules)
    }

    /// `folder` is where the files of its children are.
    fn read_file(
        &mut self,
        path: Names,
        file: &Path,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> anyhow::Result<()> {
        let text = read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{} is not Rust", file.display()))?;
        self.read_items(path, &parsed.items, file, folder, read)
    }

    fn read_items(
        &mut self,
        path: Names,
        items: &[Item],
        file: &Path,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> anyhow::Result<()> {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            let Item::Mod(child) = item else {
                module.visit_item(item);
                continue;
            };
            if is_for_tests(&child.attrs) {
                continue;
            }
            let name = child.ident.to_string();
            let folder = folder.join(&name);
            let path: Names = path.iter().cloned().chain([name]).collect();
            match &child.content {
                Some((_, items)) => self.read_items(path, items, file, &folder, read)?,
                None => {
                    let beside = folder.with_extension("rs");
                    let file = if read(&beside).is_some() { beside } else { folder.join("mod.rs") };
                    self.read_file(path, &file, &folder, read)?;
                }
            }
        }
        self.0.insert(path, module);
        Ok(())
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, above: &[String], is_reexport: bool) {
        let line = tree.span().start().line;
        let joined = |name: &syn::Ident| above.iter().cloned().chain([name.to_string()]).collect::<Names>();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &joined(&path.ident), is_reexport),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, above, is_reexport));
            }
            UseTree::Glob(_) => self.globs.push(Import { path: above.to_vec(), line, is_reexport }),
            UseTree::Name(name) if name.ident == "self" => {
                let import = Import { path: above.to_vec(), line, is_reexport };
                self.imports.extend(above.last().map(|name| (name.clone(), import)));
            }
            UseTree::Name(name) => {
                let import = Import { path: joined(&name.ident), line, is_reexport };
                self.imports.insert(name.ident.to_string(), import);
            }
            UseTree::Rename(name) => {
                let import = Import { path: joined(&name.ident), line, is_reexport };
                self.imports.insert(name.rename.to_string(), import);
            }
        }
    }

    /// Every path in the tokens of a macro's call, which are not parsed.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path = Names::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.occurs(std::mem::take(&mut path), line);
                    }
                    line = name.span().start().line;
                    path.push(name.to_string());
                }
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.occurs(std::mem::take(&mut path), line),
            }
            colons = 0;
        }
        self.occurs(path, line);
    }

    fn occurs(&mut self, path: Names, line: usize) {
        if !path.is_empty() {
            self.occurrences.push(Occurrence { path, line });
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).is_some_and(is_for_tests) {
            return;
        }
        if let Some(name) = defined_name(item) {
            self.defined.insert(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    /// `pub(in crate::a)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.occurs(names, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.scan(call.tokens.clone());
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }
}

/// Whether something is only there for tests.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let condition = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        condition == "test" || condition.starts_with("any (test") || condition.starts_with("all (test")
    })
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    Some(match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return None,
    })
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
