//! A server that answers each request as the test says, and remembers what it was asked.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// A request with its whole body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header, by its name in lower case; empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What is answered.
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// The head, these bytes, and then the connection ends, whatever was announced.
    Cut(Vec<u8>),
    /// Nothing: the connection ends.
    HangUp,
    /// Nothing, and the connection stays open.
    Silence,
    /// The handler writes the answer itself, before or while it reads the body.
    Talk(Box<dyn FnOnce(Talk) -> io::Result<()> + Send>),
}

/// A connection whose request has been read, up to a body of lines.
pub(crate) struct Talk {
    pub(crate) input: BufReader<TcpStream>,
}

impl Talk {
    /// Begins an answer of unknown length.
    pub(crate) fn begin(&mut self, content_type: &str) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        self.input.get_mut().write_all(head.as_bytes())
    }

    pub(crate) fn send(&mut self, text: &str) -> io::Result<()> {
        self.input.get_mut().write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes())
    }

    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.input.get_mut().write_all(b"0\r\n\r\n")
    }

    /// The next piece of a chunked body; empty at its end.
    pub(crate) fn piece(&mut self) -> io::Result<Vec<u8>> {
        piece(&mut self.input)
    }
}

/// What tells a server of Qrate from any other.
fn of_qrate() -> (&'static str, String) {
    ("X-Request-Id", "r-1".to_owned())
}

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        let headers = vec![of_qrate(), ("Content-Type", "application/json".to_owned())];
        Self::Answer { status, headers, body: value.to_string().into_bytes() }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::Answer { status, headers: vec![of_qrate()], body: Vec::new() }
    }

    pub(crate) fn problem(status: u16, detail: &str) -> Self {
        let problem =
            json!({ "type": "/api/v1/problems#x", "title": "X", "status": status, "detail": detail });
        let headers = vec![of_qrate(), ("Content-Type", "application/problem+json".to_owned())];
        Self::Answer { status, headers, body: problem.to_string().into_bytes() }
    }

    pub(crate) fn file(content_type: &str, disposition: &str, body: &[u8]) -> Self {
        let headers = vec![
            of_qrate(),
            ("Content-Type", content_type.to_owned()),
            ("Content-Disposition", disposition.to_owned()),
        ];
        Self::Answer { status: 200, headers, body: body.to_vec() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    pub(crate) fn talk(talk: impl FnOnce(Talk) -> io::Result<()> + Send + 'static) -> Self {
        Self::Talk(Box::new(talk))
    }
}

type Handler = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// The server. It runs until the tests end.
#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl StandIn {
    /// Starts one. The handler gets each request without the body of a `Talk`, and how many came before.
    pub(crate) fn start(handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stand_in = Self { url, requests: Arc::clone(&requests) };
        let handler: Arc<Handler> = Arc::new(handler);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (handler, requests) = (Arc::clone(&handler), Arc::clone(&requests));
                // A client that goes away ends its own connection only.
                thread::spawn(move || serve(stream.unwrap(), &*handler, &requests));
            }
        });
        stand_in
    }

    /// One that answers these in turn, and nothing after them.
    pub(crate) fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = Mutex::new(replies.into_iter().collect::<std::collections::VecDeque<_>>());
        Self::start(move |_, _| {
            replies.lock().unwrap().pop_front().unwrap_or(Reply::problem(400, "Unexpected."))
        })
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The method and path of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(Request::line).collect()
    }
}

fn serve(stream: TcpStream, handler: &Handler, requests: &Mutex<Vec<Request>>) -> io::Result<()> {
    let mut input = BufReader::new(stream);
    while let Some(mut request) = head(&mut input)? {
        let is_streamed = request.header("content-type") == "application/x-ndjson";
        if !is_streamed {
            request.body = body(&request, &mut input)?;
        }
        let before = {
            let mut requests = requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        match handler(&request, before) {
            Reply::Answer { status, headers, body } => {
                let mut answer = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                for (name, value) in headers {
                    answer += &format!("{name}: {value}\r\n");
                }
                input.get_mut().write_all(&[answer.as_bytes(), b"\r\n", &body].concat())?;
                if is_streamed {
                    return Ok(());
                }
            }
            Reply::Cut(body) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\nContent-Length: {}\r\n\r\n",
                    body.len() + 1
                );
                return input.get_mut().write_all(&[head.as_bytes(), &body].concat());
            }
            Reply::HangUp => return Ok(()),
            Reply::Silence => {
                input.read_to_end(&mut Vec::new())?;
                return Ok(());
            }
            Reply::Talk(talk) => return talk(Talk { input }),
        }
    }
    Ok(())
}

fn head(input: &mut impl io::BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut next = || words.next().unwrap_or_default();
    let mut request = Request { method: next(), path: next(), ..Request::default() };
    loop {
        let mut line = String::new();
        input.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(Some(request)) };
        request.headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
}

fn body(request: &Request, input: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    if request.header("transfer-encoding") == "chunked" {
        let mut whole = Vec::new();
        loop {
            let piece = piece(input)?;
            if piece.is_empty() {
                return Ok(whole);
            }
            whole.extend(piece);
        }
    }
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
    input.read_exact(&mut body)?;
    Ok(body)
}

fn piece(input: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut size = String::new();
    input.read_line(&mut size)?;
    let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
    let mut piece = vec![0; size];
    input.read_exact(&mut piece)?;
    input.read_exact(&mut [0; 2])?;
    Ok(piece)
}
