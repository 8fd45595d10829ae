//! The program `qrate`: passes its arguments to the library and its exit code to the system.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
