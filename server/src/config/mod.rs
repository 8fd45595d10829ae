//! The configuration, one file per concern. Unset means the default; an invalid value is an error that names the
//! option, its value and what would be valid. Every option is also an environment variable.

mod downloads;
mod labeller;
mod listen;
mod log;
mod names;
mod notices;
mod setup;
mod storage;
mod times;
mod worker;

pub use downloads::{DownloadArgs, Downloads};
pub use labeller::{LabellerArgs, LabellerChoice, UnknownLabel};
pub use listen::{AddressArgs, ListenArgs, ListenError};
pub use log::{LogArgs, LogFormat};
pub use names::{AllowedHost, BasePath, BasePathArgs, NameArgs};
pub use notices::{Form, NoticeArgs, NoticeError, Notifier, NotifierArgs, NotifierChoice};
pub use setup::SetupArgs;
pub use storage::{AwsArgs, BucketChoice, CatalogChoice, JobsChoice, Stack, StackError, StorageArgs};
pub use times::TimeArgs;
pub use worker::WorkerArgs;
