//! `qrate watch`: prints each change of a space, without a gap, however often the connection is lost. Not here: the
//! form of the stream (`events`).

use std::sync::Arc;
use std::time::Duration;

use domain::limits::SILENCE_MAX;
use hyper::StatusCode;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{Api, Call, Change, Listing, Path, ServerArgs, Trouble, backoff, read};
use crate::console::{Colour, Console};
use crate::events::{Event, Parser};
use crate::failure::Failure;
use crate::shown::{json_line, visible};
use crate::table::cut;

/// The arguments of `watch`.
#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// Print the changes after this one first, as far as the server still has them.
    #[arg(long, value_name = "SEQ")]
    after: Option<u64>,
    /// End after this many changes.
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Print each change as a line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArgs,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const EVENT_STREAM: &str = "text/event-stream";

/// Pauses before the connection is tried again: at first, unless the server says otherwise, and at last.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_LONGEST: Duration = Duration::from_secs(30);
/// How often it is asked whether somebody still reads the output, when nothing happens.
const READER_EVERY: Duration = Duration::from_secs(1);

/// Where the watch is.
struct Watch<'a> {
    args: &'a WatchArgs,
    api: Arc<Api>,
    console: &'a Console,
    /// The last change that was printed, or from where on they are.
    seq: u64,
    printed: u64,
    /// Whether the server ever answered, and whether it was said that it no longer does.
    was_connected: bool,
    is_lost: bool,
    /// Attempts since the last event.
    attempts: u32,
    pause_first: Duration,
}

/// How a connection ended.
enum End {
    /// All that was asked for is printed.
    Done,
    /// The server ended it, or said to come back.
    Again,
}

pub(super) async fn watch(args: WatchArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let seq = match args.after {
        Some(seq) => seq,
        None => newest(&api).await?,
    };
    console.hint(&format!("watching {}: Ctrl-C ends", api.place()));
    let mut watch = Watch {
        args: &args,
        api,
        console,
        seq,
        printed: 0,
        was_connected: args.after.is_none(),
        is_lost: false,
        attempts: 0,
        pause_first: PAUSE_FIRST,
    };
    tokio::select! {
        done = watch.run() => done,
        () = reader_left(console) => Ok(()),
    }
}

/// Waits until nobody reads the output any more.
async fn reader_left(console: &Console) {
    while !console.reader_left() {
        tokio::time::sleep(READER_EVERY).await;
    }
}

/// The newest change of the space.
async fn newest(api: &Api) -> Result<u64, Failure> {
    let listing = api.json(&Call::get(api.in_space(&Path::new("entries").with("limit", &1)))).await?;
    read::<Listing>(&listing).map(|listing| listing.seq)
}

