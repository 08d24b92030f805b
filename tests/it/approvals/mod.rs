//! Approvals of real repositories: commits and signatures by git and ssh-keygen, statuses by mcmbook.

pub(crate) mod book;
mod site;
mod stories;
mod trust;
