//! Approvals of real repositories: commits and signatures by git and ssh-keygen, statuses by mcmbook.

pub(crate) mod book;
mod crossed;
mod kept;
mod landed;
mod names;
mod past;
mod policy;
mod rules;
pub(crate) mod site;
pub(crate) mod status;
mod stories;
pub(crate) mod trust;
mod unmerged;
mod unpinned;
mod way_back;
