//! A file as a `data:` URI in base64 (RFC 2397).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The `data:` URI of these bytes; `media_type` is for example `image/png`.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    let mut uri = format!("data:{media_type};base64,");
    STANDARD.encode_string(bytes, &mut uri);
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_the_examples_of_rfc_4648() {
        assert_eq!(data_uri("text/plain", b"foobar"), "data:text/plain;base64,Zm9vYmFy");
        assert_eq!(data_uri("text/plain", b"fooba"), "data:text/plain;base64,Zm9vYmE=");
    }
}
