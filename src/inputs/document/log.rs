//! Execution logs (domain.md 1.4): JSON lines, each holding the hash of the one before.
