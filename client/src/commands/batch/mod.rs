//! `qrate add -`: each line of standard input is a code, saved through requests that are streams in both directions.
//! Each line has a key of its own, and stays in memory until it is answered: when the connection is lost, what is
//! unanswered is sent again, and nothing is saved twice.

mod stream;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::grouped;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use self::stream::{Answers, Stream};
use super::description::DescriptionArgs;
use super::input::{Line, lines};
use super::report::ReportArgs;
use crate::api::{Api, Repeats, Trouble, new_key, problem_words};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;

/// What the server takes in one request.
const LINES_MAX: u64 = 10_000;
const LINE_MAX_BYTES: usize = 64 * 1024;
/// Unanswered lines in memory.
const UNANSWERED_MAX_BYTES: usize = 16 * 1024 * 1024;
/// When nothing comes and nothing is answered for so long, the request ends: some proxies pass on only a whole one.
const IDLE_MAX: Duration = Duration::from_secs(10);

/// A code to save.
struct Wish {
    /// Its line in standard input.
    number: u64,
    json: Vec<u8>,
    repeats: Repeats,
}

/// The answer to a line.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    /// Its line in the request.
    line: u64,
    status: u16,
    change: Option<Value>,
    problem: Option<Value>,
}

struct Batch<'a> {
    api: &'a Arc<Api>,
    console: &'a Console,
    description: &'a DescriptionArgs,
    report: ReportArgs,
    /// Sent, in this order.
    unanswered: VecDeque<Wish>,
    unanswered_bytes: usize,
    /// To be sent again.
    again: VecDeque<Wish>,
    pause: Duration,
    progress: Progress,
    answered: u64,
    /// The failure of the earliest line: it decides the exit code.
    first_failure: Option<(u64, Exit)>,
    failed: u64,
}

pub(super) async fn add_lines(
    api: &Arc<Api>,
    description: &DescriptionArgs,
    report: ReportArgs,
    console: &Console,
) -> Result<(), Failure> {
    let mut batch = Batch {
        api,
        console,
        description,
        report,
        unanswered: VecDeque::new(),
        unanswered_bytes: 0,
        again: VecDeque::new(),
        pause: Duration::ZERO,
        progress: Progress::of_count("saved"),
        answered: 0,
        first_failure: None,
        failed: 0,
    };
    batch.run(lines(LINE_MAX_BYTES)).await?;
    let (first_failure, failed) = (batch.first_failure, batch.failed);
    drop(batch);
    match first_failure {
        None => Ok(()),
        Some((_, exit)) => {
            let lines =
                if failed == 1 { "1 line was".to_owned() } else { format!("{} lines were", grouped(failed)) };
            console.note(&format!("{lines} not saved."));
            Err(Failure::Reported(exit))
        }
    }
}

