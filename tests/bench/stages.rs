//! Wall time of the stages of a build, on the corpora of `shared/bench`.
//!
//! `cargo bench` makes nothing itself: a corpus lies in `target/bench/mcm-1000` and `target/bench/mcm-10000`,
//! made once as README.md beside this file says.
//!
//! A benchmark whose corpus is missing says so and measures nothing.

#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should stop where it stands")]
#![allow(clippy::print_stderr, reason = "people run benchmarks in a terminal")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::{Bencher, black_box};
use mcmbook::analysis::{Analysis, analyze};
use mcmbook::facts::approval::Approvals;
use mcmbook::facts::calendar::Schedule;
use mcmbook::hosts::publish::Staging;
use mcmbook::hosts::shell::Progress;
use mcmbook::hosts::workspace::{LoadOptions, Loaded, load};
use mcmbook::inputs::Inputs;
use mcmbook::inputs::config::Config;
use mcmbook::inputs::document::{self, Document};
use mcmbook::inputs::history::History;
use mcmbook::inputs::history::ledger::RecordCommit;
use mcmbook::inputs::policy::Policy;
use mcmbook::inputs::profile::Profile;
use mcmbook::inputs::signature::split;
use mcmbook::memo::Memo;
use mcmbook::outputs::report::{self, HumanOptions, Report};
use mcmbook::outputs::site::{self, SiteOptions, Theme, search};
use mcmbook::outputs::{Held, Output, Sink};
use mcmbook::text::{BookPath, SourceFile};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The corpus of so many documents, with the kinds that its documents have; nothing when it is not there.
fn corpus(documents: usize) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = root.join(format!("target/bench/mcm-{documents}"));
    if !dir.join("content").is_dir() {
        eprintln!("skipped: no corpus in {}; tests/bench/README.md says how to make it", dir.display());
        return None;
    }
    std::fs::copy(root.join("tests/bench/book.toml"), dir.join("book.toml")).unwrap();
    Some(dir)
}

fn loaded(documents: usize) -> Option<Loaded> {
    let options = LoadOptions { dir: corpus(documents)?, ..LoadOptions::default() };
    Some(load(&options).unwrap())
}

fn analyzed(documents: usize) -> Option<Analysis> {
    Some(analyze(Arc::new(loaded(documents)?.inputs), &Memo::forgetful()))
}

fn rendered(analysis: &Analysis, sink: &dyn Sink) -> Output {
    let theme = Theme::built_in().unwrap();
    site::build(analysis, &theme, &SiteOptions::default(), &Memo::forgetful(), sink).unwrap()
}

/// Every document alone, one after the other.
#[divan::bench(sample_count = 20)]
fn parse_1k(bencher: Bencher<'_, '_>) {
    let Some(Loaded { inputs, .. }) = loaded(1000) else { return };
    let config = &inputs.config;
    let parse = |source| black_box(document::parse(source, &config.kinds, &config.book.src));
    bencher.bench_local(|| inputs.sources.iter().map(parse).collect::<Vec<_>>().len());
}

#[divan::bench(sample_count = 10)]
fn analyze_10k_cold(bencher: Bencher<'_, '_>) {
    let Some(Loaded { inputs, .. }) = loaded(10_000) else { return };
    let inputs = Arc::new(inputs);
    bencher.bench_local(|| analyze(inputs.clone(), &Memo::forgetful()));
}

/// What `serve` does after a file was saved: a sentence of a page, or of a request; a heading or the title of a
/// request; the title of a service, by which every change is judged.
#[divan::bench(sample_count = 10, args = ["page", "body", "heading", "title", "service"])]
fn analyze_10k_one_edit(bencher: Bencher<'_, '_>, what: &str) {
    let Some(Loaded { inputs, .. }) = loaded(10_000) else { return };
    let memo = Memo::default();
    analyze(Arc::new(inputs.clone()), &memo);
    let mut edits = 0;
    let edited = || {
        edits += 1;
        edit(&inputs, what, edits)
    };
    bencher.with_inputs(edited).bench_local_values(|inputs| {
        let analysis = analyze(inputs, &memo);
        memo.evict();
        analysis
    });
}

