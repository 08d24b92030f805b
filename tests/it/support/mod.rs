//! What several modules need: folders, books, repositories, chance that can be repeated.

pub(crate) mod http;
pub(crate) mod job;
mod repo;
pub(crate) mod run;

use std::path::{Path, PathBuf};

use mcmbook::hosts::Failure;
use mcmbook::hosts::workspace::{self, LoadOptions, Loaded};

pub(crate) use repo::Repo;

/// A folder that goes with the value.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("there is a folder for temporary files"))
    }

    /// A book without documents.
    pub(crate) fn book() -> Folder {
        let folder = Folder::new();
        folder.write("book.toml", "[book]\ntitle = \"Changes\"\n");
        std::fs::create_dir(folder.path().join("content")).expect("a new folder");
        folder
    }

    /// Where it is, without links.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().canonicalize().expect("it is there")
    }

    /// Writes a file and the folders that it needs.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        write(&self.path().join(path), content);
    }
}

/// Writes a file and the folders that it needs.
pub(crate) fn write(file: &Path, content: impl AsRef<[u8]>) {
    std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folders can be made");
    std::fs::write(file, content).expect("the file can be written");
}

/// Loads the book of a folder with the default options.
pub(crate) fn load(dir: &Path) -> Result<Loaded, Failure> {
    workspace::load(&LoadOptions { dir: dir.to_owned(), ..LoadOptions::default() })
}

/// Every file below a folder, by path, with its bytes; folders that hold nothing are not seen.
pub(crate) fn files_below(dir: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("it lies below").to_string_lossy().into_owned();
                files.insert(name, std::fs::read(&path).unwrap_or_default());
            }
        }
    }
    files
}

/// Numbers that look like chance and are the same in every run (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// The names of a site's files, marker and manifest aside, after its manifest was checked by `sha256sum`.
pub(crate) fn checked(dir: &Path) -> Vec<String> {
    let mut check = std::process::Command::new("sha256sum");
    check.args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(dir);
    let check = check.output().expect("sha256sum is installed");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let sums = std::fs::read_to_string(dir.join("SHA256SUMS")).expect("it is text");
    let listed: Vec<&str> = sums.lines().map(|line| &line[66..]).collect();
    let mut names: Vec<String> = files_below(dir).into_keys().collect();
    names.retain(|name| name != "SHA256SUMS" && name != ".mcmbook");
    assert_eq!(listed, names, "every file is listed, in order");
    names
}

/// Holds the part of a page of the manual that is made by the program against what the program makes:
/// everything between a line and another one, or the end. `SNAPSHOTS=overwrite` writes it anew.
pub(crate) fn generated(page: &str, begin: &str, end: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{page}: no line {begin:?}"));
    let at =
        if end.is_empty() { rest.len() } else { rest.find(end).expect("the page has the line behind it") };
    let (now, after) = rest.split_at(at);
    let made = format!("\n{made}");
    if now != made && std::env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
        std::fs::write(&path, format!("{before}{begin}{made}{after}")).expect("the page can be written");
        return;
    }
    assert_eq!(now, made, "{page}: run the test with SNAPSHOTS=overwrite");
}
