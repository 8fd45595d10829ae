//! The API: codes made a second, one by one and many in one request, beside saves on the page; and `GET /qr` a second,
//! beside npm's `qrcode` behind fastify and Python's `segno` behind gunicorn. Not here: the peers (`bench/draw`).

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use futures::future::try_join_all;

use crate::Effort;
use crate::http::Client;
use crate::process::Process;
use crate::report::{Row, median};

/// Clients that save at the same time.
const SAVING_CLIENTS: usize = 64;
/// Clients that ask for pictures at the same time.
const DRAWING_CLIENTS: usize = 32;
/// Lines in one request: as many as are allowed.
const LINES: u32 = 10_000;

/// Saves first, then pictures.
pub(crate) async fn measure(
    program: &Path,
    gunicorn: &Path,
    data_dir: &Path,
    effort: Effort,
) -> anyhow::Result<Vec<Row>> {
    let ours = Process::qrate(program, &data_dir.join("api")).await?;
    let mut rows = saves(&ours, effort).await?;
    let peers = [Process::fastify().await?, Process::segno(gunicorn).await?];
    for format in ["svg", "png"] {
        rows.extend(pictures(&ours, &peers, format, effort).await?);
    }
    for process in peers.into_iter().chain([ours]) {
        process.end().await?;
    }
    Ok(rows)
}

/// The three in alternating rounds, each in a space of its own.
async fn saves(ours: &Process, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let (mut api, mut stream, mut page) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        let load = Load { address: &ours.address, clients: SAVING_CLIENTS, round, seconds: effort.seconds };
        api.push(load.per_second(Request::Create).await?);
        page.push(load.per_second(Request::Save).await?);
        stream.push(streamed_per_second(&ours.address, round).await?);
        println!(
            "codes made a second, round {}: API {:.0}, one stream {:.0}, page {:.0}",
            round + 1,
            api[round],
            stream[round],
            page[round]
        );
    }
    let page = median(page);
    Ok(vec![
        Row::times("API: codes made/s, 64 clients, beside saves on the page", median(api), page, None),
        Row::times("API: codes made/s, 10,000 in one stream, beside the page", median(stream), page, None),
    ])
}

/// `GET /qr` beside both peers, in alternating rounds.
async fn pictures(
    ours: &Process,
    peers: &[Process; 2],
    format: &'static str,
    effort: Effort,
) -> anyhow::Result<Vec<Row>> {
    let [fastify, segno] = peers;
    let mut figures = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..effort.rounds {
        for (process, figures) in [ours, fastify, segno].into_iter().zip(&mut figures) {
            let (address, seconds) = (&process.address, effort.seconds);
            let load = Load { address, clients: DRAWING_CLIENTS, round, seconds };
            figures.push(load.per_second(Request::Draw(format)).await?);
        }
        let [ours, fastify, segno] = figures.each_ref().map(|figures| figures[round]);
        println!(
            "GET /qr a second, {format}, round {}: ours {ours:.0}, qrcode and fastify {fastify:.0}, \
             segno and gunicorn {segno:.0}",
            round + 1
        );
    }
    let [ours, fastify, segno] = figures.map(median);
    let case = |peer: &str| format!("GET /qr/s, {}, 32 clients, beside {peer}", format.to_uppercase());
    Ok(vec![
        Row::times(case("qrcode and fastify"), ours, fastify, Some(1.0)),
        Row::times(case("segno and gunicorn"), ours, segno, Some(1.0)),
    ])
}

/// What the clients ask for, each time with another text.
#[derive(Debug, Clone, Copy)]
enum Request {
    /// Makes a code with the API.
    Create,
    /// Sends the form of the page.
    Save,
    /// Draws a code in this format.
    Draw(&'static str),
}

impl Request {
    /// Whether it was done; not if the server was too busy for a picture.
    async fn send(self, client: &mut Client, text: &str) -> anyhow::Result<bool> {
        match self {
            Self::Create => {
                let json = format!(r#"{{"text":"{text}","name":"Bench"}}"#);
                client.post("/api/v1/spaces/api/entries", json).await?;
            }
            Self::Save => {
                let form = format!("text={text}&name=Bench&level=M&look=");
                client.submit("/s/page/save", form).await?;
            }
            Self::Draw(format) => {
                // A query may have colons and slashes.
                let path = format!("/qr?text={text}&format={format}");
                return Ok(client.get_unless_busy(&path).await?.is_some());
            }
        }
        Ok(true)
    }
}

/// Clients that send one request after another.
struct Load<'a> {
    address: &'a str,
    clients: usize,
    round: usize,
    seconds: u64,
}

impl Load<'_> {
    /// Requests a second that were done.
    async fn per_second(&self, request: Request) -> anyhow::Result<f64> {
        let (round, duration) = (self.round, Duration::from_secs(self.seconds));
        let started = Instant::now();
        let done = try_join_all((0..self.clients).map(|client| {
            let address = self.address.to_owned();
            async move {
                tokio::spawn(async move {
                    let mut connection = Client::new(&address);
                    let (mut sent, mut done) = (0_u32, 0_u32);
                    while started.elapsed() < duration {
                        let text = format!("https://example.com/{round}/{client}/{sent}");
                        done += u32::from(request.send(&mut connection, &text).await?);
                        sent += 1;
                    }
                    anyhow::Ok(done)
                })
                .await?
            }
        }))
        .await?;
        Ok(f64::from(done.iter().sum::<u32>()) / started.elapsed().as_secs_f64())
    }
}

/// Codes a second of one request with as many lines as are allowed.
async fn streamed_per_second(address: &str, round: usize) -> anyhow::Result<f64> {
    let line = |line| format!("{{\"text\":\"https://example.com/{round}/{line}\",\"name\":\"Bench\"}}\n");
    let lines: String = (0..LINES).map(line).collect();
    let mut client = Client::new(address);
    let started = Instant::now();
    let answer = client.post_lines("/api/v1/spaces/stream/batch", lines).await?;
    let seconds = started.elapsed().as_secs_f64();
    let saved = str::from_utf8(&answer.body)?.lines().filter(|line| line.contains(r#""status":201"#)).count();
    ensure!(u32::try_from(saved)? == LINES, "only {saved} of {LINES} lines were saved");
    Ok(f64::from(LINES) / seconds)
}
