//! The site.

mod highlight;
