//! What an event stream says besides changes.

use crate::Seq;

wire! {
    /// The first event of a stream.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Hello {
        /// The newest seq of the space.
        pub seq: Seq,
        /// Identifies the program's build.
        pub build: String,
        /// For how long the catalog has not answered, so that changes may be missing.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names; not said where there are none.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub unnamed_files: Option<u64>,
    }
}

wire! {
    /// Says now and then that all is well, or what is not.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Beat {
        /// For how long the catalog has not answered, so that changes may be missing.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names; not said where there are none.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub unnamed_files: Option<u64>,
    }
}
