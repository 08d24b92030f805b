//! What is judged.

pub mod lint;
