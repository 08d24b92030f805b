//! The `mcmbook` program. Everything is in the library; see its front page for the map.

fn main() -> std::process::ExitCode {
    mcmbook::cli::main()
}
