//! `qrate notify test`, to a receiver in this test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use crate::support::{qrate, refusal};

const NUMBER: &str = "+49 170 1234567";

/// Answers one request so, and returns its body.
fn receiver(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://127.0.0.1:{}/my-topic", listener.local_addr().unwrap().port());
    let receiving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(body).unwrap()
    });
    (url, receiving)
}

fn test_by(url: &str) -> std::process::Output {
    let to = ["--notifier", "webhook", "--webhook-form", "ntfy", "--webhook-url", url];
    let further = ["--notices-per-day", "5", "--public-address", "https://qrate.example.org"];
    qrate(&[&["notify", "test", NUMBER], &to[..], &further[..]].concat())
}

#[test]
fn test_message_is_sent_and_the_number_is_not_shown() {
    let (url, receiving) = receiver("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"id\": \"n1\"}");
    let output = test_by(&url);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("A test message for +49 … 67 was handed over. The other side calls it n1."),
        "{said}"
    );
    let body = receiving.join().unwrap();
    assert!(body.contains("test message from Qrate. https://qrate.example.org/"), "{body}");
    assert!(body.contains("my-topic"), "{body}");
    assert!(!format!("{said}{body}").contains("1234567"), "{said} {body}");
}

#[test]
fn refusal_of_a_test_message_is_reported_with_its_reason() {
    let body = "{\"code\": 40301, \"http\": 403, \"error\": \"forbidden for +491701234567\"}";
    let answer = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (url, receiving) = receiver(answer.leak());
    let said = refusal(&test_by(&url));
    receiving.join().unwrap();
    assert!(said.contains("not sent") && said.contains("forbidden for [number] (HTTP 403, 40301)"), "{said}");
}

#[test]
fn nothing_is_sent_without_a_notifier() {
    let said = refusal(&qrate(&["notify", "test", NUMBER]));
    assert!(said.contains("--notifier") && said.contains("--notices-per-day"), "{said}");
}
