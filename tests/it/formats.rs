//! The formats of `check`, as files and on standard output: schema, places, several at once.

use serde_json::Value;
use snapbox::str;

use crate::support::run::{outcome, printed, program, run};
use crate::support::{Folder, Repo, files_below};

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

/// A report takes the place of a report, and of nothing else in the book.
#[test]
fn a_report_is_not_written_over_a_file_of_the_book() {
    let book = faulty();
    book.write("content/files/data.csv", "a,b\n");
    book.write("policy/policy.toml", "schema = 1\nprofile = \"starter\"\n");
    book.write("notes.txt", "not a report\n");
    book.write("empty.txt", "");
    let link = book.path().join("link.json");
    std::os::unix::fs::symlink(book.path().join("content/twice.md"), &link).expect("a new link");
    let before = files_below(&book.path());
    let files = [
        "content/twice.md",
        "content/../content/links.md",
        "content/files/data.csv",
        "book.toml",
        "policy/policy.toml",
        "notes.txt",
        "link.json",
    ];
    for file in files {
        let output = format!("json={file}");
        let (code, told) = outcome(&book.path(), &["check", "--output", &output]);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(&format!("`{file}` is a file of the book, and no report")), "{told}");
        assert!(!told.contains("MCM"), "nothing is judged first: {told}");
    }
    assert_eq!(files_below(&book.path()), before);
    run(&book.path(), &["check", "--output", "json=out.json", "--output", "sarif=./x/../out.json"])
        .code(2)
        .stderr_eq(str![[r#"
error: two reports go to `./x/../out.json`
  help: give each of them a file of its own

"#]]);
    // Every format is known again, also where there is nothing to tell.
    let formats =
        ["sarif", "gitlab", "rdjson", "junit", "json", "github", "github-summary", "short", "human"];
    for is_good in [false, true] {
        for format in formats {
            let output = format!("{format}={format}.out");
            outcome(&book.path(), &["check", "--output", &output]);
            let (code, told) = outcome(&book.path(), &["check", "--output", &output]);
            assert_ne!(code, Some(2), "{format}, {is_good}: {told}");
        }
        for file in ["services/shop.md", "twice.md", "links.md"] {
            book.write(
                &format!("content/{file}"),
                "---\ntitle: Shop\nowner: ana\ntier: 1\nteam: x\n---\n\n# Shop\n",
            );
        }
    }
    let (code, told) = outcome(&book.path(), &["check", "--output", "short=empty.txt"]);
    assert_ne!(code, Some(2), "{told}");
}

/// A reader of the files must not see what the last run found.
#[test]
fn a_book_that_cannot_be_read_has_its_report_too() {
    let repo = Repo::with_book_at("docs");
    repo.write("book.toml", "[book]\ntitel = \"x\"\n");
    repo.commit("a wrong book");
    let outputs = ["--output", "sarif=out.sarif", "--output", "junit=out.xml"];
    let (code, told) = outcome(&repo.book(), &[&["check"], &outputs[..]].concat());
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("unknown key `book.titel`") && told.contains("`book.toml` is not usable"),
        "{told}"
    );
    let read = |file: &str| std::fs::read_to_string(repo.book().join(file)).expect("it is there");
    let sarif: Value = serde_json::from_str(&read("out.sarif")).expect("it is JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"book-toml".into(), &"error".into()), "{sarif}");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&"docs/book.toml".into(), &2.into())
    );
    assert!(read("out.xml").contains("failures=\"1\""), "{}", read("out.xml"));
    // On standard output, too; for people once.
    let mut command = program(&repo.book());
    let output = command.args(["check", "--format", "json"]).output().expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(report["findings"][0]["code"], "book-toml");
    let output = program(&repo.book()).arg("check").output().expect("it runs");
    assert!(output.stdout.is_empty() && output.status.code() == Some(2));
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
