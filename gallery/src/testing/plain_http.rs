//! HTTP without an SDK, as a program sends it that knows nothing of AWS.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// The whole response to a GET, as text.
pub(crate) async fn ask(address: &Url) -> String {
    let host = format!("{}:{}", address.host_str().unwrap(), address.port().unwrap());
    let target = &address[url::Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}
