//! The same commit gives the same bytes, wherever and by whomever it is built; and what is remembered
//! between two builds changes nothing but time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::inputs::config::Config;
use mcmbook::inputs::history::{Commit, FileHistory, History, Person};
use mcmbook::inputs::policy::Policy;
use mcmbook::inputs::profile::Profile;
use mcmbook::inputs::{Attachment, Inputs};
use mcmbook::memo::Memo;
use mcmbook::outputs::report::{Sources, short};
use mcmbook::outputs::site::{self, SiteOptions, Theme};
use mcmbook::outputs::{Content, Held, Output};
use mcmbook::text::{BookPath, ContentHash, SourceFile};
use proptest::prelude::*;

use crate::support::run::{printed, program};
use crate::support::{Folder, Repo, checked, files_below};

const SERVICE: &str = "---\ntitle: Checkout\nowner: ana\ntier: 1\nteam: shop\n---\n\n# Checkout\n\n## What It Does\n\n\
                       Sells, see [the change](../changes/2026/MCM-2026-0001/request.md#scope).\n\n\
                       ## Who Uses It\n\nShoppers.\n\n## Failure Effects\n\nNobody buys.\n";

const REQUEST: &str = "---\ntitle: Move the ledger\nowner: ana\nchange:\n  types: [code]\nservices: [checkout]\n\
                       slot:\n  start: 2026-12-01T22:00:00+01:00\n  end: 2026-12-02T01:00:00+01:00\n\
                       \x20 tz: Europe/Berlin\n---\n\n# Move the ledger\n\n## Description\n\nWhat, \"why\" -- when.\n\n\
                       ## Scope\n\nIn: all.\n\n```sql\nSELECT 1;\n```\n";

const RUNBOOK: &str = "---\nfor: MCM-2026-0001\nwatch_period: 2d\n---\n\n# Runbook\n\n## Execution\n\n### Step 1: Promote\n\n\
                       - Owner: @ana\n- Estimate: 10m\n- Undo: R1\n\n```bash\npg_ctl promote\n```\n\n## Rollback\n\n\
                       ### Rollback R1: Back\n\n- Owner: @ana\n- Estimate: 5m\n";

/// A repository with a history: renames, two people, a merge, an attachment.
fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("content/index.md", "# Changes\n\nSee [checkout](services/checkout.md).\n");
    repo.write("content/services/checkout.md", SERVICE);
    repo.commit("a book");
    for number in 1..=5 {
        let request = REQUEST.replace("Move the ledger", &format!("Move number {number}"));
        repo.write(&format!("content/changes/2026/MCM-2026-000{number}/request.md"), request);
        repo.commit(&format!("change {number}"));
    }
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("content/changes/2026/MCM-2026-0001/runbook.md", RUNBOOK);
    repo.write("content/changes/2026/MCM-2026-0001/files/plan.csv", "a,b\n");
    repo.commit("a runbook");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("content/notes/öäü 日本.md", "# Über 日本\n");
    repo.commit("notes");
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    repo.rename("content/notes/öäü 日本.md", "content/notes/Straße.md");
    repo.commit("a better name");
    repo
}

/// Builds a clone with an environment of its own; gives every file of the site.
fn site_of(clone: &Path, environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    built(clone, &[], environment)
}

fn built(clone: &Path, how: &[&str], environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let mut build = program(clone);
    build.args(["build", "-q"]).args(how).env_remove("SOURCE_DATE_EPOCH").envs(environment.iter().copied());
    let output = build.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    checked(&clone.join("book"));
    files_below(&clone.join("book"))
}

