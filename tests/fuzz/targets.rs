//! The readers of what anybody may write, from bytes to nothing: none panics, and each holds what must be true of
//! whatever it read (design: architecture.md, "Tests").
//!
//! cargo-fuzz looks for bytes that break one, from `corpus/TARGET`; the suite replays that folder, and takes steps of its
//! own from there.

use std::sync::{Arc, OnceLock};

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::inputs::config::Config;
use mcmbook::inputs::document::log;
use mcmbook::inputs::history::History;
use mcmbook::inputs::policy::{self, Policy};
use mcmbook::inputs::profile::Profile;
use mcmbook::inputs::signature::{self, Certificates, record, split, stamp, x509};
use mcmbook::inputs::{Inputs, ical};
use mcmbook::memo::Memo;
use mcmbook::outputs::report::{self, HumanOptions, Report};
use mcmbook::outputs::site::{self, SiteOptions, Theme};
use mcmbook::outputs::{Content, Held};
use mcmbook::text::{BookPath, Diagnostic, SourceFile};

/// A reader that is given anything.
pub(crate) type Target = fn(&[u8]);

/// Every target, by the name of its corpus.
pub(crate) const TARGETS: [(&str, Target); 11] = [
    ("allowed_signers", allowed_signers),
    ("book_toml", book_toml),
    ("calendar", calendar),
    ("cms", cms),
    ("commit", commit),
    ("document", document),
    ("execution_log", execution_log),
    ("openpgp", openpgp),
    ("policy_toml", policy_toml),
    ("renderer", renderer),
    ("ssh_signature", ssh_signature),
];

/// Runs the target of a name.
///
/// # Panics
/// There is none, or the bytes break it.
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target of this file");
    target(bytes);
}

fn file(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile::new(BookPath::new(path).expect("a path of a book"), bytes)
}

/// Places lie in their file, and on characters.
fn hold<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, files: &[&SourceFile]) {
    for diagnostic in diagnostics {
        let related = diagnostic.related.iter().map(|label| &label.location);
        for location in diagnostic.location.iter().chain(related) {
            let Some(file) = files.iter().find(|file| file.path == location.path) else { continue };
            let (start, end) = (location.span.start as usize, location.span.end as usize);
            assert!(start <= end && end <= file.text.len(), "{diagnostic:?}");
            let on_characters = file.text.is_char_boundary(start) && file.text.is_char_boundary(end);
            assert!(on_characters, "{diagnostic:?}");
        }
    }
}

/// A commit object: its header, its signature, its trailers.
fn commit(bytes: &[u8]) {
    let Ok(commit) = split(bytes) else { return };
    let found = signature::verify(&commit, &Certificates::default());
    let is_signed = commit.signature.is_some() || commit.has_sha256_signature;
    assert!(is_signed || found.is_none(), "a signature was found where there is none");
    let read = record::read(commit.message);
    assert_eq!(read.is_some(), record::is_candidate(commit.message));
    if let Some(Ok(record)) = read {
        let said = record::glance(bytes, "Mcm-Signer");
        assert_eq!(said, Some(record.signer.as_str()), "two readers of one trailer");
    }
}

/// A commit whose signature these bytes are; the bytes are no part of what is signed.
fn signed(armour: &[u8]) -> Vec<u8> {
    let armour = armour.trim_ascii_end().split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\n "[..]);
    let header =
        format!("tree {0}\nparent {0}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n", "1".repeat(40));
    [header.as_bytes(), b"gpgsig ", &armour, b"\n\nMessage\n"].concat()
}

/// An SSH signature. Nobody has signed this commit, so none is good.
fn ssh_signature(bytes: &[u8]) {
    let raw = signed(bytes);
    let Ok(commit) = split(&raw) else { return };
    if let Some(found) = signature::verify(&commit, &Certificates::default()) {
        assert!(!found.is_good(), "a signature over other bytes is taken");
    }
}

/// An OpenPGP signature, or a certificate.
fn openpgp(bytes: &[u8]) {
    let certificate = file("policy/openpgp/alice.asc", bytes);
    let certificates = Certificates::read([("alice", &certificate)]);
    let raw = signed(bytes);
    let Ok(commit) = split(&raw) else { return };
    for certificates in [&certificates, &Certificates::default()] {
        if let Some(found) = signature::verify(&commit, certificates) {
            assert!(!found.is_good(), "a signature over other bytes is taken");
        }
    }
}

