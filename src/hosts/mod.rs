//! The only input and output: disk, Git, clock, terminal, sockets.
//!
//! | module | what it touches |
//! |---|---|
//! | [`workspace`] | reads a book: `book.toml`, the files below its source folder, Git |
//! | [`create`] | writes a new file of a book |
//! | [`amend`] | writes a new version of a file |
//! | [`decisions`] | adds to the log of the gate |
//! | [`demo`] | makes the demonstration |
//! | [`record`] | writes signed records with the person's own `git` |
//! | [`stock`] | asks `git`, `ssh-keygen` and `gpg` what they say of records |
//! | [`publish`] | writes the site, whole or not at all |
//! | [`serve`] | shows the site in a browser, builds it anew on every change |
//! | [`shell`] | prints, shows progress, opens a browser |
//! | [`log`] | writes what happens, when `MCMBOOK_LOG` asks for it |
//! | [`interrupt`] | hears Ctrl-C |
//! | [`clock`] | tells the time |
//! | [`failure`] | says why something did not work, and the exit code |

#![allow(
    clippy::disallowed_methods,
    reason = "this is the room on whose behalf they are disallowed elsewhere"
)]

pub mod amend;
pub mod clock;
pub mod create;
pub mod decisions;
pub mod demo;
pub mod export;
pub mod failure;
pub mod interrupt;
pub mod log;
pub mod publish;
pub mod record;
pub mod serve;
pub mod shell;
pub mod stock;
pub mod workspace;

pub use failure::{Exit, Failure, Trouble};