#[test]
fn two_clones_in_other_places_give_the_same_bytes() {
    let repo = repository();
    let (here, there) = (Folder::new(), Folder::new());
    let url = format!("file://{}", repo.path().display());
    let clone = |folder: &Folder, name: &str| {
        let clone = folder.path().join(name);
        repo.git(&["clone", "--quiet", &url, clone.to_str().expect("UTF-8")]);
        clone
    };
    let one = clone(&here, "a");
    let other = clone(&there, "a much longer/name ü/b");
    // Another branch name and a detached head are the same commit.
    repo.git(&["-C", other.to_str().expect("UTF-8"), "repack", "-adq"]);
    let first = site_of(
        &one,
        &[("TZ", "America/St_Johns"), ("LANG", "de_DE.UTF-8"), ("RAYON_NUM_THREADS", "1"), ("USER", "ana")],
    );
    let second = site_of(
        &other,
        &[
            ("TZ", "Asia/Kathmandu"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "C"),
            ("RAYON_NUM_THREADS", "7"),
            ("COLUMNS", "20"),
            ("NO_COLOR", "1"),
            ("USER", "raj"),
        ],
    );
    assert_same(&first, &second);
    // A work tree whose files were written in another order and at another time.
    std::fs::remove_dir_all(one.join("content")).expect("it is there");
    repo.git(&[
        "-C",
        one.to_str().expect("UTF-8"),
        "checkout",
        "--quiet",
        "--",
        "content/notes",
        "content/services",
    ]);
    repo.git(&["-C", one.to_str().expect("UTF-8"), "checkout", "--quiet", "--", "content"]);
    assert_same(&first, &site_of(&one, &[]));
}

/// What depends on the time is seen from the commit, known or left out, or from the moment that is given. Where there is
/// neither, a clock is asked, and no file shows what it said.
#[test]
fn without_a_history_no_file_shows_the_clock() {
    const CHANGE: &str = "changes/2026/MCM-2026-0001/change.json";
    let repo = repository();
    let (dir, head) = (repo.path(), repo.git(&["log", "-1", "--format=%ct"]));
    let hours = || {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        ["%Y-%m-%dT%H:", "%-d %b %Y, %H:"].map(|form| now.strftime(form).to_string())
    };
    let built = |how: &[&str], environment: &[(&str, &str)]| {
        let before = hours();
        let site = built(&dir, how, environment);
        for (path, bytes) in &site {
            let text = String::from_utf8_lossy(bytes);
            for hour in before.iter().chain(&hours()) {
                assert!(!text.contains(hour), "{path} shows {hour} of {how:?} {environment:?}");
            }
        }
        let record: serde_json::Value = serde_json::from_slice(&site[CHANGE]).expect("JSON");
        let calendar = String::from_utf8_lossy(&site["calendar/index.html"]).into_owned();
        let at = record["state"]["as_of"].as_str().map(|at| at.parse::<jiff::Timestamp>().expect("a moment"));
        (at.map(jiff::Timestamp::as_second), calendar)
    };
    let seconds = head.trim().parse::<i64>().expect("seconds");
    let (at, calendar) = built(&["--history=unknown"], &[]);
    assert_eq!(at, Some(seconds), "the commit is there, though its past is not read");
    assert!(calendar.contains("The coming weeks") && !calendar.contains("not known"), "{calendar}");
    std::fs::remove_dir_all(dir.join(".git")).expect("it is there");
    assert_eq!(built(&[], &[("SOURCE_DATE_EPOCH", "1700000000")]).0, Some(1_700_000_000));
    let (at, calendar) = built(&[], &[]);
    assert_eq!(at, None);
    for words in ["Seen from a moment that is not known", "What is in force is not known", "Which weeks are"]
    {
        assert!(calendar.contains(words), "{words}: {calendar}");
    }
}

#[test]
fn the_order_in_which_files_were_made_does_not_matter() {
    let names: Vec<String> = (0..60).map(|number| format!("content/p/{}.md", (number * 37) % 60)).collect();
    let site = |names: &mut dyn Iterator<Item = &String>| {
        let book = Folder::book();
        for name in names {
            book.write(name, format!("# {name}\n\n[x](nowhere.md) [y](1.md)\n"));
        }
        let check = printed(&book.path(), &["check", "--all"]);
        // Without a history the pages are seen from the clock.
        let clock = [("SOURCE_DATE_EPOCH", crate::support::run::NOW)];
        (site_of(&book.path(), &clock), check, printed(&book.path(), &["list", "--kind", "all"]))
    };
    let (forward, backward) = (site(&mut names.iter()), site(&mut names.iter().rev()));
    assert_same(&forward.0, &backward.0);
    assert_eq!((forward.1, forward.2), (backward.1, backward.2));
}

fn assert_same(first: &BTreeMap<String, Vec<u8>>, second: &BTreeMap<String, Vec<u8>>) {
    assert!(first.keys().eq(second.keys()), "other files");
    for (path, bytes) in first {
        let (one, other) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&second[path]));
        assert!(one == other, "{path}:\n{}", first_difference(&one, &other));
    }
}

