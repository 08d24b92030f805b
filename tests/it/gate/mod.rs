//! The gate: a table of situations, the command, its log.

mod command;
mod exceptions;
mod log;
mod situations;
