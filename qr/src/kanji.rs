//! temporary
pub(crate) fn encode(_c: char) -> Option<u16> {
    None
}
pub(crate) fn decode(_v: u16) -> Option<char> {
    None
}
pub(crate) fn compacted(_b: [u8; 2]) -> Option<u16> {
    None
}