fn first_difference(one: &str, other: &str) -> String {
    let lines = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    lines.map_or("one is longer".to_owned(), |(one, other)| format!("- {one}\n+ {other}"))
}

/// What happens to a book between two analyses.
#[derive(Clone, Debug)]
enum Edit {
    /// A file gets this text.
    Write(&'static str, String),
    /// A file goes.
    Remove(&'static str),
    /// A file gets another name.
    Rename(&'static str, &'static str),
    /// `book.toml` gets this text.
    Configure(&'static str),
    /// The history is another one.
    Remember(usize),
    /// What was not used is forgotten.
    Evict,
}

const PATHS: [&str; 10] = [
    "content/index.md",
    "content/a.md",
    "content/b.md",
    "content/services/checkout.md",
    "content/services/orders.md",
    "content/changes/2026/MCM-2026-0001/request.md",
    "content/changes/2026/MCM-2026-0001/runbook.md",
    "content/changes/2026/MCM-2026-0001/files/a.csv",
    "content/changes/2026/MCM-2026-0002/request.md",
    "content/process/roles.md",
];

const CONFIGS: [&str; 6] = [
    "",
    "[book]\ntitle = \"Another\"\nlanguage = \"he\"\n",
    "[output.html]\nsmart-punctuation = true\n",
    "[output.html]\nsite-url = \"https://changes.example.org/\"\ninput-404 = \"a.md\"\n",
    "[kind.page.fields]\nweight = { type = \"integer\", required = true }\n",
    "[kind.service]\ntitle = \"System\"\nplural = \"Systems\"\nordered = false\n",
];

fn texts() -> impl Strategy<Value = String> {
    let whole = [
        SERVICE,
        REQUEST,
        RUNBOOK,
        "",
        "# A\n\n[b](b.md#there) [checkout](services/checkout.md#who-uses-it) [1](changes/2026/MCM-2026-0001/request.md)\n",
        "# B\n\n## There\n\n## There\n\n[a](a.md) ![x](changes/2026/MCM-2026-0001/files/a.csv)\n",
        "---\ntitle: Roles\nversion: 1\nchapter: roles\nrelated: [checkout, MCM-2026-0001]\n---\n\n# Roles\n",
        "---\ntitle: [\n---\n",
        "\u{feff}# Mark\r\n",
    ];
    let pieces = prop::sample::select(vec![
        "# T\n",
        "## There\n",
        "[x](a.md)\n",
        "[y](b.md#there)\n",
        "---\n",
        "```rust\nfn f() {}\n```\n",
        "> [!NOTE]\n> n\n",
        "\"q\" -- d\n",
        "title: x\n",
    ]);
    prop_oneof![
        3 => prop::sample::select(whole.to_vec()).prop_map(str::to_owned),
        1 => prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.join("\n")),
    ]
}

fn edits() -> impl Strategy<Value = Edit> {
    let path = || prop::sample::select(PATHS.to_vec());
    prop_oneof![
        6 => (path(), texts()).prop_map(|(path, text)| Edit::Write(path, text)),
        2 => path().prop_map(Edit::Remove),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Rename(from, to)),
        2 => prop::sample::select(CONFIGS.to_vec()).prop_map(Edit::Configure),
        1 => (0..4usize).prop_map(Edit::Remember),
        1 => Just(Edit::Evict),
    ]
}

/// A book in memory.
#[derive(Clone, Default)]
struct State {
    config: &'static str,
    history: usize,
    files: BTreeMap<&'static str, String>,
}

impl State {
    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Write(path, text) => drop(self.files.insert(path, text.clone())),
            Edit::Remove(path) => drop(self.files.remove(path)),
            Edit::Rename(from, to) => {
                if let Some(text) = self.files.remove(from) {
                    self.files.insert(to, text);
                }
            }
            Edit::Configure(config) => self.config = config,
            Edit::Remember(history) => self.history = *history,
            Edit::Evict => {}
        }
    }

    fn inputs(&self) -> Arc<Inputs> {
        let path = |path: &str| BookPath::new(path).expect("a normal path");
        let parsed = Config::parse(&SourceFile::new(path("book.toml"), self.config.as_bytes()));
        assert_eq!(parsed.faults, []);
        let (mut sources, mut attachments) = (Vec::new(), Vec::new());
        for (name, text) in &self.files {
            let file = SourceFile::new(path(name), text.clone().into_bytes());
            match file.path.extension() {
                "md" => sources.push(file),
                _ => attachments.push(Attachment {
                    path: file.path.clone(),
                    hash: file.hash,
                    size: text.len() as u64,
                    text: None,
                }),
            }
        }
        let history = Arc::new(history(self.history));
        Arc::new(Inputs {
            config: Arc::new(parsed.config),
            policy: Arc::new(Policy::none(Profile::Regulated)),
            as_of: jiff::Timestamp::UNIX_EPOCH,
            sources,
            attachments,
            history,
            faults: Vec::new(),
        })
    }
}

