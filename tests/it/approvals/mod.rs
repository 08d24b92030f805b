//! Approvals of real repositories: commits and signatures by git and ssh-keygen, statuses by mcmbook.

pub(crate) mod book;
mod crossed;
mod policy;
mod rules;
mod site;
mod status;
mod stories;
mod trust;
mod unmerged;
