//! Disks without the exchange of two folders, and what a kill between two renames leaves.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::{Place, Standing};
use super::{MARKER, marker, swap};
use crate::hosts::workspace::{LoadOptions, load};

struct Book(tempfile::TempDir);

impl Book {
    fn new() -> Book {
        let dir = tempfile::tempdir().expect("a folder for temporary files");
        fs::write(dir.path().join("book.toml"), "[book]\ntitle = \"x\"\n").expect("it can be written");
        fs::create_dir(dir.path().join("content")).expect("it is new");
        Book(dir)
    }

    fn place(&self) -> Place {
        let options = LoadOptions { dir: self.0.path().to_owned(), ..LoadOptions::default() };
        Place::of(&load(&options).expect("it loads").root).expect("`book` is a good place")
    }
}

fn site(dir: &Path, text: &str) {
    fs::create_dir_all(dir.join("pages")).expect("it is new");
    fs::write(dir.join(MARKER), marker()).expect("it can be written");
    fs::write(dir.join("pages/index.html"), text).expect("it can be written");
}

fn text(dir: &Path) -> String {
    fs::read_to_string(dir.join("pages/index.html")).unwrap_or_default()
}

fn siblings(place: &Place) -> Vec<PathBuf> {
    let prefix = place.sibling_prefix();
    let entries = fs::read_dir(place.parent()).expect("it can be read").flatten();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().expect("it has a name").as_encoded_bytes();
        name.starts_with(prefix.as_encoded_bytes())
    };
    entries.map(|entry| entry.path()).filter(is_ours).collect()
}

#[test]
fn two_renames_replace_a_site_too() {
    let book = Book::new();
    let place = book.place();
    let new = place.sibling("new");
    site(place.dir(), "old");
    site(&new, "new");
    assert_eq!(place.standing().expect("it is ours"), Standing::Ours);
    swap::by_renames(&place, &new).expect("both can be renamed");
    assert_eq!(text(place.dir()), "new");
    assert_eq!(text(&new), "old", "what is to be removed");
    swap::remove(&new).expect("it can be removed");
    assert_eq!(siblings(&place), Vec::<PathBuf>::new());
}

#[test]
fn a_kill_between_the_renames_is_mended_by_the_next_run() {
    let book = Book::new();
    let place = book.place();
    site(&place.sibling("old"), "old");
    site(&place.sibling("new"), "half written");
    swap::recover(&place).expect("it can be mended");
    assert_eq!(text(place.dir()), "old");
    assert_eq!(siblings(&place), Vec::<PathBuf>::new());
}

#[test]
fn an_old_site_beside_the_new_one_goes() {
    let book = Book::new();
    let place = book.place();
    site(place.dir(), "new");
    site(&place.sibling("old"), "old");
    fs::create_dir(place.sibling("new")).expect("a run that was killed before it wrote anything");
    swap::recover(&place).expect("it can be mended");
    assert_eq!(text(place.dir()), "new");
    assert_eq!(siblings(&place), Vec::<PathBuf>::new());
}

#[test]
fn what_only_looks_like_a_temporary_folder_stays() {
    let book = Book::new();
    let place = book.place();
    let foreign = place.sibling("new");
    fs::create_dir(&foreign).expect("it is new");
    fs::write(foreign.join("thesis.txt"), "years of work").expect("it can be written");
    swap::recover(&place).expect("nothing to mend");
    assert!(foreign.join("thesis.txt").exists());
}
