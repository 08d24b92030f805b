//! The view model of each page: plain data, made from the site and nothing else.

pub(super) mod calendar;
pub(super) mod change;
pub(super) mod chart;
pub(super) mod document;
pub(super) mod evidence;
pub(super) mod findings;
pub(super) mod folder;
pub(super) mod history;
pub(super) mod home;
pub(super) mod keys;
pub(super) mod kin;
pub(super) mod matrix;
pub(super) mod misc;
pub(super) mod people;
pub(super) mod policy;
pub(super) mod register;
pub(super) mod rules;
pub(super) mod runbook;
pub(super) mod stages;
pub(super) mod standing;
