//! mcmbook turns a Git repository of Markdown into a checked, approved, searchable archive of
//! major changes: requests, runbooks, rehearsals, execution records and post-mortems.
//!
//! # The map
//!
//! A compiler, not a framework. One pure, total function, [`analysis::analyze`], stands between a thin
//! shell that reads (disk, Git, clock) and a thin shell that writes. Every command is a reader of the
//! same [`analysis::Analysis`]. The rooms below are listed in the order in which data flows; a room
//! imports only from the rooms above it, and `tests/it/tidy.rs` holds it to that.
//!
//! | room | what lives there |
//! |---|---|
//! | [`text`] | source files, spans, lines and columns, content hashes, diagnostics as plain data |
//! | [`inputs`] | what is read, each piece alone: `book.toml` and document kinds, documents, history |
//! | [`facts`] | what follows when the pieces are put together: the book, its changes and references |
//! | [`verdicts`] | what is judged: the rules |
//! | [`analysis`], [`memo`] | the pipeline in one screen, and what it remembers between two runs |
//! | [`outputs`] | an analysis as bytes: reports, the site, search records; pure |
//! | [`hosts`] | the only input and output: disk, Git, clock, terminal, sockets |
//! | [`cli`] | arguments; one thin file a command |
//!
//! Where does a line belong? Does it touch the outside: `hosts`. One file alone: `inputs`. Several
//! together: `facts`. Does it judge: `verdicts`. Does it show: `outputs`. Does it parse arguments: `cli`.
//!
//! # Invariants
//!
//! 1. `analyze` is pure and total: the same [`inputs::Inputs`] give the same analysis, byte for byte. No
//!    clock, environment, path, Git or thread order can reach it. Every room may say what it does by
//!    `tracing`; nothing that it returns depends on who listens.
//! 2. Parsing never fails. A document that cannot be understood is a document with faults; `Err` is only
//!    for the outside world.
//! 3. A [`inputs::document::Document`] knows nothing of other documents.
//! 4. Only `hosts` touches disk, Git, clock, terminal and sockets; clippy denies it elsewhere.
//! 5. No git2 type and no absolute path leaves `hosts::workspace`.
//! 6. A rule reads [`facts::Facts`] and returns findings. It never prints, reads files or knows its level.
//! 7. A template sees its own page context and nothing else.
//! 8. A cache hit equals a recompute: the key is a hash of all that was read.
//! 9. Approval and gate fail closed: what is absent, unreadable or unknown is never an approval. A match on
//!    one of their states names each of them.
//! 10. Spans are byte ranges on character boundaries of the original file. Lines and columns exist only
//!     in `outputs::report`.
//! 11. A rule code is never used again for something else.

pub mod text;

pub mod inputs;

pub mod facts;

pub mod verdicts;

pub mod analysis;
pub mod memo;

pub mod outputs;

pub mod hosts;

pub mod cli;
