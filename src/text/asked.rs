//! What is made once somebody asks.

use std::fmt;
use std::sync::OnceLock;

/// A value that is made when it is first asked for, from what stands beside it. Whether it was asked for is no
/// part of what holds it: two documents, one of which was quoted, are printed alike.
#[derive(Clone)]
pub(crate) struct Asked<T>(OnceLock<T>);

impl<T> Asked<T> {
    /// The value, made now if nobody has asked before.
    pub(crate) fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }
}

impl<T> Default for Asked<T> {
    fn default() -> Asked<T> {
        Asked(OnceLock::new())
    }
}

impl<T> fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}
