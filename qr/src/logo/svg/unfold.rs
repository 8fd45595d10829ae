//! How large an SVG becomes once everything that refers to something else has its own copy of it, added up before that is
//! done: a chain of `use` elements, masks or styles doubles at each link. Not here: what drawing it takes (`cost`).

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::scan::DEEPEST;
use crate::logo::error::LogoError;

/// Bytes of all elements unfolded, as counted by `ELEMENT` and `ATTRIBUTE`.
const BYTES: usize = 8 * 1024 * 1024;
/// What an element and an attribute take besides their texts.
const ELEMENT: usize = 256;
const ATTRIBUTE: usize = 64;
/// Paths and lists of points take more than their text: each number is stroked to see how far it reaches.
const PATH: usize = 4;
/// Bytes of style sheets, for each element: each is held against each rule.
const STYLED_BYTES: usize = 64 * 1024 * 1024;
/// Attributes that may be inherited, for each element: each is looked for in all elements around it.
const INHERITED: usize = 10_000_000;
/// Elements that are tried for all the parts of all selectors (`a b c`), for each element.
const TRIED: usize = 20_000_000;
/// Stops of a gradient: each pixel is held against each.
const STOPS: usize = 256;

/// Refuses what would unfold to more than a drawing needs.
pub(super) fn check(document: &Document<'_>) -> Result<(), LogoError> {
    let css = without_comments(&styles(document).collect::<String>());
    let mut unfolding = Unfolding::of(document, &css);
    let all = unfolding.size(document.root_element(), 0)?;
    let tried = css.split('{').map(|before| tries(before, all.depth)).fold(0_usize, usize::saturating_add);
    let is_small = all.bytes <= BYTES
        && all.elements.saturating_mul(css.len()) <= STYLED_BYTES
        && all.elements.saturating_mul(all.inherited) <= INHERITED
        && all.elements.saturating_mul(tried) <= TRIED;
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

/// Elements that are tried at most for the selector at the end of this part of a style sheet: for each descendant
/// combinator all ancestors of each that fitted.
fn tries(before: &str, depth: usize) -> usize {
    let selectors = before.rsplit('}').next().unwrap_or_default();
    let parts = selectors.split(',').map(|selector| selector.split_whitespace().count());
    let all = |parts: usize| (1..parts).fold(1_usize, |tries, _| tries.saturating_mul(depth));
    parts.map(all).fold(0, usize::saturating_add)
}

/// What an element is, unfolded.
#[derive(Clone, Copy, Default)]
struct Size {
    bytes: usize,
    elements: usize,
    /// Elements within each other.
    depth: usize,
    /// Attributes, long ones several times, of elements within each other.
    inherited: usize,
}

impl Size {
    /// With something inside.
    fn add(&mut self, inside: Self) {
        self.bytes = self.bytes.saturating_add(inside.bytes);
        self.elements = self.elements.saturating_add(inside.elements);
        self.depth = self.depth.max(inside.depth + 1);
        self.inherited = self.inherited.max(inside.inherited);
    }
}

struct Unfolding<'a, 'input> {
    ids: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    /// What style sheets refer to, by a class, an id or a name of the elements that do.
    styled: HashMap<&'a str, Vec<&'a str>>,
    /// Attributes that style sheets may add to an element.
    declared: usize,
    /// None while it is being worked out.
    sizes: HashMap<NodeId, Option<Size>>,
}

/// Stands for every element in `styled`.
const ANY: &str = "*";
/// Attributes that style sheets can set, at most.
const DECLARED: usize = 64;

impl<'a, 'input> Unfolding<'a, 'input> {
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
            for target in addresses(declarations) {
                for word in selectors.split(',').flat_map(subject) {
                    styled.entry(word).or_default().push(target);
                }
            }
        }
        let declared = css.matches(':').count().min(DECLARED);
        Self { ids, styled, declared, sizes: HashMap::new() }
    }

    /// An element with all that is in it and that it refers to, so many elements deep.
    fn size(&mut self, node: Node<'a, 'input>, depth: usize) -> Result<Size, LogoError> {
        if depth > DEEPEST {
            return Err(LogoError::TooElaborate);
        }
        match self.sizes.insert(node.id(), None) {
            None => {}
            // It has itself in it.
            Some(None) => return Err(LogoError::TooElaborate),
            Some(Some(size)) => {
                self.sizes.insert(node.id(), Some(size));
                let fits = depth + size.depth <= DEEPEST;
                return if fits { Ok(size) } else { Err(LogoError::TooElaborate) };
            }
        }
        let mut size = Size { bytes: ELEMENT, elements: 1, ..Size::default() };
        let mut own = self.declared;
        for attribute in node.attributes() {
            let length = attribute.value().len();
            let is_path = matches!(attribute.name(), "d" | "points");
            size.bytes += ATTRIBUTE + if is_path { PATH * length } else { length };
            own += if is_path { 1 } else { 1 + length / 8 };
        }
        for target in self.targets(node) {
            if target.tag_name().name() == "marker" {
                return Err(LogoError::TooElaborate);
            }
            let inside = self.size(target, depth + 1)?;
            size.add(inside);
            if size.bytes > BYTES {
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
        if stops > STOPS || size.bytes > BYTES {
            return Err(LogoError::TooElaborate);
        }
        size.inherited = size.inherited.saturating_add(own);
        self.sizes.insert(node.id(), Some(size));
        Ok(size)
    }

    /// What an element refers to by its attributes and by style sheets. Of an id given twice all count.
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
                _ => targets.extend(addresses(attribute.value())),
            }
        }
        targets.extend(words.iter().filter_map(|word| self.styled.get(word)).flatten());
        targets.iter().filter_map(|id| self.ids.get(id)).flatten().copied().collect()
    }
}

/// The words of which an element that a selector selects has one: its last part's, or none in particular.
fn subject(selector: &str) -> Vec<&str> {
    let last = selector.split([' ', '\t', '\n', '\r', '\x0C', '>', '+', '~']).rfind(|part| !part.is_empty());
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-') || !c.is_ascii();
    // What stands in brackets or after a colon says nothing of these words.
    let named = last.unwrap_or_default().split(['[', ':']).next().unwrap_or_default();
    let words: Vec<_> = named.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { vec![ANY] } else { words }
}

/// The ids in `url(#id)`, however often, with or without quotes.
fn addresses(value: &str) -> impl Iterator<Item = &str> {
    let inside = value.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    inside.filter_map(|address| {
        address.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'').strip_prefix('#')
    })
}
