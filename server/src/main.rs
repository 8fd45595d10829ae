//! The program `qrate`: reads the arguments and calls `server`.

fn main() {}
