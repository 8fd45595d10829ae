//! Every limit, with its reason.

use core::time::Duration;

/// Maximum length of a space id: short enough for a URL segment and a key prefix.
pub const SPACE_MAX_BYTES: usize = 40;
/// Maximum length of an entry's name, in characters: one line on a page.
pub const NAME_MAX_CHARS: usize = 128;
/// Maximum length of any object's key: S3's limit.
pub const KEY_MAX_BYTES: usize = 1024;
/// Maximum length of our own keys: every path component stays within the 255 bytes of common file systems.
pub const OWN_KEY_MAX_BYTES: usize = 200;
/// Maximum length of a request id: room for a UUID or a hash in hexadecimal.
pub const REQUEST_ID_MAX_BYTES: usize = 64;
/// Maximum body of an API call: the longest text, escaped, fits many times.
pub const REQUEST_BODY_MAX_BYTES: usize = 64 * 1024;
/// Maximum body of a form: a text that is far too long for a code is still returned to the user who pasted it.
pub const FORM_BODY_MAX_BYTES: usize = 256 * 1024;
/// Maximum size of a picture that is searched for codes.
pub const PICTURE_MAX_BYTES: u64 = 25 * 1024 * 1024;
/// Maximum size of a logo file: less than a phone's photo, more than any drawing.
pub const LOGO_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Default number of entries on a page.
pub const PAGE_DEFAULT_ENTRIES: u32 = 24;
/// Labels of one sheet: as many as codes are made in one request.
pub const SHEET_MAX_LABELS: u64 = 10_000;
/// Maximum number of entries on a page.
pub const PAGE_MAX_ENTRIES: u32 = 200;
/// Maximum length of a search, in characters: a line.
pub const SEARCH_MAX_CHARS: usize = 256;
/// Words of a search: each is looked for in every entry that has the others.
pub const SEARCH_MAX_WORDS: usize = 16;
/// Event streams that one instance serves at once.
pub const STREAMS_MAX: usize = 10_000;
/// Saves that may wait for the next commit in one space; beyond it the answer is 503 with Retry-After.
pub const PUBLISH_QUEUE_MAX: usize = 1024;
/// Mutations in one commit: enough to share a disk flush. A catalog may allow fewer.
pub const COMMIT_MAX_MUTATIONS: usize = 33;
/// Reconciliation adopts our own keys only when they are older than this: longer than any commit may take.
pub const ADOPTION_AGE: Duration = Duration::from_secs(60);
/// How long a removed entry can be restored.
pub const TOMBSTONE_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a request id is remembered: longer than a phone is offline over a weekend.
pub const REQUEST_ID_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Changes that the log keeps: an event stream that is further behind reloads the listing.
pub const LOG_MAX_CHANGES: u64 = 100_000;
/// Encoded changes that an instance keeps in memory for its event streams.
pub const FEED_RING_CHANGES: usize = 1024;
/// The interval between two looks of a page where event streams end at once (functions).
pub const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// Time between two beats of an event stream.
pub const BEAT_INTERVAL: Duration = Duration::from_secs(10);
/// A page that receives nothing for this long reconnects: two beats and a margin.
pub const SILENCE_MAX: Duration = Duration::from_secs(25);

/// Ids, seqs, revisions and sizes stay below this, so that JavaScript represents them exactly.
pub const NUMBERS_BELOW: u64 = 1 << 53;
/// Imported ids and seqs stay below this, which leaves as many again for later saves.
pub const IMPORTED_NUMBERS_BELOW: u64 = NUMBERS_BELOW / 2;
/// Maximum length of a value: what the largest symbol holds, up to three bytes of UTF-8 for each byte.
pub const VALUE_MAX_BYTES: usize = 2953 * 3;
/// Values of a file: as many codes as are read in one picture.
pub const VALUES_MAX: usize = 64;
/// All values of a file together, as they are written in JSON: 64 codes of 384 bytes, and always one of the longest. An
/// entry lies in memory, in the log and in every event that tells of it, and is one line of an export.
pub const VALUES_MAX_BYTES: usize = 24 * 1024;
/// Maximum length of a look: several times that of one with a logo and the longest caption.
pub const LOOK_MAX_BYTES: usize = 4096;
/// Maximum number of a score's reasons: there are a handful.
pub const REASONS_MAX: usize = 32;
/// Maximum length of a reason: one sentence.
pub const REASON_MAX_BYTES: usize = 1024;
/// Maximum length of any bucket's etag: S3's have some 40 bytes.
pub const ETAG_MAX_BYTES: usize = 1024;
/// Labels of an entry: more than anybody reads.
pub const LABELS_MAX: usize = 50;
/// Longest name of a label, in characters: a few words.
pub const LABEL_NAME_MAX_CHARS: usize = 64;
/// Labels that a labeller gives a photo; the surest are kept.
pub const LABELS_FOUND_MAX: usize = 20;
/// Longest name of a labeller's model.
pub const LABEL_MODEL_MAX_BYTES: usize = 64;

/// Maximum size of an uploaded file, and of a photo that is worked on: any phone's photo, most panoramas.
pub const PHOTO_MAX_BYTES: u64 = 50 * 1024 * 1024;
/// Maximum pixels of a photo that is decoded, known from its header: some 300 MB in memory.
pub const PHOTO_MAX_PIXELS: u64 = 100_000_000;
/// Maximum width and height of a photo that is decoded.
pub const PHOTO_MAX_SIDE: u32 = 16_384;
/// Longer side of a thumbnail: twice what a row shows, for dense screens.
pub const THUMBNAIL_SIDE: u32 = 320;
/// Longer side of a view: fills a screen.
pub const VIEW_SIDE: u32 = 2048;
/// Bits in which the difference hashes of similar pictures differ, at most.
pub const SIMILAR_MAX_BITS: u32 = 4;
/// Similar pictures that a page names.
pub const SIMILAR_MAX_ENTRIES: usize = 12;
/// For how long a worker has a job to itself, unless it extends that.
pub const JOB_LEASE: Duration = Duration::from_secs(60);
/// Attempts at a photo before it fails for a reason that might pass.
pub const JOB_ATTEMPTS_MAX: u32 = 8;
/// How long a phone number is kept if no message is ever sent.
pub const PHONE_NUMBER_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Entries of each state on the page of jobs.
pub const JOBS_MAX_SHOWN: usize = 200;

/// Rows of a table from which codes are made: what a large event hands out.
pub const TABLE_MAX_ROWS: u32 = 100_000;
/// Maximum size of such a table: that of any upload.
pub const TABLE_MAX_BYTES: u64 = PHOTO_MAX_BYTES;
/// Maximum length of a row: the longest text in quotation marks, with a look and labels, many times.
pub const TABLE_ROW_MAX_BYTES: usize = 64 * 1024;
/// Cells in a row: the five that are used, and some that are not.
pub const TABLE_MAX_COLUMNS: usize = 32;
/// Rows that are shown before codes are made of all.
pub const TABLE_ROWS_SHOWN: usize = 20;
/// Longest name of a table's file that is kept, in characters.
pub const TABLE_NAME_MAX_CHARS: usize = 100;
/// How long a table is kept, with what was made of it. Not longer than its request ids are remembered: a job that goes on
/// after a pause must find what it saved before.
pub const TABLE_AGE: Duration = REQUEST_ID_AGE;
/// Tables of a space that are kept at once.
pub const TABLES_MAX: usize = 1000;
/// Tables of a space that a page lists.
pub const TABLES_MAX_SHOWN: usize = 20;
