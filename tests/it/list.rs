//! `mcmbook list`, `show`, `schema`, `completions` and `man`.

use std::path::Path;
use std::process::{Command, Stdio};

use gray_matter::Matter;
use gray_matter::engine::YAML;
use snapbox::str;

use crate::support::run::{outcome, printed, run, same};
use crate::support::{Folder, Repo};

/// A committed book with a change in preparation, one that is over, and a service.
fn book() -> Repo {
    let repo = Repo::new();
    let request = |title: &str, more: &str| {
        format!(
            "---\ntitle: {title}\nowner: ana\nchange:\n  types: [code]\nservices: [checkout]\n{more}---\n\n# {title}\n"
        )
    };
    repo.write("content/index.md", "# Changes\n");
    repo.write(
        "content/services/checkout.md",
        "---\ntitle: Checkout 日本\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n\n## What It Does\n\nSells.\n\n\
         ## Who Uses It\n\nShoppers.\n\n## Failure Effects\n\nNobody buys.\n",
    );
    let slot = "class: major\nslot:\n  start: 2025-12-01T22:00:00+01:00\n  end: 2025-12-02T01:00:00+01:00\n";
    repo.write("content/changes/2025/MCM-2025-0007/request.md", request("Move the ledger 🚚", slot));
    repo.write("content/changes/2025/MCM-2025-0007/files/plan.csv", "a\n");
    repo.write("content/changes/2024/MCM-2024-0001/request.md", request("Old", ""));
    repo.write(
        "content/changes/2024/MCM-2024-0001/execution-1.md",
        "---\nfor: MCM-2024-0001\nstarted: 2024-03-01T22:00:00Z\noutcome: rolled_back\n---\n\n# Execution\n",
    );
    repo.commit("a book");
    repo
}

