use super::settle;

#[test]
fn output_folders_are_compared_without_dots_and_links_on_the_way() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let top = folder.path().canonicalize().expect("it is there");
    std::fs::create_dir_all(top.join("real/inner")).expect("new folders");
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", top.join("link")).expect("a new link");
    let cases = [
        ("book", "book"),
        ("./book/.", "book"),
        ("real/inner/../../book", "book"),
        ("missing/folder/book", "missing/folder/book"),
        ("missing/../book", "book"),
        ("link/book", "real/book"),
        ("link/inner/../book", "real/book"),
        // The folder itself stays a link, so that it can be refused.
        ("link", "link"),
    ];
    for (given, expected) in cases {
        assert_eq!(settle(&top.join(given)), top.join(expected), "{given}");
    }
}
