//! A save whose request the server has read only in part.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

const BODY: &str = "{\"text\":\"a\"}";

pub(crate) struct HalfRequest(BufReader<TcpStream>);

impl HalfRequest {
    /// Sends the head, and returns when the server wants the body: `address` is like `http://127.0.0.1:8080/`.
    pub(crate) fn begin(address: &str) -> Self {
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /api/v1/spaces/main/entries HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            BODY.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut half = Self(BufReader::new(stream));
        assert_eq!(half.line(), "HTTP/1.1 100 Continue");
        assert_eq!(half.line(), "");
        half
    }

    /// Sends the rest, and returns the status line.
    pub(crate) fn finish(mut self) -> String {
        self.0.get_mut().write_all(BODY.as_bytes()).unwrap();
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}
