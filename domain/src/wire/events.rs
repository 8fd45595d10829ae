//! The messages of an event stream besides changes.

use crate::Seq;

wire! {
    /// The first event of a stream.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Hello {
        /// The newest seq of the space.
        pub seq: Seq,
        /// Identifies the build of the program.
        pub build: String,
        /// For how long the catalog has not answered, so that changes may be missing.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names; omitted if there are none.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub unnamed_files: Option<u64>,
        /// Why nothing can be saved until somebody repairs the storage, in a sentence; omitted if nothing is wrong.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub fault: Option<String>,
    }
}

wire! {
    /// The regular report on the state of the server.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Beat {
        /// For how long the catalog has not answered, so that changes may be missing.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names; omitted if there are none.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub unnamed_files: Option<u64>,
        /// Why nothing can be saved until somebody repairs the storage, in a sentence; omitted if nothing is wrong.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub fault: Option<String>,
    }
}
