//! The error of the server functions: a `Failure` that the crate `server_fn` accepts.

use core::convert::Infallible;
use core::str::Utf8Error;

use domain::Failure;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

/// Why a server function refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Failure);

impl FromServerFnError for Refused {
    type Encoder = Sentence;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(Failure::new(error.to_string()))
    }
}

/// The form of a refusal that `server_fn` requires. No client sees it: `server` answers refusals itself, with their
/// status, as JSON or as the page with everything that was typed.
pub struct Sentence;

impl ContentType for Sentence {
    const CONTENT_TYPE: &'static str = "text/plain";
}

impl FormatType for Sentence {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<Refused> for Sentence {
    type Error = Infallible;

    fn encode(refused: &Refused) -> Result<Bytes, Infallible> {
        Ok(refused.0.error.clone().into())
    }
}

impl Decodes<Refused> for Sentence {
    type Error = Utf8Error;

    fn decode(bytes: Bytes) -> Result<Refused, Utf8Error> {
        Ok(Refused(Failure::new(core::str::from_utf8(&bytes)?)))
    }
}