fn history(which: usize) -> History {
    let person =
        |name: &str| Arc::new(Person { name: name.to_owned(), email: format!("{name}@northmere.example") });
    let commit = |digit: &str, time| Commit {
        id: digit.repeat(40),
        summary: format!("commit {digit}"),
        author: person("ana"),
        committer: person("raj"),
        time,
        offset: 60,
        signed: false,
    };
    match which {
        0 => History::unknown("not a Git repository"),
        1 => History::unborn("the repository has no commit yet"),
        _ => {
            let files = PATHS.iter().take(which * 3);
            let of = |path: &&str| {
                (
                    BookPath::new(path).expect("normal"),
                    FileHistory { commits: vec![0], ..FileHistory::default() },
                )
            };
            History {
                head: Some(0),
                branch: Some("main".to_owned()),
                commits: vec![commit("b", 1_780_000_000).into(), commit("a", 1_770_000_000).into()],
                files: files.map(of).collect(),
                total_commits: which,
                ..History::default()
            }
        }
    }
}

/// Everything that commands and pages show of an analysis.
fn shown(analysis: &Analysis, theme: &Theme, memo: &Memo) -> BTreeMap<String, Vec<u8>> {
    let options = SiteOptions { version: "test".to_owned(), as_of: Some(1_790_000_000) };
    let Output { files, .. } =
        site::build(analysis, theme, &options, memo, &Held).expect("the built-in theme is sound");
    let bytes = |content: Content| match content {
        Content::Bytes(bytes) => bytes.to_vec(),
        Content::Attachment(path) => format!("copy of {path}").into_bytes(),
        Content::Written { .. } => unreachable!("every page is held"),
    };
    let mut shown: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(path, content)| (path, bytes(content))).collect();
    let findings = short(&analysis.findings, &Sources::of_analysis(analysis));
    shown.insert("(findings)".to_owned(), findings.into_bytes());
    let documents = format!("{:#?}", analysis.facts.book.documents);
    shown.insert("(documents)".to_owned(), ContentHash::of(documents.as_bytes()).to_string().into_bytes());
    shown
}

/// After every edit an analysis with what is remembered and one from nothing show the same.
fn remembers(edits: &[Edit]) {
    let theme = Theme::built_in().expect("the built-in theme is sound");
    let mut state = State::default();
    state.files.insert("content/index.md", "# Changes\n".to_owned());
    state.files.insert("content/services/checkout.md", SERVICE.to_owned());
    state.files.insert("content/changes/2026/MCM-2026-0001/request.md", REQUEST.to_owned());
    let memo = Memo::default();
    shown(&analyze(state.inputs(), &memo), &theme, &memo);
    for edit in edits {
        state.apply(edit);
        if matches!(edit, Edit::Evict) {
            memo.evict();
        }
        let remembered = shown(&analyze(state.inputs(), &memo), &theme, &memo);
        let anew = Memo::default();
        let fresh = shown(&analyze(state.inputs(), &anew), &theme, &anew);
        assert_same(&fresh, &remembered);
    }
}

/// A document keeps where its lines begin from a finding that is gone.
#[test]
fn a_document_that_was_quoted_once_is_the_same() {
    remembers(&[
        Edit::Write("content/b.md", "[x](a.md)\n".to_owned()),
        Edit::Write("content/a.md", "# A\n".to_owned()),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 12, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_remembered_changes_nothing(edits in prop::collection::vec(edits(), 1..10)) {
        remembers(&edits);
    }
}