#[test]
fn an_empty_book_has_an_empty_list() {
    let book = Folder::book();
    run(&book.path(), &["list"]).code(0).stdout_eq("").stderr_eq("");
    run(&book.path(), &["list", "--format", "json"]).code(0).stderr_eq("").stdout_eq(str![[r#"
{
  "format": 1,
  "trust": null,
  "changes": []
}

"#]]);
    run(&book.path(), &["list", "--kind", "all"]).code(0).stdout_eq("").stderr_eq("");
}

#[test]
fn changes_and_documents_are_listed() {
    let repo = book();
    let dir = repo.path();
    run(&dir, &["list"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2025-0007  requested    2025-12-01  Move the ledger 🚚  11 errors
MCM-2024-0001  rolled back  -           Old                14 errors

"#]]);
    run(&dir, &["list", "--format", "json"]).code(0).stderr_eq("").stdout_eq(str![[r#"
{
  "format": 1,
  "trust": null,
  "changes": [
    {
      "id": "MCM-2025-0007",
      "title": "Move the ledger 🚚",
      "phase": "request",
      "outcome": null,
      "cancelled": false,
      "approval": "before-adoption",
      "class": "major",
      "services": [
        "checkout"
      ],
      "start": "2025-12-01T22:00:00+01:00",
      "errors": 11
    },
    {
      "id": "MCM-2024-0001",
      "title": "Old",
      "phase": "executed",
      "outcome": "rolled_back",
      "cancelled": false,
      "approval": "before-adoption",
      "class": null,
      "services": [
        "checkout"
      ],
      "start": null,
      "errors": 14
    }
  ]
}

"#]]);
    run(&dir, &["list", "--kind", "request"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2024-0001/request  request  Old                11 errors
MCM-2025-0007/request  request  Move the ledger 🚚  11 errors

"#]]);
    let all = printed(&dir, &["list", "--kind", "all", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&all).expect("it is JSON");
    let paths: Vec<_> = all["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| line["path"].as_str().expect("text"))
        .collect();
    let mut sorted = paths.clone();
    sorted.sort_unstable();
    assert_eq!((paths.len(), &paths), (5, &sorted));
    run(&dir, &["list", "--kind", "servise"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: unknown kind `servise`
  help: did you mean `service`?

"#]]);
    assert_eq!(printed(&dir.join("content"), &["list"]), printed(&dir, &["list"]), "from a folder below");
}

#[test]
fn a_change_and_a_document_are_shown() {
    let repo = book();
    let dir = repo.path();
    repo.write(
        "content/changes/2025/MCM-2025-0007/runbook.md",
        "---\nfor: MCM-2025-0007\n---\n\n# Runbook\n",
    );
    run(&dir, &["show", "MCM-2025-0007"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2025-0007  Move the ledger 🚚
approval    before-adoption: there is no policy on the mainline
phase       planned
class       major
services    checkout
slot        2025-12-01T22:00:00+01:00 to 2025-12-02T01:00:00+01:00
owner       ana

documents
  request  request  [COMMIT]     Move the ledger 🚚
  runbook  runbook  not committed  Runbook

attachments
  files/plan.csv  sha256:[DIGEST]

findings
  MCM010  now             request.md  required section "Description" is missing
  MCM010  now             request.md  required section "Risk and Impact" is missing
  MCM010  now             request.md  required section "Rollback Plan" is missing
  MCM010  now             request.md  required section "Scope" is missing
  MCM112  now             request.md  criterion `impact.customer` is unanswered; the class cannot be derived
  MCM112  now             request.md  criterion `impact.downtime` is unanswered; the class cannot be derived
  MCM119  now             request.md  no rollback strategy
  MCM112  now             request.md  criterion `change.extent` is unanswered; the class cannot be derived
  MCM112  now             request.md  criterion `change.novelty` is unanswered; the class cannot be derived
  MCM112  now             request.md  criterion `change.reversibility` is unanswered; the class cannot be derived
  MCM010  for submission  runbook.md  required section "Execution" is missing
  MCM010  for submission  runbook.md  required section "Rollback" is missing
  MCM301  for execution   runbook.md  no passed rehearsal of this runbook

"#]]);
    run(&dir, &["show", "MCM-2025-0007/request"]).code(0).stderr_eq("").stdout_eq(str![[r#"
MCM-2025-0007/request  Move the ledger 🚚
kind        request
file        content/changes/2025/MCM-2025-0007/request.md
digest      sha256:[DIGEST]
first       [COMMIT] by Ana Ferreira
last        [COMMIT] by Ana Ferreira, 1 in all

sections
  Move the ledger 🚚

"#]]);
    run(&dir, &["show", "checkout"]).code(0).stderr_eq("").stdout_eq(str![[r#"
services/checkout  Checkout 日本
kind        service
file        content/services/checkout.md
digest      sha256:[DIGEST]
first       [COMMIT] by Ana Ferreira
last        [COMMIT] by Ana Ferreira, 1 in all

sections
  Checkout
    What It Does
    Who Uses It
    Failure Effects

"#]]);
    assert_eq!(printed(&dir, &["show", "services/checkout"]), printed(&dir, &["show", "checkout"]));
    let told = |id: &str| {
        let text = printed(&dir, &["show", id, "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|_| panic!("{text}"))
    };
    let (change, document) = (told("MCM-2025-0007"), told("checkout"));
    let schema = serde_json::from_str(&printed(&dir, &["schema", "--show"])).expect("it is JSON");
    for value in [&change, &document] {
        assert!(crate::approvals::status::is_valid(&schema, value), "{value}");
    }
    assert_eq!((&change["document"], &document["change"]), (&().into(), &().into()));
    let (change, document) = (&change["change"], &document["document"]);
    assert_eq!(change["approval"]["status"], "before-adoption");
    assert_eq!(change["slot"]["start"], "2025-12-01T22:00:00+01:00");
    assert_eq!(change["documents"][1]["commit"], serde_json::Value::Null, "the runbook is not committed");
    assert_eq!(change["attachments"][0]["path"], "files/plan.csv");
    let later = change["findings"].as_array().expect("a list").iter().filter(|one| one["due"] == false);
    let later: Vec<_> = later.map(|one| one["code"].as_str().expect("text")).collect();
    assert_eq!(later, ["MCM010", "MCM010", "MCM301"]);
    assert_eq!((&document["id"], &document["commits"]), (&"services/checkout".into(), &1.into()));
    assert_eq!(document["sections"][1]["text"], "What It Does");
    let broken = serde_json::json!({"format": 1, "trust": null, "change": {"id": 7}, "document": null});
    assert!(!crate::approvals::status::is_valid(&schema, &broken));
    run(&dir, &["show", "MCM-2025-0070"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no change and no document `MCM-2025-0070`
  help: did you mean `MCM-2025-0007`?

"#]]);
    run(&dir, &["show", "nothing of the kind"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no change and no document `nothing of the kind`
  help: `mcmbook list` and `mcmbook list --kind all` print the ids

"#]]);
}

/// Every schema is a schema, and accepts the front matter of the repository's own documents.
#[test]
fn schemas_accept_the_documents_that_the_rules_accept() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = printed(root, &["schema"]);
    let kinds: Vec<&str> = kinds.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(kinds.len(), 12, "{kinds:?}");
    let documents = printed(root, &["list", "--kind", "all", "--format", "json", "--history=unknown"]);
    let documents: serde_json::Value = serde_json::from_str(&documents).expect("it is JSON");
    let documents = documents["documents"].as_array().expect("a list");
    let mut judged = 0;
    for kind in kinds {
        let schema: serde_json::Value =
            serde_json::from_str(&printed(root, &["schema", kind])).expect("it is JSON");
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.enable_format_assertions();
        compiler.set_default_draft(boon::Draft::V2020_12);
        compiler.add_resource("schema.json", schema).expect("an address of its own");
        let compiled =
            compiler.compile("schema.json", &mut schemas).unwrap_or_else(|error| panic!("{kind}: {error}"));
        for document in documents.iter().filter(|document| document["kind"] == kind) {
            let path = document["path"].as_str().expect("text");
            let text = std::fs::read_to_string(root.join(path)).expect("it is there");
            let parsed = Matter::<YAML>::new().parse::<serde_json::Value>(&text).expect("it is YAML");
            let matter = parsed.data.unwrap_or(serde_json::json!({}));
            if let Err(error) = schemas.validate(&matter, compiled) {
                panic!("{path}: {error:#}");
            }
            judged += 1;
        }
        let unknown = serde_json::json!({ "titel": "x" });
        assert!(schemas.validate(&unknown, compiled).is_err(), "{kind} takes any key");
    }
    assert_eq!(judged, documents.len(), "every document has a kind");
}

#[test]
fn a_schema_knows_the_kinds_of_its_book() {
    let book = Folder::book();
    book.write("book.toml", "[kind.decision.fields]\nweight = { type = \"integer\", min = 1, max = 3, required = true, doc = \"How much.\" }\n");
    same(
        &printed(&book.path(), &["schema", "decision"]),
        str![[r#"
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "mcmbook:front-matter:decision",
  "title": "Decision",
  "type": "object",
  "properties": {
    "kind": {
      "type": "string",
      "pattern": "^\\S(.*\\S)?$",
      "description": "What the document is; needed only where its path does not say it."
    },
    "id": {
      "type": "string",
      "pattern": "^\\S(.*\\S)?$",
      "description": "The document's or change's id; derived from the path, and must agree with it."
    },
    "title": {
      "type": "string",
      "pattern": "^\\S(.*\\S)?$",
      "description": "What the document is called in lists and headings."
    },
    "owner": {
      "type": "string",
      "pattern": "^@?[a-z0-9-]+$",
      "description": "Who answers for it: a roster id."
    },
    "created": {
      "type": "string",
      "format": "date",
      "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
      "description": "When it was begun; Git is the authority."
    },
    "visibility": {
      "enum": [
        "public",
        "internal",
        "restricted"
      ],
      "description": "Who may see it."
    },
    "tags": {
      "type": "array",
      "items": {
        "type": "string",
        "pattern": "^\\S(.*\\S)?$"
      },
      "description": "Words to find it by."
    },
    "related": {
      "type": "array",
      "items": {
        "type": [
          "string",
          "integer"
        ]
      },
      "description": "Documents or changes that belong to it."
    },
    "amendments": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "at": {
            "type": "string",
            "format": "date",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
            "description": "The day."
          },
          "by": {
            "type": "string",
            "pattern": "^@?[a-z0-9-]+$",
            "description": "Who made it: a roster id."
          },
          "reason": {
            "type": "string",
            "pattern": "^\\S(.*\\S)?$",
            "description": "What was changed, and why."
          }
        },
        "additionalProperties": false,
        "required": [
          "at",
          "by",
          "reason"
        ]
      },
      "description": "Edits of a record after it was closed, each with its reason."
    },
    "weight": {
      "type": "integer",
      "minimum": 1,
      "maximum": 3,
      "description": "How much."
    }
  },
  "additionalProperties": false,
  "required": [
    "weight"
  ]
}

"#]],
    );
    // Without a book there are the built-in kinds.
    let nowhere = Folder::new();
    assert_eq!(outcome(&nowhere.path(), &["schema", "request"]).0, Some(0));
    run(&nowhere.path(), &["schema", "decision"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: unknown kind `decision`
  help: known kinds: exception, execution, guide, notice, page, post-mortem, rehearsal, request, runbook, service, standard, window

"#]]);
    run(&nowhere.path(), &["schema"]).code(0).stderr_eq("").stdout_eq(str![[r#"
exception     Leave for one change to run in a window that would stop it.
execution     What was done, when, by whom, with every decision. Written by the run, not by hand.
guide         A chapter of the process guide.
notice        What people are told of a change, and the proof that they were.
page          A page of the book that belongs to no other kind.
post-mortem   What was learned, whatever the outcome.
rehearsal     A runbook carried out before the day, by the clock, with its rollback.
request       What is to be changed, why now, with which risk, and how it would be undone.
runbook       The steps of a change, with owners, estimates, go/no-go points and a timed rollback.
service       An entry of the service catalogue.
standard      A change that is approved once and repeated within limits.
window        A time in which changes are restricted, frozen, or allowed.

"#]]);
}

/// Runs a judge with something on its standard input; gives what it said when it was not content.
fn judge(program: &str, arguments: &[&str], input: &str) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, input.as_bytes()));
    let output = child.wait_with_output().expect("it runs");
    writer.join().expect("no panic").map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && told.is_empty() { Ok(()) } else { Err(told) }
}

#[test]
fn completions_are_scripts_of_their_shell() {
    let dir = Folder::new();
    let commands = [
        "init",
        "new",
        "build",
        "check",
        "explain",
        "baseline",
        "clean",
        "list",
        "show",
        "schema",
        "completions",
        "man",
    ];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&dir.path(), &["completions", shell]);
        for command in commands {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
        if ["bash", "zsh", "fish"].contains(&shell) && Command::new(shell).arg("--version").output().is_ok() {
            assert_eq!(judge(shell, &["-n"], &script), Ok(()), "{shell}");
        }
    }
    // What bash itself answers for a half written command.
    let script = printed(&dir.path(), &["completions", "bash"]);
    let ask = format!(
        "{script}\nCOMP_WORDS=(mcmbook ch)\nCOMP_CWORD=1\n_mcmbook mcmbook ch mcmbook\n[ \"${{COMPREPLY[*]}}\" = check ]\n"
    );
    assert_eq!(judge("bash", &["--norc", "-s"], &ask), Ok(()));
    assert_eq!(outcome(&dir.path(), &["completions", "tcsh"]).0, Some(2));
}

#[test]
fn manual_pages_are_clean_roff() {
    let dir = Folder::new();
    let commands = [
        "init",
        "new",
        "build",
        "check",
        "explain",
        "baseline",
        "clean",
        "list",
        "show",
        "schema",
        "completions",
        "man",
    ];
    for command in commands.iter().map(|command| vec!["man", command]).chain([vec!["man"]]) {
        let page = printed(&dir.path(), &command);
        assert!(page.contains(".TH mcmbook"), "{command:?}: {page}");
        // lexgrog reads NAME as mandb does; man renders and tells what groff warns of.
        if Command::new("man").arg("--version").output().is_ok() {
            assert_eq!(
                judge("man", &["--warnings=w", "-l", "-E", "UTF-8", "-"], &page),
                Ok(()),
                "{command:?}"
            );
        }
    }
    run(&dir.path(), &["man", "biuld"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no command `biuld`
  help: `mcmbook help` lists them

"#]]);
}

#[test]
fn help_is_written_for_every_command() {
    let dir = Folder::new();
    same(
        &printed(&dir.path(), &["--help"]),
        str![[r#"
Checks and publishes a Git-backed book of major changes: requests, runbooks, post-mortems

Usage: mcmbook [OPTIONS] <COMMAND>

Commands:
  init              Make a new book in an empty or existing folder
  new               Make a new document from the fields and sections of its kind
  demo              Make the book of an invented company, with real signatures, and build it
  build             Build the site
  serve             Show the site in a browser and rebuild it on every change
  check             Find what documents lack, and where
  explain           Explain a rule, or what a change or a document lacks
  baseline          Let the present findings pass, for a book that adopts the checker
  clean             Remove the built site
  list              List changes or documents
  show              Show a change or a document
  classify          Print the class of a change and why it is that
  similar           Print earlier changes like a change
  policy            Show who may do what and how strict the book is
  status            Show what is approved, by whom, and what is missing
  impact            Show which signatures a range of commits makes stale
  verify-record     Show how one record was judged, rule by rule
  approve           Approve a change or a document, signed
  reject            Refuse a change or a document, signed
  retract           Take back one's own approval or rejection
  reinstate         Let a record count again that a revoked key has made
  withdraw          End a change that will not be carried out
  acknowledge       Say that one has read a document
  authorise         Let an emergency change begin
  ratify            Approve an emergency change afterwards
  review            Say that one has reviewed a post-mortem
  accept-collision  Accept that two changes collide
  gate              Say whether a service may be deployed to now, and why
  calendar          Show and write the calendar: windows, freezes and slots
  evidence          Write the evidence for a change's approvals, to be checked with stock tools
  doctor            Look whether this clone and your set-up are fit for signed decisions
  hook              Keep a spoiled history from being pushed
  keys              Print the keys of the policy in force, for stock tools
  stamp             Testify when a head was seen
  schema            Print the JSON Schema of a kind's front matter
  completions       Print a completion script for a shell
  man               Print the manual page
  help              Print this message or the help of the given subcommand(s)

Options:
      --color <WHEN>
          When to use colours

          Possible values:
          - auto:   On a terminal, unless NO_COLOR is set
          - always: Always
          - never:  Never
          
          [default: auto]

  -q, --quiet
          Print only results, warnings and errors

  -v, --verbose...
          Print each step

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version

Exit codes: 0 good, 1 findings, 2 wrong call or book.toml, 3 environment, 4 internal.

"#]],
    );
    for command in [
        "init",
        "new",
        "build",
        "check",
        "explain",
        "baseline",
        "clean",
        "list",
        "show",
        "schema",
        "completions",
        "man",
    ] {
        let help = printed(&dir.path(), &[command, "--help"]);
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{command}: {help}");
        assert_eq!(printed(&dir.path(), &["help", command]), help);
    }
}

#[test]
fn the_manual_names_every_option_of_the_checker() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/manual/commands.md");
    let manual = std::fs::read_to_string(manual).expect("it is there");
    let option = regex::Regex::new(r"^ +(?:-\w, )?(--[a-z-]+)").expect("a pattern of this file");
    let section = |name: &str| {
        let start = manual.find(&format!("\n## {name}\n")).unwrap_or_else(|| panic!("no section on {name}"));
        let rest = &manual[start + 1..];
        rest.find("\n## ").map_or(rest, |end| &rest[..end])
    };
    let everywhere = section("Options of every command");
    for command in ["check", "explain", "baseline", "schema", "status", "verify-record", "evidence"] {
        let help = printed(&Folder::new().path(), &["help", command]);
        let named = |option: &str| section(command).contains(option) || everywhere.contains(option);
        let options = help.lines().filter_map(|line| option.captures(line)).map(|found| found[1].to_owned());
        let missing: Vec<String> = options.filter(|option| !named(option)).collect();
        assert!(missing.is_empty(), "commands.md does not name {missing:?} of {command}");
    }
}
