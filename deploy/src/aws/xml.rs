//! Reads the XML of the query protocol: elements by their names, whatever their namespace.

use roxmltree::{Document, Node};

use crate::error::DeployError;

/// Reads an answer.
pub(super) fn read<T>(
    action: &str,
    xml: &str,
    read: impl FnOnce(Node<'_, '_>) -> Option<T>,
) -> Result<T, DeployError> {
    let document = Document::parse(xml).ok();
    let value = document.as_ref().and_then(|document| read(document.root_element()));
    value.ok_or_else(|| DeployError::Unreadable(action.to_owned()))
}

/// The first element of this name, at any depth.
pub(super) fn find<'a, 'b>(node: Node<'a, 'b>, name: &str) -> Option<Node<'a, 'b>> {
    node.descendants().find(|node| node.tag_name().name() == name)
}

/// The text of a child; empty if there is none.
pub(super) fn text(node: Node<'_, '_>, name: &str) -> String {
    let child = node.children().find(|child| child.tag_name().name() == name);
    child.and_then(|child| child.text()).unwrap_or_default().trim().to_owned()
}

/// The members of a list.
pub(super) fn members<'a, 'b>(node: Node<'a, 'b>, name: &str) -> Vec<Node<'a, 'b>> {
    let list = find(node, name);
    list.into_iter().flat_map(|list| list.children().filter(Node::is_element)).collect()
}
