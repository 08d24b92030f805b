//! The one integration binary: whole commands, real repositories, and the house rules.

mod commonmark;
mod markdown_safety;
mod tidy;
