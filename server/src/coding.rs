//! Content codings (RFC 9110, 8.4): which of ours a client prefers.

use axum::extract::Request;
use axum::http::{HeaderValue, header};

/// The middleware that reduces `Accept-Encoding` to the coding that we choose. A client may refuse all of ours, even
/// `identity`: it is answered uncompressed. The compression further in would answer 406, after the handler has done
/// its work.
pub(crate) async fn choose_coding(mut request: Request) -> Request {
    let headers = request.headers_mut();
    let accepted: Vec<_> =
        headers.get_all(header::ACCEPT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    if !accepted.is_empty() {
        let accepted = HeaderValue::from_bytes(&accepted.join(&b", "[..])).ok();
        let chosen = Coding::preferred(accepted.as_ref(), |_| true);
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(chosen.as_str()));
    }
    request
}

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Brotli,
}

impl Coding {
    /// The coding that the client prefers (RFC 9110, 12.5.3); of equally preferred ones, the smallest. `Identity` is
    /// always possible.
    pub(crate) fn preferred(accept: Option<&HeaderValue>, has: impl Fn(Self) -> bool) -> Self {
        let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::Identity, weight(accept, Self::Identity).unwrap_or(0));
        for coding in [Self::Gzip, Self::Brotli] {
            let weight = weight(accept, coding).unwrap_or(0);
            if has(coding) && weight > 0 && weight >= best.1 {
                best = (coding, weight);
            }
        }
        best.0
    }

    /// Its name in headers.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

/// The client's preference for a coding, in thousandths; `None` if it does not mention it.
fn weight(accept: &str, coding: Coding) -> Option<u32> {
    let weights = accept.split(',').map(|part| {
        let (name, parameter) = part.split_once(';').unwrap_or((part, "q=1"));
        let value = parameter.trim().trim_start_matches(['q', 'Q', '=']).parse().unwrap_or(1.0f32);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let thousandths = (value.clamp(0.0, 1.0) * 1000.0) as u32;
        (name.trim(), thousandths)
    });
    let find = |wanted: &str| weights.clone().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    find(coding.as_str()).or_else(|| find("*")).map(|(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferred_coding_is_chosen() {
        for (accept, coding) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip", Coding::Gzip),
            ("GZIP;q=0.5", Coding::Gzip),
            ("br;q=0, gzip", Coding::Gzip),
            ("br;Q=0, gzip", Coding::Gzip),
            ("identity;q=0", Coding::Identity),
            ("identity;q=0, gzip", Coding::Gzip),
            ("br;q=0.1, gzip;q=0.9", Coding::Gzip),
            ("*", Coding::Brotli),
            ("*;q=0", Coding::Identity),
            ("br;q=0,gzip;q=0", Coding::Identity),
            ("identity;q=1, br;q=0.5", Coding::Identity),
            ("deflate", Coding::Identity),
            ("", Coding::Identity),
        ] {
            let accept = HeaderValue::from_static(accept);
            assert_eq!(Coding::preferred(Some(&accept), |_| true), coding, "{accept:?}");
        }
        assert_eq!(Coding::preferred(None, |_| true), Coding::Identity);
        let accept = HeaderValue::from_static("br, gzip");
        assert_eq!(Coding::preferred(Some(&accept), |coding| coding != Coding::Brotli), Coding::Gzip);
    }
}
