//! The kinds of errors, one for each status: what they are called, and what they mean. Not here: which error a request
//! has (`problem`).

use axum::http::StatusCode;

/// A kind of error.
pub(crate) struct ProblemKind {
    pub(crate) status: StatusCode,
    /// Its name in `type`.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// When it happens, and what to do.
    pub(crate) words: &'static str,
}

/// All of them: one for each status, so that a program can go by either.
pub(crate) const KINDS: [ProblemKind; 16] = [
    kind(
        StatusCode::BAD_REQUEST,
        "invalid",
        "Invalid request",
        "The request cannot be understood: a field, a parameter or a header is missing or has a value that it cannot have. Correct it; the same request will fail again.",
    ),
    kind(
        StatusCode::FORBIDDEN,
        "refused",
        "Refused",
        "A page of another site tried to write. Programs are not affected.",
    ),
    kind(
        StatusCode::NOT_FOUND,
        "not-found",
        "Not found",
        "There is no such entry, file or address, or the entry was deleted permanently.",
    ),
    kind(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        "Not supported here",
        "The address exists, but not with this method: the header `Allow` names those that it has.",
    ),
    kind(
        StatusCode::REQUEST_TIMEOUT,
        "too-slow",
        "Too slow",
        "The request stopped arriving. Send it again, with the same `Idempotency-Key`.",
    ),
    kind(
        StatusCode::CONFLICT,
        "conflict",
        "Conflict",
        "The `Idempotency-Key` was used for another request, or the entry is in another state than the request needs, such as one to be deleted permanently that is not removed yet.",
    ),
    kind(
        StatusCode::GONE,
        "removed",
        "Removed",
        "The entry is removed, or something deleted its object. For seven days a removed one can be restored.",
    ),
    kind(
        StatusCode::PRECONDITION_FAILED,
        "changed",
        "Changed in the meantime",
        "Someone else changed it first: its `ETag` is no longer the one in `If-Match`. Load it again, then decide.",
    ),
    kind(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "Too large",
        "The body is larger than allowed: 64 KiB for JSON and for each line of JSON lines, 50 MiB for a file, 2 MiB for a logo.",
    ),
    kind(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        "Wrong media type",
        "The `Content-Type` is not the one that this address takes, or the body is compressed.",
    ),
    kind(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range",
        "No such range",
        "The file is shorter than the range that was asked for.",
    ),
    kind(
        StatusCode::MISDIRECTED_REQUEST,
        "misdirected",
        "Wrong address",
        "The server does not answer to the name in the header `Host`: its operator allows names with `--allowed-host`.",
    ),
    kind(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unprocessable",
        "Cannot be made",
        "The request is understood, but what it asks for cannot be made: a text too long for a code, a look that does not scan, a file that is empty. The detail says why; `field` names the member.",
    ),
    kind(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong",
        "A fault of the server, or a damaged catalog. The operator finds details in the log under the request id.",
    ),
    kind(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "Temporarily unavailable",
        "The server is busy, is stopping, or cannot reach its storage. Try again after the seconds in `Retry-After`, with the same `Idempotency-Key`.",
    ),
    kind(
        StatusCode::INSUFFICIENT_STORAGE,
        "storage-full",
        "Disk full",
        "The disk of the server is full; nothing was saved. Its operator must free some space.",
    ),
];

const fn kind(
    status: StatusCode,
    name: &'static str,
    title: &'static str,
    words: &'static str,
) -> ProblemKind {
    ProblemKind { status, name, title, words }
}

/// The kind of an error with this status.
pub(crate) fn kind_of(status: StatusCode) -> &'static ProblemKind {
    let known = KINDS.iter().find(|kind| kind.status == status);
    let general =
        if status.is_server_error() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST };
    known.unwrap_or_else(|| kind_of(general))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_kind_of_error_has_its_own_name_and_status() {
        let names: BTreeSet<_> = KINDS.iter().map(|kind| kind.name).collect();
        let statuses: BTreeSet<_> = KINDS.iter().map(|kind| kind.status.as_u16()).collect();
        assert_eq!((names.len(), statuses.len()), (KINDS.len(), KINDS.len()));
        assert!(KINDS.iter().all(|kind| kind.words.ends_with('.')));
        assert_eq!(kind_of(StatusCode::IM_A_TEAPOT).name, "invalid");
        assert_eq!(kind_of(StatusCode::GATEWAY_TIMEOUT).name, "internal");
    }
}
