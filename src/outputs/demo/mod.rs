//! The book of the example company, for the demonstration: its documents and its year, as plain values.
//!
//! The dossiers of this repository's own book, its services and its policy are the raw material; smaller
//! changes are written from facts. Keys, commits and signatures are the business of `hosts::demo`.

pub mod dossier;
pub mod material;
pub mod year;