fn edit(inputs: &Inputs, what: &str, number: usize) -> Arc<Inputs> {
    let mut inputs = inputs.clone();
    let middle = inputs.sources.len() / 2;
    let named = |part: &str| {
        let mut sources = inputs.sources.iter().enumerate().skip(middle);
        let is_named =
            |source: &SourceFile| source.path.as_str().contains(part) && source.text.contains("\ntitle: \"");
        sources.find(|(_, source)| is_named(source)).map(|(index, _)| index).unwrap()
    };
    let (index, old, new) = match what {
        "heading" => (named("/request.md"), "\n## ", format!("\n## Edit {number} ")),
        "title" => (named("/request.md"), "\ntitle: \"", format!("\ntitle: \"Edit {number} ")),
        "service" => (named("/services/"), "\ntitle: \"", format!("\ntitle: \"Edit {number} ")),
        "body" => (named("/request.md"), "", String::new()),
        _ => (0, "", String::new()),
    };
    let source = &mut inputs.sources[index];
    let text = match old {
        "" => format!("{}\nEdit {number}.\n", source.text),
        old => source.text.replacen(old, &new, 1),
    };
    assert_ne!(text, *source.text);
    *source = SourceFile::new(source.path.clone(), text.into_bytes());
    Arc::new(inputs)
}

/// 10,000 documents with 20 findings each, made in memory, as people and as programs read them.
#[divan::bench(sample_count = 3, args = ["none", "human", "short", "json", "sarif", "junit"])]
fn print_10k_of_20(bencher: Bencher<'_, '_>, format: &str) {
    let links: String = (0..20).map(|number| format!("See [page {number}](gone-{number}.md).\n\n")).collect();
    let source = |number: usize| {
        let path = BookPath::new(&format!("content/pages/{number:05}.md")).unwrap();
        SourceFile::new(path, format!("---\ntitle: Page {number}\n---\n\n# Page\n\n{links}").into_bytes())
    };
    let book_toml = SourceFile::new(BookPath::new("book.toml").unwrap(), Vec::new());
    let inputs = Inputs {
        config: Arc::new(Config::parse(&book_toml).config),
        policy: Arc::new(Policy::none(Profile::Starter)),
        as_of: jiff::Timestamp::UNIX_EPOCH,
        sources: (0..10_000).map(source).collect(),
        attachments: Vec::new(),
        history: Arc::new(History::unknown("a benchmark")),
        faults: Vec::new(),
    };
    let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    let options = HumanOptions { color: false, width: 100, all_stages: true };
    bencher.bench_local(|| {
        let report = Report::new(&analysis);
        let out: &mut dyn Write = &mut std::io::sink();
        match format {
            "human" => report::human(&report, options, out).unwrap(),
            "short" => report::short_lines(&report, out).unwrap(),
            "json" => report::json(&report, out).unwrap(),
            "sarif" => report::sarif(&report, out).unwrap(),
            "junit" => report::junit(&report, out).unwrap(),
            _ => {}
        }
        report.entries.len()
    });
}

/// 24 months of 200 recurring windows, a fifth of them on every working day.
#[divan::bench(sample_count = 50)]
fn calendar_200(bencher: Bencher<'_, '_>) {
    let inputs = windows(200);
    let facts = analyze(Arc::new(inputs), &Memo::forgetful()).facts;
    assert_eq!(facts.schedule.windows.len(), 200);
    bencher.bench_local(|| black_box(Schedule::build(&facts.inputs, &facts.book)));
}

fn windows(count: usize) -> Inputs {
    let source = |path: &str, text: String| SourceFile::new(BookPath::new(path).unwrap(), text.into_bytes());
    let rules = [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "14h"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "6h"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2d"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "1d"),
        ("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=28", "8d"),
    ];
    let zones = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"];
    let window = |n: usize| {
        let ((rule, length), zone) = (rules[n % rules.len()], zones[n % zones.len()]);
        let text = format!(
            "---\ntitle: W\nowner: a\ntype: restricted\ntz: {zone}\nrrule: {rule}\ndtstart: \
             2020-01-01T08:00\nlength: {length}\n---\n"
        );
        source(&format!("content/windows/w{n:03}.md"), text)
    };
    let mut policy = Policy::none(Profile::Regulated);
    policy.limits.horizon_months = 12;
    Inputs {
        config: Arc::new(Config::parse(&source("book.toml", String::new())).config),
        sources: (0..count).map(window).collect(),
        attachments: Vec::new(),
        history: Arc::new(History::unknown("a benchmark")),
        policy: Arc::new(policy),
        as_of: "2026-06-01T00:00:00Z".parse().unwrap(),
        faults: Vec::new(),
    }
}

#[divan::bench(sample_count = 10)]
fn render_1k(bencher: Bencher<'_, '_>) {
    let Some(analysis) = analyzed(1000) else { return };
    bencher.bench_local(|| rendered(&analysis, &Held));
}

#[divan::bench(sample_count = 3)]
fn search_1k(bencher: Bencher<'_, '_>) {
    let Some(analysis) = analyzed(1000) else { return };
    let language = &analysis.facts.inputs.config.book.language;
    bencher.bench_local(|| search::index(&search::records(&analysis), language, &mut |_| None).unwrap());
}

