//! The `mcmbook` program. Everything is in the library; see its front page for the map.

/// A build makes and drops millions of small texts on all threads; the allocator of the C library spends a tenth
/// of the program's time on them. It asks for no huge pages (`no_thp`): the kernel would clear more of them than is
/// ever used.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    mcmbook::cli::main()
}
