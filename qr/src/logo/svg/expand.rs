//! Estimates how large an SVG becomes once every reference has its own copy of its target, before that is done: a
//! chain of `use` elements, masks or styles doubles at each link. Not here: what drawing it takes (`cost`).

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::scan::MAX_DEPTH;
use crate::logo::error::LogoError;

/// Maximum size of all elements after expansion, as counted by `ELEMENT_BYTES` and `ATTRIBUTE_BYTES`.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// What an element and an attribute take besides their texts.
const ELEMENT_BYTES: usize = 256;
const ATTRIBUTE_BYTES: usize = 64;
/// Paths and point lists take more than their text: they are stroked to measure them.
const PATH_FACTOR: usize = 4;
/// Bytes of style sheets times elements: each element is matched against each rule.
const MAX_STYLED_BYTES: usize = 64 * 1024 * 1024;
/// Inheritable attributes times elements: each is looked up in all ancestors.
const MAX_INHERITED: usize = 10_000_000;
/// Elements tried for all parts of all selectors (`a b c`), times elements.
const MAX_SELECTOR_TRIES: usize = 20_000_000;
/// Stops of a gradient: each pixel is compared with each.
const MAX_STOPS: usize = 256;

/// Refuses a file that would expand to more than a drawing needs.
pub(super) fn check(document: &Document<'_>) -> Result<(), LogoError> {
    let css = without_comments(&styles(document).collect::<String>());
    let mut expansion = Expansion::of(document, &css);
    let all = expansion.size(document.root_element(), 0)?;
    let tried =
        css.split('{').map(|before| selector_tries(before, all.depth)).fold(0_usize, usize::saturating_add);
    let is_small = all.bytes <= MAX_BYTES
        && all.elements.saturating_mul(css.len()) <= MAX_STYLED_BYTES
        && all.elements.saturating_mul(all.inherited) <= MAX_INHERITED
        && all.elements.saturating_mul(tried) <= MAX_SELECTOR_TRIES;
    if is_small { Ok(()) } else { Err(LogoError::TooElaborate) }
}

fn styles<'a>(document: &'a Document<'_>) -> impl Iterator<Item = &'a str> {
    let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
    sheets.flat_map(|sheet| sheet.children()).filter_map(|child| child.text())
}

fn without_comments(css: &str) -> String {
    let mut pieces = css.split("/*");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.filter_map(|comment| comment.split_once("*/"));
    std::iter::once(first).chain(rest.map(|(_, after)| after)).collect()
}

/// An upper bound on the elements tried for the last selector in this part of a style sheet: for each descendant
/// combinator, all ancestors of each match.
fn selector_tries(before: &str, depth: usize) -> usize {
    let selectors = before.rsplit('}').next().unwrap_or_default();
    let parts = selectors.split(',').map(|selector| selector.split_whitespace().count());
    let all =
        |parts: usize| (1..parts).fold(1_usize, |selector_tries, _| selector_tries.saturating_mul(depth));
    parts.map(all).fold(0, usize::saturating_add)
}

/// The size of an element after expansion.
#[derive(Clone, Copy, Default)]
struct Size {
    bytes: usize,
    elements: usize,
    /// Nesting depth.
    depth: usize,
    /// Attributes of nested elements; long ones count several times.
    inherited: usize,
}

impl Size {
    /// Adds a nested element.
    fn add(&mut self, inside: Self) {
        self.bytes = self.bytes.saturating_add(inside.bytes);
        self.elements = self.elements.saturating_add(inside.elements);
        self.depth = self.depth.max(inside.depth + 1);
        self.inherited = self.inherited.max(inside.inherited);
    }
}

struct Expansion<'a, 'input> {
    ids: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    /// What style sheets refer to, by the class, id or name of the selected elements.
    styled: HashMap<&'a str, Vec<&'a str>>,
    /// Attributes that style sheets may add to an element.
    declared: usize,
    /// `None` while it is being computed.
    sizes: HashMap<NodeId, Option<Size>>,
}

/// Stands for every element in `styled`.
const ANY: &str = "*";
/// The maximum number of attributes that style sheets can set.
const MAX_DECLARED: usize = 64;