/// A CMS signature in armour, a token of an authority, or certificates in PEM.
fn cms(bytes: &[u8]) {
    let roots = stamp::Roots::default();
    assert!(stamp::verify(bytes, b"commit", &roots).is_err(), "no root is trusted");
    let _ = stamp::is_over(bytes, b"commit");
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = x509::bytes(text);
        let mut roots = stamp::Roots::default();
        let _ = roots.add("root", text);
        let _ = roots.add_lists("root", text);
    }
    let raw = signed(bytes);
    let Ok(commit) = split(&raw) else { return };
    assert!(x509::vouched(&commit, &roots, None).is_err(), "no root vouches");
}

const POLICY: &str = "schema = 1\nserial = 1\ncontext = \"fuzz\"\nprofile = \"starter\"\nzone = \"UTC\"\n\
                      [amend]\nquorum = 1\n[[principal]]\nid = \"alice\"\nname = \"Alice\"\n\
                      emails = [\"alice@a.example\"]\nroles = [\"policy-admin\"]\n";

/// The roster of SSH keys.
fn allowed_signers(bytes: &[u8]) {
    let files = [file("policy/allowed_signers", bytes), file("policy/policy.toml", POLICY.as_bytes())];
    let parsed = policy::parse(&files, None);
    hold(&parsed.faults, &files.iter().collect::<Vec<_>>());
}

/// The policy.
fn policy_toml(bytes: &[u8]) {
    let files = [file("policy/policy.toml", bytes)];
    let parsed = policy::parse(&files, None);
    hold(&parsed.faults, &files.iter().collect::<Vec<_>>());
}

/// The settings of a book.
fn book_toml(bytes: &[u8]) {
    let file = file("book.toml", bytes);
    hold(&Config::parse(&file).faults, &[&file]);
}

/// A calendar of another program.
fn calendar(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = ical::parse(text);
    }
}

/// The log of an execution.
fn execution_log(bytes: &[u8]) {
    let _ = log::read(&file("content/changes/2026/MCM-2026-0001/execution-1.log.jsonl", bytes));
}

/// One text as documents of several kinds, judged.
fn analysis(bytes: &[u8]) -> Analysis {
    let paths = [
        "content/changes/2026/MCM-2026-0001/request.md",
        "content/changes/2026/MCM-2026-0001/runbook.md",
        "content/page.md",
        "content/windows/w.md",
    ];
    analyze(
        Arc::new(Inputs {
            config: Arc::default(),
            sources: paths.iter().map(|path| file(path, bytes)).collect(),
            attachments: Vec::new(),
            history: Arc::new(History::unknown("it is not read")),
            policy: Arc::new(Policy::none(Profile::Regulated)),
            as_of: jiff::Timestamp::UNIX_EPOCH,
            faults: Vec::new(),
        }),
        &Memo::forgetful(),
    )
}

/// A document: its front matter, its Markdown, its steps, the rules, and how findings are told.
fn document(bytes: &[u8]) {
    let analysis = analysis(bytes);
    let files: Vec<&SourceFile> = analysis.facts.inputs.sources.iter().collect();
    hold(analysis.findings.iter().map(|finding| &*finding.diagnostic), &files);
    let report = Report::new(&analysis);
    let options = HumanOptions { color: false, width: 100, all_stages: true };
    report::human(&report, options, &mut std::io::sink()).expect("nothing is written anywhere");
}

/// The pages of a document: whatever it says, it brings no script, no style and no address that runs.
fn renderer(bytes: &[u8]) {
    static THEME: OnceLock<Theme> = OnceLock::new();
    let theme = THEME.get_or_init(|| Theme::built_in().expect("the built-in theme is right"));
    let analysis = analysis(bytes);
    let output = site::build(&analysis, theme, &SiteOptions::default(), &Memo::forgetful(), &Held);
    let output = output.expect("the built-in theme is right");
    let pages = output.files.iter().filter(|(path, _)| path.ends_with(".html"));
    for (path, content) in pages {
        let Content::Bytes(page) = content else { continue };
        let page = String::from_utf8(page.to_vec()).expect("pages are UTF-8").to_ascii_lowercase();
        for script in page.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').expect("a tag ends");
            assert!(tag.contains(" src=\"") && rest.starts_with("</script>"), "{path}: <script{tag}>");
        }
        for word in ["href=\"javascript:", "src=\"javascript:", "<iframe", "<object", "<embed"] {
            assert!(!page.contains(word), "{path}: {word}");
        }
    }
}
