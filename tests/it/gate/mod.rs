//! The gate: a table of situations, the command, its log.

pub(crate) mod command;
mod consumed;
mod exceptions;
mod former;
mod in_force;
mod log;
mod observer;
mod pipelines;
mod reach;
mod situations;
mod warm;
