//! The catalog follows what other programs do in the bucket, and what a crash leaves behind.

mod foreign;
mod left_out;
mod own;

use bytes::Bytes;
use domain::{CodeText, Key, Level};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn png(text: &str) -> Bytes {
    qr::png(CodeText::parse(text, Level::Q).unwrap().symbol()).into()
}