impl Watch<'_> {
    async fn run(&mut self) -> Result<(), Failure> {
        let mut repeats = self.api.repeats();
        loop {
            let mut asked_for = Duration::ZERO;
            match self.follow().await {
                Ok(End::Done) => return Ok(()),
                Ok(End::Again) => {}
                Err(Trouble::Final(failure)) => return Err(failure),
                Err(trouble @ Trouble::Passing(..)) if !self.was_connected => {
                    tokio::time::sleep(repeats.next(trouble)?).await;
                    continue;
                }
                Err(Trouble::Passing(failure, wanted)) => {
                    self.lost(&failure);
                    asked_for = wanted.unwrap_or_default().min(PAUSE_LONGEST);
                }
            }
            self.attempts += 1;
            let pause = backoff(self.attempts, self.pause_first, PAUSE_LONGEST).max(asked_for);
            tokio::time::sleep(pause).await;
        }
    }

    /// Says once that the server is away.
    fn lost(&mut self, failure: &Failure) {
        if let Failure::Said { sentence, .. } = failure
            && !std::mem::replace(&mut self.is_lost, true)
        {
            self.console.note(&format!("{sentence} Trying again; changes meanwhile will follow."));
        }
    }

    /// Prints what comes until the connection ends.
    async fn follow(&mut self) -> Result<End, Trouble> {
        let path = Path::new("events").with("after", &self.seq);
        let call = Call::get(self.api.in_space(&path))
            .with(ACCEPT, HeaderValue::from_static(EVENT_STREAM))
            .with(LAST_EVENT_ID, HeaderValue::from(self.seq));
        let mut stream = self.api.once(&call).await?;
        let content_type = stream.header(CONTENT_TYPE).unwrap_or_default();
        if stream.status() != StatusCode::OK || !content_type.starts_with(EVENT_STREAM) {
            return Err(Trouble::Final(Failure::other(
                "The server answered with something that is no event stream.",
            )));
        }
        let mut parser = Parser::default();
        while let Some(bytes) = stream.next_within(SILENCE_MAX).await? {
            let too_long = |_| Trouble::Final(Failure::other("The server sent an endless line."));
            for event in parser.feed(&bytes).map_err(too_long)? {
                if let Some(end) = self.event(&event).await? {
                    return Ok(end);
                }
            }
            self.pause_first = parser.retry_ms.map_or(self.pause_first, Duration::from_millis);
        }
        Ok(End::Again)
    }

    async fn event(&mut self, event: &Event) -> Result<Option<End>, Trouble> {
        self.was_connected = true;
        self.attempts = 0;
        if std::mem::take(&mut self.is_lost) {
            self.console.note("Connected again.");
        }
        match &*event.name {
            "change" => self.change(&event.data).map_err(Trouble::Final),
            "reset" => self.reset().await.map(Some),
            // The greeting, a sign of life, or something of a later version.
            _ => Ok(None),
        }
    }

    fn change(&mut self, data: &str) -> Result<Option<End>, Failure> {
        let unreadable = |_| Failure::other("The server sent a change that cannot be read.");
        let value: Value = serde_json::from_str(data).map_err(unreadable)?;
        let change = Change::deserialize(&value).map_err(unreadable)?;
        // Known already: a stream may begin a little earlier.
        if change.seq <= self.seq {
            return Ok(None);
        }
        self.seq = change.seq;
        if self.args.json {
            self.console.line(&json_line(&value))?;
        } else {
            self.console.line(&line(&change, self.console))?;
        }
        self.printed += 1;
        Ok((Some(self.printed) == self.args.count).then_some(End::Done))
    }

    /// The server no longer has the changes that come next: says so, and goes on with those that come from now on.
    async fn reset(&mut self) -> Result<End, Trouble> {
        let newest = newest(&self.api).await.map_err(|failure| match failure.exit() {
            Some(crate::failure::Exit::Away) => Trouble::Passing(failure, None),
            _ => Trouble::Final(failure),
        })?;
        let last = std::mem::replace(&mut self.seq, newest);
        self.console.note(&format!(
            "The server no longer has the changes after {last}: qrate ls shows what there is now. Going on after \
             {newest}."
        ));
        if self.args.json {
            let line = json_line(&json!({ "kind": "reset", "seq": newest, "after": last }));
            self.console.line(&line).map_err(Trouble::Final)?;
        }
        Ok(End::Again)
    }
}

/// A change for people.
fn line(change: &Change, console: &Console) -> String {
    let Change { seq, kind, entry, .. } = change;
    let colour = match &**kind {
        "added" | "restored" => Colour::Green,
        "removed" => Colour::Red,
        "updated" => Colour::Blue,
        _ => Colour::Yellow,
    };
    let (title, content) = (visible(entry.title()), visible(entry.content()));
    let dash = if title.is_empty() || content.is_empty() { "" } else { " – " };
    let head = format!("{seq:>6}  ");
    let kind = format!("{:<8}", visible(kind));
    let rest =
        format!("  {:>7}  {:<5}  {title}{dash}{content}", format!("#{}", entry.id), visible(&entry.kind));
    let room = console.width.map_or(usize::MAX, |width| width.saturating_sub(head.len() + kind.len()));
    format!("{head}{}{}", console.coloured(colour, &kind), cut(&rest, room)).trim_end().to_owned()
}
