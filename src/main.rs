//! The `mcmbook` program. Everything is in the library; see its front page for the map.

/// A build makes and drops millions of small strings on all threads, which the system's own allocator
/// serves with a tenth to a fifth more work in all (`tests/bench/compare`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    mcmbook::cli::main()
}
