//! HTTP without an SDK: what a program that knows nothing of AWS sends, and what it is answered.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// The whole answer to a GET, or to a POST of a form, as text.
pub(crate) async fn ask(address: &Url, form: Option<&str>, headers: &str) -> String {
    let host = format!("{}:{}", address.host_str().unwrap(), address.port().unwrap());
    let target = &address[url::Position::BeforePath..];
    let method = if form.is_some() { "POST" } else { "GET" };
    let body = form.unwrap_or_default();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}
