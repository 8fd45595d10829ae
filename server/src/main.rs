//! The program `qrate`: passes its arguments to the library and its exit code to the system.

/// Returns unused memory to the system, and is as quick with many threads as with one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::main()
}
