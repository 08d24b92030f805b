//! The formats of `check`, as files and on standard output: schema, places, several at once.

use serde_json::Value;
use snapbox::str;

use crate::support::run::{outcome, printed, program, run};
use crate::support::{Folder, Repo};

/// A book with findings that are due and not, fixes of both kinds, and characters of every width.
fn faulty() -> Folder {
    let book = Folder::book();
    book.write("content/services/shop.md", "---\ntitel: \"日本 🎉\"\nid: other\n---\n\n# Shop\n");
    book.write("content/twice.md", "# A\n\n## Same\n\n## Same\n");
    book.write("content/links.md", "# 🔗\r\n\r\nää [🎉](nowhere.md) ää\r\n");
    book
}

/// The problems that a schema finds in a value.
fn problems(schema: &Value, value: &Value) -> String {
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mcmbook:test", schema.clone()).expect("it is JSON");
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("mcmbook:test", &mut schemas).expect("it is a schema");
    schemas.validate(value, index).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn the_json_report_is_of_its_published_schema() {
    let book = faulty();
    let schema: Value =
        serde_json::from_str(&printed(&book.path(), &["schema", "--report"])).expect("it is JSON");
    let (_, text) = outcome(&book.path(), &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(problems(&schema, &report), "");
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.iter().any(|finding| finding["fix"]["safety"] == "safe"), "{text}");
    // The schema is none that takes everything.
    for (pointer, wrong) in [("/findings/0/code", Value::Null), ("/findings/0/place/start/line", 0.into())] {
        let mut broken = report.clone();
        *broken.pointer_mut(pointer).expect("it is there") = wrong;
        assert_ne!(problems(&schema, &broken), "", "{pointer}");
    }
    run(&book.path(), &["schema", "--report", "request"]).code(2);
}

#[test]
fn several_formats_go_to_several_files_at_once() {
    let book = faulty();
    let files = ["sarif", "gitlab", "rdjson", "junit", "json", "github", "github-summary", "short", "human"];
    let mut arguments = vec!["check".to_owned(), "--format".to_owned(), "short".to_owned()];
    for format in files {
        arguments.extend(["--output".to_owned(), format!("{format}=out/{format}.txt")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, text) = outcome(&book.path(), &arguments);
    assert_eq!(code, Some(1), "{text}");
    for format in files {
        let file =
            std::fs::read_to_string(book.path().join(format!("out/{format}.txt"))).expect("it is there");
        let (_, alone) = outcome(&book.path(), &["check", "--format", format]);
        assert_eq!(file, alone, "{format}");
    }
    assert_eq!(std::fs::read_to_string(book.path().join("out/short.txt")).expect("it is there"), text);
    let left = std::fs::read_dir(book.path().join("out")).expect("a folder").count();
    assert_eq!(left, files.len(), "nothing temporary stays");
    // Standard output holds one report, that which was sent there.
    let (_, json) =
        outcome(&book.path(), &["check", "--output", "json=-", "--output", "short=out/short.txt"]);
    assert!(json.starts_with("{\n") && serde_json::from_str::<Value>(&json).is_ok(), "{json}");
    run(&book.path(), &["check", "--output", "json=-", "--output", "sarif=-"]).code(2).stderr_eq(str![[r#"
error: two outputs go to standard output
  help: give all but one of them a file

"#]]);
    let (code, told) = outcome(&book.path(), &["check", "--output", "sariff=x"]);
    assert!(code == Some(2) && told.contains("unknown format `sariff`; did you mean `sarif`?"), "{told}");
    let (code, told) = outcome(&book.path(), &["check", "--output", "sarif"]);
    assert!(code == Some(2) && told.contains("write it as FORMAT=FILE"), "{told}");
    let (code, _) = outcome(&book.path(), &["check", "--output", "sarif=/dev/null"]);
    assert_eq!(code, Some(1), "what is no file is written to as it stands");
    let (code, told) = outcome(&book.path(), &["check", "--output", "sarif=/proc/nowhere/x"]);
    assert!(code == Some(3) && told.contains("error: cannot write `/proc/nowhere/x`"), "{told}");
}

#[test]
fn receivers_outside_of_the_book_are_told_paths_of_the_repository() {
    let repo = Repo::with_book_at("docs/our book");
    repo.write("content/twice.md", "# A\n\n## Same\n\n## Same\n");
    repo.commit("a book");
    let path = "docs/our book/content/twice.md";
    let json = |format: &str| -> Value {
        let (_, text) = outcome(&repo.book(), &["check", "--format", format]);
        serde_json::from_str(&text).expect("it is JSON")
    };
    assert_eq!(json("gitlab")[0]["location"]["path"], path);
    assert_eq!(json("rdjson")["diagnostics"][0]["location"]["path"], path);
    let place = &json("sarif")["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "docs/our%20book/content/twice.md");
    run(&repo.book(), &["check", "--format", "github"]).code(0).stderr_eq("").stdout_eq(str![[r#"
::warning file=docs/our book/content/twice.md,line=5,endLine=5,col=1,endColumn=8,title=MCM019 duplicate-heading::heading "Same" occurs twice; links to it are ambiguous%0Ahelp: rename it; until then its anchor is `#same-1`
mcmbook: 1 warning

"#]]);
    // What people and editors read stays relative to the book.
    assert_eq!(json("json")["findings"][0]["place"]["path"], "content/twice.md");
}

#[test]
fn junit_has_a_suite_for_each_document() {
    let book = faulty();
    book.write("content/good.md", "# Good\n");
    std::fs::remove_file(book.path().join("content/services/shop.md")).expect("it is there");
    run(&book.path(), &["check", "--format", "junit", "--strict"]).code(1).stderr_eq("").stdout_eq(str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mcmbook check" tests="3" failures="2" errors="0" skipped="0" time="0">
  <testsuite name="content/good.md" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="content/good.md" name="no findings" time="0"/>
  </testsuite>
  <testsuite name="content/links.md" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="content/links.md" name="MCM017 broken-link:3:4: link or attachment does not resolve: nowhere.md" file="content/links.md" line="3" time="0"><failure type="warning" message="link or attachment does not resolve: nowhere.md">content/links.md:3:4&#10;help: write the path from this file's folder, with `.md` at the end of a document</failure></testcase>
  </testsuite>
  <testsuite name="content/twice.md" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="content/twice.md" name="MCM019 duplicate-heading:5:1: heading &quot;Same&quot; occurs twice; links to it are ambiguous" file="content/twice.md" line="5" time="0"><failure type="warning" message="heading &quot;Same&quot; occurs twice; links to it are ambiguous">content/twice.md:5:1&#10;help: rename it; until then its anchor is `#same-1`</failure></testcase>
  </testsuite>
</testsuites>

"#]]);
}

#[test]
fn fingerprints_stay_when_lines_move_and_tell_like_findings_apart() {
    let book = Folder::book();
    let prints = |text: &str| -> Vec<String> {
        book.write("content/a.md", text);
        let (_, report) = outcome(&book.path(), &["check", "--format", "gitlab"]);
        let report: Value = serde_json::from_str(&report).expect("it is JSON");
        let issues = report.as_array().expect("a list").iter();
        issues.map(|issue| issue["fingerprint"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = prints("# A\n\n[x](gone.md)\n\n[x](gone.md)\n");
    assert_eq!(first.len(), 2);
    assert_ne!(first[0], first[1]);
    assert_eq!(prints("# A\n\nNew.\n\n  [x](gone.md)\n\n[x](gone.md)\n"), first);
    assert_ne!(prints("# A\n\n[x](gone.md) and more\n\n[x](gone.md)\n"), first);
}

#[test]
fn ends_with_the_same_code_in_every_format() {
    let book = faulty();
    for format in ["human", "short", "json", "sarif", "github", "github-summary", "gitlab", "rdjson", "junit"]
    {
        assert_eq!(outcome(&book.path(), &["check", "--format", format]).0, Some(1), "{format}");
    }
    let mut full = program(&book.path());
    full.args(["check", "--format", "sarif"]).stdout(std::fs::File::create("/dev/full").expect("on Linux"));
    assert_eq!(full.output().expect("it runs").status.code(), Some(3));
}
