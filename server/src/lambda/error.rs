//! Why an event is not answered. The call fails, and the function's log says so.

/// An event that is none of those that the templates send.
#[derive(Debug, thiserror::Error)]
#[error(
    "this event is neither a gateway's request, nor a device's, nor messages of a queue, nor the schedule's"
)]
pub(crate) struct UnknownEvent;

/// Why a call fails as a whole, so that it is repeated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FunctionError {
    #[error(transparent)]
    Unknown(#[from] UnknownEvent),
    #[error("the bucket could not be compared with the catalog")]
    Reconcile(#[source] gallery::GalleryError),
}
