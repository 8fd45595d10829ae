//! Standard input: all of it, or line by line while the rest is still being written.

use std::io::{self, BufRead as _, Read as _};

use tokio::sync::mpsc;

use crate::failure::Failure;

/// Lines that wait to be sent.
const WAITING_MAX: usize = 64;

/// A line that is read, without its end; longer lines are cut one byte later, which shows that they are too long.
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
}

/// All of it, up to one byte more than is allowed.
pub(super) async fn whole(max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        io::stdin().lock().take(max_bytes + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    read.await.map_err(io::Error::from).flatten().map_err(|error| unreadable(&error))
}

/// Its lines, as they come, each of at most so many bytes.
pub(super) fn lines(max_bytes: usize) -> mpsc::Receiver<Result<Line, Failure>> {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut stdin = io::stdin().lock();
        for number in 1.. {
            let line = match line(&mut stdin, max_bytes) {
                Ok(Some(bytes)) => Ok(Line { number, bytes }),
                Ok(None) => return,
                Err(error) => Err(unreadable(&error)),
            };
            let is_last = line.is_err();
            if sender.blocking_send(line).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

/// The next line without its end, cut after one byte more than is allowed; `None` at the end.
fn line(input: &mut impl io::BufRead, max_bytes: usize) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let most = max_bytes as u64 + 1;
    if input.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if line.len() as u64 == most {
        input.skip_until(b'\n')?;
    }
    Ok(Some(line))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::other(format!("Standard input cannot be read: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_bounded() {
        let mut input: &[u8] = b"a\r\n\nbcd\nbcde\nbcdef\n\xff\r";
        let mut lines = Vec::new();
        while let Some(line) = line(&mut input, 3).unwrap() {
            lines.push(line);
        }
        assert_eq!(lines, [&b"a"[..], b"", b"bcd", b"bcde", b"bcde", b"\xff\r"]);
    }
}
