//! The verbs, one file each.

pub(super) mod accept_collision;
pub(super) mod acknowledge;
pub(super) mod approve;
pub(super) mod authorise;
pub(super) mod baseline;
pub(super) mod build;
pub(super) mod check;
pub(super) mod classify;
pub(super) mod clean;
pub(super) mod completions;
mod decide;
pub(super) mod explain;
pub(super) mod init;
pub(super) mod list;
pub(super) mod man;
pub(super) mod new;
pub(super) mod policy;
pub(super) mod ratify;
pub(super) mod reject;
pub(super) mod retract;
pub(super) mod review;
pub(super) mod schema;
pub(super) mod serve;
pub(super) mod show;
pub(super) mod similar;
pub(super) mod withdraw;
