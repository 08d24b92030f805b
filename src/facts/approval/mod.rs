//! Approval: what signed records make of documents (design: approvals.md).

pub mod subject;
