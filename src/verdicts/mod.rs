//! What is judged.

pub mod gate;
pub mod lifecycle;
pub mod lint;
