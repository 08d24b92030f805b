//! Approval: what signed records make of documents (design: approvals.md).

pub mod code;
pub mod judge;
pub mod subject;
