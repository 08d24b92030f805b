//! The verbs, one file each.

pub(super) mod baseline;
pub(super) mod build;
pub(super) mod check;
pub(super) mod classify;
pub(super) mod clean;
pub(super) mod completions;
pub(super) mod explain;
pub(super) mod init;
pub(super) mod list;
pub(super) mod man;
pub(super) mod new;
pub(super) mod policy;
pub(super) mod schema;
pub(super) mod serve;
pub(super) mod show;
pub(super) mod similar;