impl<'a, 'input> Expansion<'a, 'input> {
    fn of(document: &'a Document<'input>, css: &'a str) -> Self {
        let mut ids = HashMap::<_, Vec<_>>::new();
        for node in document.descendants() {
            for id in node.attributes().filter(|attribute| attribute.name() == "id") {
                ids.entry(id.value()).or_default().push(node);
            }
        }
        let mut styled = HashMap::<_, Vec<_>>::new();
        for rule in css.split('}') {
            let (selectors, declarations) = rule.rsplit_once('{').unwrap_or_default();
            for target in url_ids(declarations) {
                for word in selectors.split(',').flat_map(subject_words) {
                    styled.entry(word).or_default().push(target);
                }
            }
        }
        let declared = css.matches(':').count().min(MAX_DECLARED);
        Self { ids, styled, declared, sizes: HashMap::new() }
    }

    /// The size of an element at this depth, with everything in it and everything it refers to.
    fn size(&mut self, node: Node<'a, 'input>, depth: usize) -> Result<Size, LogoError> {
        if depth > MAX_DEPTH {
            return Err(LogoError::TooElaborate);
        }
        match self.sizes.insert(node.id(), None) {
            None => {}
            // It contains itself.
            Some(None) => return Err(LogoError::TooElaborate),
            Some(Some(size)) => {
                self.sizes.insert(node.id(), Some(size));
                let fits = depth + size.depth <= MAX_DEPTH;
                return if fits { Ok(size) } else { Err(LogoError::TooElaborate) };
            }
        }
        let mut size = Size { bytes: ELEMENT_BYTES, elements: 1, ..Size::default() };
        let mut own = self.declared;
        for attribute in node.attributes() {
            let length = attribute.value().len();
            let is_path = matches!(attribute.name(), "d" | "points");
            size.bytes += ATTRIBUTE_BYTES + if is_path { PATH_FACTOR * length } else { length };
            own += if is_path { 1 } else { 1 + length / 8 };
        }
        for target in self.targets(node) {
            if target.tag_name().name() == "marker" {
                return Err(LogoError::TooElaborate);
            }
            let inside = self.size(target, depth + 1)?;
            size.add(inside);
            if size.bytes > MAX_BYTES {
                return Err(LogoError::TooElaborate);
            }
        }
        let mut stops = 0;
        for child in node.children() {
            if child.is_element() {
                let inside = self.size(child, depth + 1)?;
                size.add(inside);
                stops += usize::from(child.tag_name().name() == "stop");
            } else {
                size.bytes += child.text().map_or(0, str::len);
            }
        }
        if stops > MAX_STOPS || size.bytes > MAX_BYTES {
            return Err(LogoError::TooElaborate);
        }
        size.inherited = size.inherited.saturating_add(own);
        self.sizes.insert(node.id(), Some(size));
        Ok(size)
    }

    /// What an element refers to by its attributes and by style sheets. If an id occurs twice, both count.
    fn targets(&self, node: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
        const COPIES: [&str; 8] =
            ["use", "linearGradient", "radialGradient", "pattern", "filter", "feImage", "tref", "textPath"];
        let name = node.tag_name().name();
        let mut targets: Vec<&str> = Vec::new();
        let mut words = vec![ANY, name];
        for attribute in node.attributes() {
            match attribute.name() {
                "href" if COPIES.contains(&name) => {
                    targets.extend(attribute.value().trim().strip_prefix('#'));
                }
                "class" | "id" => words.extend(attribute.value().split_whitespace()),
                _ => targets.extend(url_ids(attribute.value())),
            }
        }
        targets.extend(words.iter().filter_map(|word| self.styled.get(word)).flatten());
        targets.iter().filter_map(|id| self.ids.get(id)).flatten().copied().collect()
    }
}

/// The words of a selector's last part, of which a selected element has at least one; `ANY` if there is none.
fn subject_words(selector: &str) -> Vec<&str> {
    let last = selector.split([' ', '\t', '\n', '\r', '\x0C', '>', '+', '~']).rfind(|part| !part.is_empty());
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-') || !c.is_ascii();
    // Attribute selectors and pseudo-classes do not matter here.
    let named = last.unwrap_or_default().split(['[', ':']).next().unwrap_or_default();
    let words: Vec<_> = named.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { vec![ANY] } else { words }
}

/// The ids in `url(#id)`, however many, with or without quotes.
fn url_ids(value: &str) -> impl Iterator<Item = &str> {
    let inside = value.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    inside.filter_map(|address| {
        address.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'').strip_prefix('#')
    })
}