/// From the disk to the disk, history included, search left out.
#[divan::bench(sample_count = 3)]
fn build_10k(bencher: Bencher<'_, '_>) {
    let Some(dir) = corpus(10_000) else { return };
    bencher.bench_local(|| {
        let options = LoadOptions { dir: dir.clone(), ..LoadOptions::default() };
        let Loaded { root, inputs, .. } = load(&options).unwrap();
        let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
        let staging = Staging::begin(&root, &analysis.facts.inputs.attachments).unwrap();
        let output = rendered(&analysis, &staging);
        staging.finish(&output, &Progress::hidden()).unwrap()
    });
}

/// A repository of `tests/bench/records`; nothing when it is not there.
fn records(name: &str) -> Option<LoadOptions> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/bench/{name}"));
    if !dir.join("policy").is_dir() {
        eprintln!("skipped: no repository in {}; tests/bench/README.md says how to make it", dir.display());
        return None;
    }
    Some(LoadOptions { dir, ..LoadOptions::default() })
}

/// Everything that Git says of 10,000 signed records, each signature verified.
#[divan::bench(sample_count = 3)]
fn read_10k_records_cold(bencher: Bencher<'_, '_>) {
    let Some(options) = records("records-10000") else { return };
    let options = LoadOptions { verify_anew: true, ..options };
    bencher.bench_local(|| load(&options).unwrap());
}

/// The same, with the signatures that the run before verified.
#[divan::bench(sample_count = 3)]
fn read_10k_records_warm(bencher: Bencher<'_, '_>) {
    let Some(options) = records("records-10000") else { return };
    load(&options).unwrap();
    bencher.bench_local(|| load(&options).unwrap());
}

/// What 10,000 records make of their changes, once their signatures are verified.
#[divan::bench(sample_count = 3)]
fn judge_10k_records(bencher: Bencher<'_, '_>) {
    let Some(options) = records("records-10000") else { return };
    let Loaded { inputs, .. } = load(&options).unwrap();
    let parsed = parsed(&inputs);
    bencher.bench_local(|| Approvals::of_parsed(&inputs, &parsed));
}

/// The same with every signature verified on the way, and every commit object read: what a record costs, on one
/// thread. To be held against [`verify_10k_bare`].
#[divan::bench(sample_count = 3)]
fn judge_10k_records_anew(bencher: Bencher<'_, '_>) {
    let Some(options) = records("records-10000") else { return };
    let Loaded { mut inputs, .. } = load(&options).unwrap();
    Arc::get_mut(&mut inputs.history).unwrap().ledger.known = Arc::default();
    let parsed = parsed(&inputs);
    let repository = git2::Repository::open(&options.dir).unwrap();
    let ids: Vec<git2::Oid> =
        record_commits(&inputs).map(|record| git2::Oid::from_str(&record.commit).unwrap()).collect();
    git2::opts::enable_caching(false);
    bencher.bench_local(|| {
        let odb = repository.odb().unwrap();
        ids.iter().for_each(|id| {
            black_box(odb.read(*id).unwrap());
        });
        Approvals::of_parsed(&inputs, &parsed)
    });
}

/// What cannot be avoided for 10,000 records: to read the commit object, and to verify an ed25519 signature over
/// bytes that are ready.
#[divan::bench(sample_count = 3)]
fn verify_10k_bare(bencher: Bencher<'_, '_>) {
    use signature::Verifier as _;
    let Some(options) = records("records-10000") else { return };
    let Loaded { inputs, .. } = load(&options).unwrap();
    let repository = git2::Repository::open(&options.dir).unwrap();
    let ready: Vec<_> = record_commits(&inputs)
        .map(|record| {
            let commit = split(&record.raw).unwrap();
            let signed = ssh_key::SshSig::from_pem(&commit.signature.as_ref().unwrap().text).unwrap();
            let bytes = ssh_key::SshSig::signed_data("git", signed.hash_alg(), &commit.payload).unwrap();
            (git2::Oid::from_str(&record.commit).unwrap(), signed, bytes)
        })
        .collect();
    git2::opts::enable_caching(false);
    bencher.bench_local(|| {
        let odb = repository.odb().unwrap();
        for (id, signed, bytes) in &ready {
            black_box(odb.read(*id).unwrap());
            signed.public_key().verify(bytes, signed.signature()).unwrap();
        }
    });
}

/// The documents as an analysis has parsed them before it judges records.
fn parsed(inputs: &Inputs) -> Vec<Arc<Document>> {
    let parse = |source| Arc::new(document::parse(source, &inputs.config.kinds, &inputs.config.book.src));
    inputs.sources.iter().map(parse).collect()
}

fn record_commits(inputs: &Inputs) -> impl Iterator<Item = &RecordCommit> {
    inputs.history.ledger.landings.iter().flat_map(|landing| &landing.records)
}
