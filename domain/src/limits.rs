//! Every limit, once, with its reason.

use core::time::Duration;

/// Longest space id: short enough for a URL segment and a key prefix.
pub const SPACE_MAX_BYTES: usize = 40;
/// Longest name of an entry, in characters: one line on a page.
pub const NAME_MAX_CHARS: usize = 128;
/// Longest key of any object: what S3 allows.
pub const KEY_MAX_BYTES: usize = 1024;
/// Longest key that we make ourselves: every path component stays within the 255 bytes of common file systems.
pub const OWN_KEY_MAX_BYTES: usize = 200;
/// Longest request id: room for a UUID or a hash in hexadecimal.
pub const REQUEST_ID_MAX_BYTES: usize = 64;
/// Largest body of an API call: the longest text, escaped, fits many times.
pub const REQUEST_BODY_MAX_BYTES: usize = 64 * 1024;
/// Largest body of a form: a text that is far too long for a code still comes back to the person who pasted it.
pub const FORM_BODY_MAX_BYTES: usize = 256 * 1024;
/// Largest picture that is read in search of a code: what an upload may weigh.
pub const PICTURE_MAX_BYTES: u64 = 25 * 1024 * 1024;
/// Largest file that is taken for a logo: a photo of a phone is larger, any drawing smaller.
pub const LOGO_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Entries on a page, unless asked otherwise.
pub const PAGE_DEFAULT_ENTRIES: u32 = 24;
/// Most entries on a page.
pub const PAGE_MAX_ENTRIES: u32 = 200;
/// Event streams that one instance serves at once.
pub const STREAMS_MAX: usize = 10_000;
/// Saves that may wait for the next commit in one space; past it the answer is 503 with Retry-After.
pub const PUBLISH_QUEUE_MAX: usize = 1024;
/// Mutations in one commit: enough to share a flush of the disk. A catalog may hold fewer at once.
pub const COMMIT_MAX_MUTATIONS: usize = 33;
/// Our own keys are adopted by reconciliation only when older than this: longer than any commit may take.
pub const ADOPTION_AGE: Duration = Duration::from_secs(60);
/// How long a removed entry can be restored.
pub const TOMBSTONE_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a request id is remembered: longer than a phone is offline over a weekend.
pub const REQUEST_ID_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Changes that the log keeps: an event stream that is further behind loads the listing again.
pub const LOG_MAX_CHANGES: u64 = 100_000;
/// Encoded changes that an instance keeps in memory for its event streams.
pub const FEED_RING_CHANGES: usize = 1024;
/// Time between two beats of an event stream.
pub const BEAT_INTERVAL: Duration = Duration::from_secs(10);
/// A page that hears nothing for so long reconnects: two beats and some.
pub const SILENCE_MAX: Duration = Duration::from_secs(25);

/// Ids, seqs, revisions and sizes stay below it: JavaScript reads them exactly.
pub const NUMBERS_BELOW: u64 = 1 << 53;
/// Ids and seqs that come from elsewhere stay below it: as many again are left for what is saved afterwards.
pub const IMPORTED_NUMBERS_BELOW: u64 = NUMBERS_BELOW / 2;
/// Longest value: what the largest symbol holds, each byte of it up to three of UTF-8.
pub const VALUE_MAX_BYTES: usize = 2953 * 3;
/// Values of a file: as many codes as are read in one picture.
pub const VALUES_MAX: usize = 64;
/// All values of a file together, as they are written in JSON: 64 codes of 384 bytes, and always one of the longest. An
/// entry lies in memory, in the log and in every event that tells of it, and is one line of an export.
pub const VALUES_MAX_BYTES: usize = 24 * 1024;
/// Longest text of a look: several times the one with a logo and the longest caption.
pub const LOOK_MAX_BYTES: usize = 4096;
/// Reasons of a score, and the longest: there are a handful, each a sentence.
pub const REASONS_MAX: usize = 32;
/// Longest reason of a score.
pub const REASON_MAX_BYTES: usize = 1024;
/// Longest etag of any bucket: those of S3 have some 40 bytes.
pub const ETAG_MAX_BYTES: usize = 1024;
/// Labels of an entry: more than anybody reads.
pub const LABELS_MAX: usize = 50;
/// Longest name of a label, in characters: a few words.
pub const LABEL_NAME_MAX_CHARS: usize = 64;
