//! A file as an address: `data:` and base64 (RFC 2397).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The address that holds these bytes; `media_type` is one like `image/png`.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    let mut uri = format!("data:{media_type};base64,");
    STANDARD.encode_string(bytes, &mut uri);
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_rfc_4648() {
        assert_eq!(data_uri("text/plain", b"foobar"), "data:text/plain;base64,Zm9vYmFy");
        assert_eq!(data_uri("text/plain", b"fooba"), "data:text/plain;base64,Zm9vYmE=");
    }
}
