//! The one integration binary: whole commands, real repositories, and the house rules.

#![allow(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

mod approvals;
mod bad_input;
mod build;
mod calendar;
mod check;
mod classes;
mod commonmark;
mod demo;
mod determinism;
mod evidence;
mod examples;
mod explain;
mod first_request;
mod fix;
mod formats;
mod fuzz;
#[path = "../fuzz/targets.rs"]
mod fuzz_targets;
mod gate;
mod helps;
mod history;
mod hostile;
mod init;
mod judged;
mod lifecycle_story;
mod list;
mod markdown_safety;
mod matrix;
mod memo;
mod mutations;
mod new;
mod own_book;
mod pipeline;
mod plans;
mod policy;
mod publish;
mod records;
mod reference;
mod scope;
mod serve;
mod signatures;
mod stamps;
mod stories;
mod support;
mod threats;
mod tidy;
mod vectors;
mod workspace;