impl Batch<'_> {
    /// Sends request after request until all lines are answered.
    async fn run(&mut self, mut input: mpsc::Receiver<Result<Line, Failure>>) -> Result<(), Failure> {
        let mut repeats = self.api.repeats();
        loop {
            // A connection is opened when there is something to send.
            while self.again.is_empty() {
                match input.recv().await {
                    None => return Ok(()),
                    Some(line) => {
                        let wish = self.wish(line?);
                        self.again.extend(wish);
                    }
                }
            }
            tokio::time::sleep(std::mem::take(&mut self.pause)).await;
            let answered = self.answered;
            match self.request(&mut input).await {
                Ok(()) => repeats = self.api.repeats(),
                Err(trouble) => {
                    // An answer since then: the server is not away for good.
                    if self.answered > answered {
                        repeats = self.api.repeats();
                    }
                    self.pause = repeats.next(trouble)?;
                }
            }
            // In their order, before those that were answered “busy”.
            let mut unanswered = std::mem::take(&mut self.unanswered);
            unanswered.append(&mut self.again);
            self.again = unanswered;
            self.unanswered_bytes = 0;
        }
    }

    /// One request: what waits, then what comes.
    async fn request(&mut self, input: &mut mpsc::Receiver<Result<Line, Failure>>) -> Result<(), Trouble> {
        let (mut stream, mut answers) = Stream::open(self.api);
        let (mut sent, mut is_ended) = (0, false);
        for _ in 0..self.again.len() {
            if sent == LINES_MAX {
                break;
            }
            let Some(wish) = self.again.pop_front() else { break };
            sent += 1;
            self.send(&mut stream, wish);
        }
        let mut numbered = 0;
        loop {
            // What was refused as busy waits for the next request: this one ends.
            if sent == LINES_MAX || !self.again.is_empty() || is_ended {
                stream.end();
            }
            let may_send = !stream.is_ended() && self.unanswered_bytes < UNANSWERED_MAX_BYTES;
            let patience = if stream.is_ended() { self.api.patience() } else { IDLE_MAX };
            tokio::select! {
                line = input.recv(), if may_send => match line {
                    None => is_ended = true,
                    Some(line) => {
                        if let Some(wish) = self.wish(line.map_err(Trouble::Final)?) {
                            sent += 1;
                            self.send(&mut stream, wish);
                        }
                    }
                },
                answer = answers.next() => match answer? {
                    Some(line) => {
                        numbered += 1;
                        self.answered(&line, numbered).map_err(Trouble::Final)?;
                    }
                    None if self.unanswered.is_empty() => return Ok(()),
                    None => return Err(Answers::cut()),
                },
                () = tokio::time::sleep(patience) => {
                    if stream.is_ended() {
                        return Err(Answers::silent(patience));
                    }
                    stream.end();
                }
            }
        }
    }

    fn send(&mut self, stream: &mut Stream, wish: Wish) {
        stream.send(&wish.json);
        self.unanswered_bytes += wish.json.len();
        self.unanswered.push_back(wish);
    }

    /// The request for a line; none for an empty one, and for one that cannot be sent.
    fn wish(&mut self, line: Line) -> Option<Wish> {
        let Line { number, bytes } = line;
        let Ok(text) = String::from_utf8(bytes) else {
            self.failed(number, Exit::Other, "not UTF-8.");
            return None;
        };
        if text.trim().is_empty() {
            return None;
        }
        let mut wish: Map<String, Value> = self.description.wish();
        wish.insert("text".to_owned(), text.into());
        wish.insert("key".to_owned(), new_key().into());
        let mut json = json!(wish).to_string().into_bytes();
        if json.len() > LINE_MAX_BYTES {
            self.failed(
                number,
                Exit::Refused,
                &format!("longer than {} bytes.", grouped(LINE_MAX_BYTES as u64)),
            );
            return None;
        }
        json.push(b'\n');
        Some(Wish { number, json, repeats: self.api.repeats() })
    }

    /// Takes the answer to the first unanswered line.
    fn answered(&mut self, line: &[u8], numbered: u64) -> Result<(), Failure> {
        let unreadable = || Failure::other("The server's answer to the lines cannot be read.");
        let answer: Answer = serde_json::from_slice(line).map_err(|_| unreadable())?;
        let mut wish =
            self.unanswered.pop_front().filter(|_| answer.line == numbered).ok_or_else(unreadable)?;
        self.unanswered_bytes -= wish.json.len();
        self.answered += 1;
        if let Some(change) = answer.change.filter(|_| (200..300).contains(&answer.status)) {
            self.progress.add(1);
            let Self { report, console, api, .. } = self;
            return self.progress.aside(|| report.change(console, api, "Added", &change).map(drop));
        }
        let words = answer.problem.as_ref().and_then(problem_words);
        let sentence = words.unwrap_or_else(|| format!("The server answered {}.", answer.status));
        let exit = Exit::of_status(answer.status);
        if exit == Exit::Away
            && let Ok(pause) = wish.repeats.next(Trouble::Passing(Failure::new(exit, ""), None))
        {
            self.pause = self.pause.max(pause);
            self.again.push_back(wish);
        } else {
            self.failed(wish.number, exit, &sentence);
        }
        Ok(())
    }

    /// Says that a line is not saved, and goes on.
    fn failed(&mut self, number: u64, exit: Exit, sentence: &str) {
        self.failed += 1;
        let is_earlier = self.first_failure.is_none_or(|(earliest, _)| number < earliest);
        if is_earlier {
            self.first_failure = Some((number, exit));
        }
        let console = self.console;
        // Only what is written can fail, and this is standard error.
        let _ = self.progress.aside(|| {
            console.note(&format!("line {number}: {sentence}"));
            Ok(())
        });
    }
}
