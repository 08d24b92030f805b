//! `mcmbook check`: formats, columns, stages, exit codes.

use std::process::Stdio;

use snapbox::str;

use crate::support::run::{outcome, printed, program, run};
use crate::support::{Folder, Repo};

const SERVICE: &str = "---\ntitle: Checkout\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n\n\
                       ## What It Does\n\nSells.\n\n## Who Uses It\n\nShoppers.\n\n## Failure Effects\n\n\
                       Nobody buys.\n";

/// A book with a fault of each severity and stage, some behind characters of more than one byte.
fn faulty() -> Folder {
    let book = Folder::book();
    book.write("content/services/checkout.md", SERVICE.replace("owner: ana", "owner: \"日本 🎉\"  # 日本"));
    book.write("content/twice.md", "# A\n\n## Same\n\n## Same\n");
    book.write("content/links.md", "# 🔗\r\n\r\nää [🎉](nowhere.md) ää\r\n");
    book
}

#[test]
fn findings_are_shown_with_excerpt_and_help() {
    let book = faulty();
    run(&book.path(), &["check"]).code(1).stderr_eq("").stdout_eq(str![[r#"
error[MCM009]: `owner` must be a roster id
 --> content/services/checkout.md:3:8
  |
3 | owner: "日本 🎉"  # 日本
  |        ^^^^^^^^^
  |
  = help: a roster id has lower-case letters, digits and hyphens

warning[MCM019]: heading "Same" occurs twice; links to it are ambiguous
 --> content/twice.md:5:1
  |
3 | ## Same
  | ------- the first one
4 |
5 | ## Same
  | ^^^^^^^
  |
  = help: rename it; until then its anchor is `#same-1`

next: content/links.md lacks for publication:
  content/links.md:3:4: MCM017 link or attachment does not resolve: nowhere.md

found 1 error, 1 warning, 1 for later stages
nothing is committed, so that every document is a draft: not a Git repository
`mcmbook check --all` shows what later stages ask for in full, with what to do

"#]]);
    run(&book.path(), &["check", "--all"]).code(1).stderr_eq("").stdout_eq(str![[r#"
warning[MCM017]: link or attachment does not resolve: nowhere.md
 --> content/links.md:3:4
  |
3 | ää [🎉](nowhere.md) ää␍
  |    ^^^^^^^^^^^^^^^^
  |
  = help: write the path from this file's folder, with `.md` at the end of a document

error[MCM009]: `owner` must be a roster id
 --> content/services/checkout.md:3:8
  |
3 | owner: "日本 🎉"  # 日本
  |        ^^^^^^^^^
  |
  = help: a roster id has lower-case letters, digits and hyphens

warning[MCM019]: heading "Same" occurs twice; links to it are ambiguous
 --> content/twice.md:5:1
  |
3 | ## Same
  | ------- the first one
4 |
5 | ## Same
  | ^^^^^^^
  |
  = help: rename it; until then its anchor is `#same-1`

found 1 error, 1 warning, 1 for later stages

"#]]);
}

#[test]
fn the_short_format_has_a_line_for_each_finding() {
    run(&faulty().path(), &["check", "--format", "short"]).code(1).stderr_eq("").stdout_eq(str![[r#"
content/links.md:3:4: warning[MCM017]: link or attachment does not resolve: nowhere.md
content/services/checkout.md:3:8: error[MCM009]: `owner` must be a roster id
content/twice.md:5:1: warning[MCM019]: heading "Same" occurs twice; links to it are ambiguous

"#]]);
}

#[test]
fn the_json_format_is_stable() {
    let book = faulty();
    run(&book.path(), &["check", "--format", "json"]).code(1).stderr_eq("").stdout_eq(str![[r#"
{
  "schema": 1,
  "tool": "mcmbook 0.1.0",
  "tally": {
    "errors": 1,
    "warnings": 1,
    "infos": 0,
    "later": 1,
    "waived": 0
  },
  "in_baseline": 0,
  "trust": null,
  "findings": [
    {
      "code": "MCM017",
      "severity": "warning",
      "stage": "published",
      "due": false,
      "fingerprint": "[FINGERPRINT]",
      "message": "link or attachment does not resolve: nowhere.md",
      "label": null,
      "place": {
        "path": "content/links.md",
        "start": {
          "line": 3,
          "column": 4,
          "utf16": 3,
          "byte": 15
        },
        "end": {
          "line": 3,
          "column": 19,
          "utf16": 19,
          "byte": 33
        }
      },
      "related": [],
      "help": [
        "write the path from this file's folder, with `.md` at the end of a document"
      ],
      "fix": null,
      "waiver": null
    },
    {
      "code": "MCM009",
      "severity": "error",
      "stage": "draft",
      "due": true,
      "fingerprint": "[FINGERPRINT]",
      "message": "`owner` must be a roster id",
      "label": null,
      "place": {
        "path": "content/services/checkout.md",
        "start": {
          "line": 3,
          "column": 8,
          "utf16": 7,
          "byte": 27
        },
        "end": {
          "line": 3,
          "column": 14,
          "utf16": 14,
          "byte": 40
        }
      },
      "related": [],
      "help": [
        "a roster id has lower-case letters, digits and hyphens"
      ],
      "fix": null,
      "waiver": null
    },
    {
      "code": "MCM019",
      "severity": "warning",
      "stage": "draft",
      "due": true,
      "fingerprint": "[FINGERPRINT]",
      "message": "heading \"Same\" occurs twice; links to it are ambiguous",
      "label": null,
      "place": {
        "path": "content/twice.md",
        "start": {
          "line": 5,
          "column": 1,
          "utf16": 0,
          "byte": 14
        },
        "end": {
          "line": 5,
          "column": 8,
          "utf16": 7,
          "byte": 21
        }
      },
      "related": [
        {
          "message": "the first one",
          "place": {
            "path": "content/twice.md",
            "start": {
              "line": 3,
              "column": 1,
              "utf16": 0,
              "byte": 5
            },
            "end": {
              "line": 3,
              "column": 8,
              "utf16": 7,
              "byte": 12
            }
          }
        }
      ],
      "help": [
        "rename it; until then its anchor is `#same-1`"
      ],
      "fix": null,
      "waiver": null
    }
  ]
}

"#]]);
    // Whatever a document holds, it is JSON.
    book.write("content/odd.md", "---\n\"a\\u001b\\\"\\\\\\u202e\\n\": 1\n---\n\n# \u{1b}[31m \u{85}\n");
    let (code, text) = outcome(&book.path(), &["check", "--format", "json"]);
    assert_eq!(code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let messages = report["findings"].as_array().expect("a list").iter().map(|finding| &finding["message"]);
    let odd = "unknown field `a\u{1b}\"\\\u{202e}\n` for kind `page`";
    assert!(messages.clone().any(|message| message == odd), "{:?}", messages.collect::<Vec<_>>());
    run(&Folder::book().path(), &["check", "--format", "json"]).code(0).stderr_eq("").stdout_eq(str![[r#"
{
  "schema": 1,
  "tool": "mcmbook 0.1.0",
  "tally": {
    "errors": 0,
    "warnings": 0,
    "infos": 0,
    "later": 0,
    "waived": 0
  },
  "in_baseline": 0,
  "trust": null,
  "findings": []
}

"#]]);
}

#[test]
fn columns_count_characters_and_excerpts_stand_any_text() {
    let book = Folder::book();
    let link = "[x](nowhere.md)";
    let cases = [
        ("ascii", format!("a {link}\n"), "1:3"),
        ("umlaut", format!("ä {link}\n"), "1:3"),
        ("emoji", format!("🎉🎉 {link}\n"), "1:4"),
        ("family", format!("👨‍👩‍👧‍👦 {link}\n"), "1:9"),
        ("combining", format!("e\u{301} {link}\n"), "1:4"),
        ("wide", format!("日本 한국 {link}\n"), "1:7"),
        ("tab", format!("a\tb\t{link}\n"), "1:5"),
        ("crlf", format!("a\r\n\r\nb {link}\r\nc\r\n"), "3:3"),
        ("cr", format!("a\rb {link}\r"), "1:5"),
        ("no-end", format!("a\n\nb {link}"), "3:3"),
        ("long", format!("{}{link}{}\n", "word ".repeat(50_000), " more".repeat(50_000)), "1:250001"),
        ("long-emoji", format!("{}{link}\n", "🎉 ".repeat(300)), "1:601"),
        ("replaced", "��\u{fffd} [x](nowhere.md)\n".to_owned(), "1:5"),
        ("nul", format!("\u{0}\u{1b}\u{7f} {link}\n"), "1:5"),
        ("bidi", format!("\u{202e}\u{2066} {link}\n"), "1:4"),
        ("lines", format!("a\u{2028}b\u{2029}c\u{85}d\u{b}\u{c} {link}\n"), "1:11"),
    ];
    for (name, text, _) in &cases {
        book.write(&format!("content/{name}.md"), text);
    }
    let (_, short) = outcome(&book.path(), &["check", "--format", "short"]);
    for (name, _, place) in &cases {
        let line = format!("content/{name}.md:{place}: warning[MCM017]:");
        assert!(short.lines().any(|told| told.starts_with(&line)), "{line} is not in\n{short}");
    }
    // The whole report holds nothing that a terminal would obey, and every finding.
    let (code, report) = outcome(&book.path(), &["check", "--all", "--color", "never"]);
    assert_eq!(code, Some(1));
    let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!report.contains(obeyed), "{report:?}");
    assert_eq!(report.matches("[MCM017]").count(), cases.len(), "{report}");
    for (name, _, place) in &cases {
        assert!(report.contains(&format!("--> content/{name}.md:{place}")), "{name}: {report}");
    }
}

#[test]
fn text_that_would_steer_a_terminal_is_shown_defused() {
    let book = Folder::book();
    book.write(
        "content/odd.md",
        "---\ntitle: \"x\\u001b]0;pwn\\u0007\"\n\"bad\\u001b[31mkey\": 1\n\"turned\\u202eyek\": 2\n---\n\n# T\n",
    );
    run(&book.path(), &["check"]).code(1).stderr_eq("").stdout_eq(str![[r#"
error[MCM003]: unknown field `bad␛[31mkey` for kind `page`
 --> content/odd.md:3:1
  |
3 | "bad\u001b[31mkey": 1
  | ^^^^^^^^^^^^^^^^^^
  |
  = help: known here: kind, id, title, owner, created, visibility, tags, related, amendments

error[MCM003]: unknown field `turned�yek` for kind `page`
 --> content/odd.md:4:1
  |
4 | "turned\u202eyek": 2
  | ^^^^^^^^^^^^^^^^^
  |
  = help: known here: kind, id, title, owner, created, visibility, tags, related, amendments

found 2 errors

"#]]);
    run(&book.path(), &["list", "--kind", "all"]).code(0).stderr_eq("").stdout_eq(str![[r#"
odd  page  x�]0;pwn�  2 errors

"#]]);
    run(&book.path(), &["show", "odd"]).code(0).stderr_eq("").stdout_eq(str![[r#"
odd  x�]0;pwn�
kind        page
file        content/odd.md
digest      sha256:[DIGEST]

sections
  T

"#]]);
}

#[test]
fn long_spans_are_cut() {
    let book = Folder::book();
    let owner: String = (0..40).map(|index| format!("  - person-{index}\n")).collect();
    let team = "team: |\n  one\n  two\n";
    let text = SERVICE.replace("owner: ana\n", &format!("owner:\n{owner}")).replace("team: shop\n", team);
    book.write("content/services/checkout.md", text);
    run(&book.path(), &["check"]).code(1).stderr_eq("").stdout_eq(str![[r#"
error[MCM009]: `owner` must be a roster id
 --> content/services/checkout.md:4:3
  |
4 | /   - person-0
5 | |   - person-1
6 | |   - person-2
7 | |   - person-3
8 | |   - person-4
9 | |   - person-5
  | |____________^
  |
  = help: here is a list
  = help: write a roster id, such as `ana`

error[MCM009]: `team` must be one line of text
  --> content/services/checkout.md:46:3
   |
46 | /   one
47 | |   two
   | |_____^
   |
   = help: write it in one line, without space around it

found 2 errors

"#]]);
}

#[test]
fn the_exit_code_says_what_is_the_matter() {
    let book = Folder::book();
    let code = |arguments: &[&str]| outcome(&book.path(), arguments).0;
    assert_eq!(code(&["check"]), Some(0), "no document, no finding");
    // A warning of this stage and one for later: only under --strict.
    book.write("content/twice.md", "# A\n\n## Same\n\n## Same\n");
    assert_eq!((code(&["check"]), code(&["check", "--strict"])), (Some(0), Some(1)));
    book.write("content/twice.md", "# A\n\n[x](nowhere.md)\n");
    assert_eq!((code(&["check"]), code(&["check", "--strict"])), (Some(0), Some(1)));
    for format in ["human", "short", "json"] {
        assert_eq!(code(&["check", "--format", format]), Some(0), "{format}");
    }
    book.write("content/services/checkout.md", SERVICE.replace("tier: 1", "tier: 4"));
    assert_eq!((code(&["check"]), code(&["check", "--strict"])), (Some(1), Some(1)));
    assert_eq!(code(&["check", "--format", "xml"]), Some(2), "a wrong call");
    assert_eq!(code(&["check", "nowhere"]), Some(2), "no such folder");
    assert_eq!(code(&["chek"]), Some(2), "no such command");
    assert_eq!(code(&[]), Some(2), "no command at all");
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["check", "--help"]), Some(0));
    assert_eq!(code(&["--version"]), Some(0));
    book.write("book.toml", "[book]\ntitel = 1\n");
    assert_eq!(code(&["check"]), Some(2), "a wrong book.toml");
}

#[test]
fn a_draft_is_told_what_is_missing_next() {
    let repo = Repo::new();
    repo.write("content/index.md", "# Changes\n");
    repo.commit("a book");
    printed(&repo.path(), &["new", "service", "orders"]);
    run(&repo.path(), &["check"]).code(0).stderr_eq("").stdout_eq(str![[r#"
next: content/services/orders.md lacks for submission:
  content/services/orders.md:3:8: MCM012 `owner` is still template text
  content/services/orders.md:19:1: MCM012 section "What It Does" is still template text
  content/services/orders.md:23:1: MCM012 section "Who Uses It" is still template text
  content/services/orders.md:27:1: MCM012 section "Failure Effects" is still template text

found 4 for later stages
`mcmbook check --all` shows what later stages ask for in full, with what to do

"#]]);
    repo.commit("a service");
    let (code, told) = outcome(&repo.path(), &["check", "--format", "short"]);
    assert_eq!((code, told.lines().count()), (Some(1), 4), "{told}");
}

#[test]
fn a_reader_that_stops_early_does_not_make_findings_good() {
    let book = Folder::book();
    for number in 0..2000 {
        book.write(&format!("content/{number}.md"), "# A\n\n## Same\n\n## Same\n");
    }
    book.write("content/services/checkout.md", SERVICE.replace("tier: 1", "tier: 4"));
    let mut child = program(&book.path())
        .args(["check", "--format", "short"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    // A place that takes nothing is another matter.
    let mut full = program(&book.path());
    full.args(["check"]).stdout(std::fs::File::create("/dev/full").expect("every Linux has it"));
    let full = full.output().expect("it runs");
    assert_eq!(full.status.code(), Some(3));
    assert_eq!(
        String::from_utf8_lossy(&full.stderr),
        "error: cannot write to standard output: no space left on the disk\n  help: free some space and run it again\n"
    );
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let book = faulty();
    let with = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = program(&book.path());
        command.arg("check").args(arguments).envs(variable);
        String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8").contains('\u{1b}')
    };
    assert!(!with(&[], None), "a pipe has no colours");
    assert!(with(&["--color", "always"], None));
    assert!(with(&["--color", "always"], Some(("NO_COLOR", "1"))), "the call is nearer than the environment");
    assert!(!with(&["--color", "never"], Some(("CLICOLOR_FORCE", "1"))));
}

#[test]
fn the_books_own_wrong_configuration_is_shown_with_every_fault() {
    let book = Folder::book();
    book.write(
        "book.toml",
        "[book]\r\ntitle = \"日本 🎉\"\r\nauthor = [\"Ana\", 3]\r\nsrc = \"../up\"\r\nlanguage = \"de DE\" # 🎉\r\n\
         [build\r\nbuild-dir = 3\r\n[output.html]\r\ndefault-theme = \"drak\"\r\ncname = \r\n[preprocessor.x]\r\n",
    );
    for command in [
        &["check"][..],
        &["build"],
        &["list"],
        &["show", "x"],
        &["new", "page", "x"],
        &["clean"],
        &["schema"],
    ] {
        assert_eq!(outcome(&book.path(), command).0, Some(2), "{command:?}");
    }
    run(&book.path(), &["check"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error[book-toml]: unknown key `book.author`
 --> book.toml:3:1
  |
3 | author = ["Ana", 3]␍
  | ^^^^^^
  |
  = help: did you mean `authors`?

error[book-toml]: `book.src` must be a relative path inside the book
 --> book.toml:4:7
  |
4 | src = "../up"␍
  |       ^^^^^^^
  |
  = help: write it with `/`, without `..`, and without a slash at the start

error[book-toml]: `book.language` is not a language tag
 --> book.toml:5:12
  |
5 | language = "de DE" # 🎉␍
  |            ^^^^^^^
  |
  = help: write it like `en` or `pt-BR` (BCP 47)

error[book-toml]: not valid TOML: unclosed table, expected `]`
 --> book.toml:6:7
  |
6 | [build␍
  |       ^
  |
  = help: see https://toml.io/en/v1.0.0 for how values are written

error[book-toml]: `output.html.default-theme` cannot be "drak"
 --> book.toml:9:17
  |
9 | default-theme = "drak"␍
  |                 ^^^^^^
  |
  = help: allowed: auto, light, dark
  = help: did you mean "dark"?

error[book-toml]: not valid TOML: string values must be quoted, expected literal string
  --> book.toml:10:9
   |
10 | cname = ␍
   |         ^
   |
   = help: see https://toml.io/en/v1.0.0 for how values are written

error[book-toml]: `preprocessor` is a key of mdBook without a meaning here
  --> book.toml:11:2
   |
11 | [preprocessor.x]␍
   |  ^^^^^^^^^^^^
   |
   = help: there are no preprocessors
   = help: remove it

error: `book.toml` is not usable

"#]]);
    book.write("book.toml", b"[book]\ntitle = \"\xff\"\nscr = \"x\"\n");
    run(&book.path(), &["check"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error[book-toml]: `book.toml` is not UTF-8
 --> book.toml:2:10
  |
2 | title = "�"
  |          ^
  |
  = help: save it as UTF-8

error[book-toml]: unknown key `book.scr`
 --> book.toml:3:1
  |
3 | scr = "x"
  | ^^^
  |
  = help: did you mean `src`?

error: `book.toml` is not usable

"#]]);
    book.write("book.toml", "");
    std::fs::remove_dir(book.path().join("content")).expect("it is empty");
    run(&book.path(), &["check"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error[book-toml]: the source folder `content` does not exist
 |
 = help: make it, or set `src` in `[book]` to the folder of the documents

error: `book.toml` is not usable

"#]]);
    let nothing = Folder::new();
    run(&nothing.path(), &["check"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no `book.toml` in `[ROOT]` or in a folder above it
  help: `mcmbook init` makes a new book here
  help: or name the folder of a book: `mcmbook build DIR`

"#]]);
}
