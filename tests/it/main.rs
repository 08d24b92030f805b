//! The one integration binary: whole commands, real repositories, and the house rules.

#![allow(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

mod build;
mod check;
mod commonmark;
mod history;
mod init;
mod markdown_safety;
mod new;
mod publish;
mod serve;
mod support;
mod tidy;
mod workspace;
