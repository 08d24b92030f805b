//! The site of small books made in memory: what stands on which page, and what every page promises.

mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::analysis::analyze;
use crate::inputs::config::Config;
use crate::inputs::history::{Commit, FileHistory, History, Person};
use crate::inputs::policy::Policy;
use crate::inputs::profile::Profile;
use crate::inputs::{Attachment, Inputs};
use crate::outputs::Held;
use crate::text::{SourceFile, folded};

const REQUEST: &str = "---\ntitle: \"Move <the> ledger\"\nowner: ana\nclass: major\nservices: [ledger]\n\
slot:\n  start: 2026-06-28T02:00:00+02:00\n  end: 2026-06-28T08:00:00+02:00\n  tz: Europe/Berlin\n  window: close\n\
rollback:\n  estimate: 65m\nrisks:\n  - {id: R1, text: slow, likelihood: 3, impact: 2}\n  - {id: R2, text: gone, likelihood: 2, impact: 5}\n---\n\
# Move <the> ledger\n\n## Description\n\nThe **ledger** moves.\n\n## Scope\n\nSee the [switch](runbook.md#step-2-switch), \
[the window](../../../windows/close.md), a [file](files/a.csv), <script>alert(1)</script> and [nowhere](gone.md).\n";

const RUNBOOK: &str = "---\ntitle: The plan\nfor: MCM-2026-0001\nmargin: 30m\n\
roles:\n  lead: {who: lena, backup: mei}\n  operator: {who: ana, backup: raj}\n---\n\n# The plan\n\n## Execution\n\n\
### Step 1: Stop\n\n- Owner: @ana\n- Estimate: 20m\n- Undo: R1\n\n### Step 2: Switch\n\n- Owner: @raj\n- Estimate: 30m\n\
- After: Step 1\n- Point of no return: yes\n\n```bash\npg_ctl promote\n```\n\n## Rollback\n\n### Rollback R1: Start\n\n\
- Owner: @ana\n- Estimate: 10m\n";

/// A book in memory: files by path, and how many of them are committed.
pub(in crate::outputs) fn book(files: &[(&str, &str)]) -> Inputs {
    let config = Config::parse(&source("book.toml", "[book]\ntitle = \"Ledger & Sons\"\n")).config;
    let mut sources = Vec::new();
    let mut attachments = Vec::new();
    for (path, text) in files {
        let file = source(path, text);
        if path.ends_with(".md") {
            sources.push(file);
        } else {
            let (path, hash) = (file.path, file.hash);
            attachments.push(Attachment { path, hash, size: text.len() as u64, text: None });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let history = Arc::new(history(&sources));
    let policy = Arc::new(Policy::none(Profile::Regulated));
    let as_of = jiff::Timestamp::UNIX_EPOCH;
    Inputs { config: Arc::new(config), policy, as_of, sources, attachments, history, faults: Vec::new() }
}

fn source(path: &str, text: &str) -> SourceFile {
    SourceFile::new(BookPath::new(path).expect("a normal path"), text.as_bytes())
}

fn history(sources: &[SourceFile]) -> History {
    let person = Arc::new(Person { name: "Ana".to_owned(), email: "ana@example.org".to_owned() });
    let commit = Commit {
        id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        summary: "All of it".to_owned(),
        author: person.clone(),
        committer: person,
        time: 1_782_000_000,
        offset: 120,
        signed: false,
    };
    let file = FileHistory { commits: vec![0], ..FileHistory::default() };
    History {
        head: Some(0),
        branch: Some("main".to_owned()),
        commits: vec![Arc::new(commit)],
        files: sources.iter().map(|source| (source.path.clone(), file.clone())).collect(),
        total_commits: 1,
        ..History::default()
    }
}

pub(super) fn small() -> Vec<(&'static str, &'static str)> {
    let window = "---\ntitle: The close\nowner: ana\ntype: restricted\nlevel: hard\ntz: Europe/Berlin\nmargin: 10m\n---\n# The close\n";
    vec![
        ("content/index.md", "# Home of changes\n\nWelcome.\n"),
        ("content/changes/2026/MCM-2026-0001/request.md", REQUEST),
        ("content/changes/2026/MCM-2026-0001/runbook.md", RUNBOOK),
        ("content/changes/2026/MCM-2026-0001/files/a.csv", "a,b\n"),
        ("content/windows/close.md", window),
        (
            "content/services/ledger.md",
            "---\ntitle: Ledger\nowner: ana\ntier: 0\nteam: finance\n---\n# Ledger\n",
        ),
        ("content/manual/index.md", "# Manual\n\n[Second](b.md), then [first](a.md).\n"),
        ("content/manual/a.md", "# A page\n"),
        ("content/manual/b.md", "# Another page\n"),
    ]
}

pub(super) fn built(inputs: Inputs) -> Output {
    let memo = Memo::default();
    let analysis = analyze(Arc::new(inputs), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    build(&analysis, &theme, &SiteOptions::default(), &memo, &Held)
        .expect("the built-in theme fits its pages")
}

pub(super) fn text<'o>(output: &'o Output, path: &str) -> &'o str {
    match output.files.get(path) {
        Some(Content::Bytes(bytes)) => std::str::from_utf8(bytes).expect("pages are UTF-8"),
        other => panic!("{path} is {other:?}; there are {:?}", output.files.keys().collect::<Vec<_>>()),
    }
}

fn pages(output: &Output) -> impl Iterator<Item = (&str, &str)> {
    output.files.keys().filter(|path| path.ends_with(".html")).map(|path| (path.as_str(), text(output, path)))
}

/// The values of an attribute on a page.
pub(super) fn attributes<'p>(html: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Links and fragments that lead nowhere.
fn wrong_links(output: &Output) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, html) in pages(output) {
        for link in attributes(html, "href").into_iter().chain(attributes(html, "src")) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let folder = BookPath::new(path).expect("a normal path");
            let target = match file {
                "" => path.to_owned(),
                file => folder.resolve(file).map(|path| path.to_string()).unwrap_or_default(),
            };
            // The host writes the digests.
            let is_known = output.files.contains_key(&target) || target == "SHA256SUMS";
            let has_id = fragment.is_empty()
                || target.ends_with(".html")
                    && text(output, &target).contains(&format!(" id=\"{fragment}\""));
            if !is_known || !has_id || file.starts_with('/') {
                wrong.push(format!("{path}: {link}"));
            }
        }
    }
    wrong
}

#[test]
fn every_link_leads_to_a_file_of_the_site_and_every_fragment_to_an_id() {
    let wrong = wrong_links(&built(book(&small())));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The heading that gives a page its title stands in the page's own frame, and has its id there.
#[test]
fn a_link_to_a_title_leads_to_it() {
    let mut files = small();
    let links = "# Links\n\n[1](../index.md#home-of-changes) [2](b.md#another-page) [3](#links) [4](../rules/index.md#the-rules) \
        [5](../changes/index.md#all-changes) [6](../changes/2026/MCM-2026-0001/request.md#move--ledger) \
        [7](../changes/2026/MCM-2026-0001/runbook.md#the-plan) [8](two.md#first) [9](two.md#second) [10](named.md#inside) \
        [11](two.md#zeroth)\n";
    files.extend([
        ("content/manual/links.md", links),
        ("content/manual/two.md", "# First\n\n# Second\n"),
        ("content/manual/named.md", "---\ntitle: Outside\n---\n\n## Before\n\n# Inside\n"),
        ("content/rules/index.md", "# The rules\n"),
        ("content/changes/index.md", "# All changes\n"),
    ]);
    let inputs = book(&files);
    let output = built(inputs.clone());
    let wrong = wrong_links(&output);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let page = text(&output, "manual/links/index.html");
    for to in [
        "../../index.html#index--home-of-changes",
        "../b/index.html#b--another-page",
        "#links--links",
        "../../rules/index.html#rules--the-rules",
        "../../changes/index.html#changes--all-changes",
        "../../changes/2026/MCM-2026-0001/index.html#request--move--ledger",
        "../../changes/2026/MCM-2026-0001/index.html#runbook--the-plan",
        "../two/index.html#two--first",
        "../two/index.html#two--second",
        "../named/index.html#named--inside",
    ] {
        assert!(page.contains(&format!("href=\"{to}\"")), "{to}: {page}");
    }
    assert!(text(&output, "manual/b/index.html").contains("<h1 id=\"b--another-page\">"));
    // What has no id in its page is told, and nothing else.
    let analysis = analyze(Arc::new(inputs), &Memo::default());
    let told = analysis.findings.iter().map(|finding| &*finding.diagnostic);
    let told = told.filter(|found| {
        found.code.0 == "MCM017" && found.path().is_some_and(|p| p.as_str().ends_with("links.md"))
    });
    let told: Vec<&str> = told.map(|found| &*found.message).collect();
    assert_eq!(told, ["link does not resolve: content/manual/two.md has no heading `#zeroth`"]);
}

#[test]
fn no_page_carries_script_style_or_an_id_twice() {
    let output = built(book(&small()));
    for (path, html) in pages(&output) {
        assert!(html.contains("<meta http-equiv=\"Content-Security-Policy\""), "{path} has no policy");
        assert!(!html.contains(" style=\"") && !html.contains("<style"), "{path} has inline style");
        assert!(!html.contains("<script>") && !html.contains(" onclick"), "{path} has inline script");
        let ids = attributes(html, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{path} has an id twice: {ids:?}");
        assert!(html.contains("<main id=\"main\""), "{path} has no main part");
    }
}

#[test]
fn a_change_page_says_where_it_stands_and_what_is_known() {
    let output = built(book(&small()));
    let html = text(&output, "changes/2026/MCM-2026-0001/index.html");
    let wanted = [
        ("title, escaped", "Move &lt;the&gt; ledger"),
        ("approval", "Before adoption"),
        ("highest risk with its band", "10 high"),
        ("of the register", "R2: likelihood 2 × impact 5"),
        ("slot in local time", "02:00 – 08:00"),
        ("and in UTC", "00:00 – 06:00 UTC"),
        // 08:00 − 65 min of rollback − 30 min of margin of the runbook.
        ("last go/no-go", "06:25 (04:25 UTC)"),
        ("what is missing", "Missing: rehearsal"),
        ("clock of the second step", ">02:20<"),
        ("link to a step", "href=\"#runbook--step-2-switch\""),
        ("link to the rollback step", "href=\"#runbook--rollback-r1-start\""),
        ("link to another page", "href=\"../../../windows/close/index.html\""),
        ("link to a file", "href=\"files/a.csv\""),
        ("raw HTML as text", "&lt;script&gt;"),
        ("file with its digest", &ContentHash::of(b"a,b\n").to_string()),
        ("data", "href=\"change.json\""),
        ("unsigned commit", "not signed"),
        ("role with backup", "@lena"),
    ];
    for (what, needle) in wanted {
        assert!(html.contains(needle), "{what}: no {needle:?} in the page");
    }
    assert!(!html.contains("<script>alert"), "raw HTML passes through");
}

#[test]
fn the_same_book_gives_the_same_bytes_with_any_memo() {
    let memo = Memo::default();
    let analysis = analyze(Arc::new(book(&small())), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let site = || build(&analysis, &theme, &SiteOptions::default(), &memo, &Held).expect("it fits");
    let (first, again, fresh) = (site(), site(), built(book(&small())));
    for (path, content) in &first.files {
        for other in [&again, &fresh] {
            match (content, &other.files[path]) {
                (Content::Bytes(a), Content::Bytes(b)) => assert_eq!(a, b, "{path} differs"),
                (Content::Attachment(a), Content::Attachment(b)) => assert_eq!(a, b),
                _ => panic!("{path} differs"),
            }
        }
    }
}

#[test]
fn the_pages_of_documents_alone_are_those_of_the_whole_site() {
    let memo = Memo::forgetful();
    let mut files = small();
    let beside = "content/changes/2026/MCM-2026-0001.md";
    files.push((beside, "# Beside the folder\n"));
    let analysis = analyze(Arc::new(book(&files)), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let alone = |paths: &[&str]| {
        let paths: Vec<BookPath> = paths.iter().map(|path| BookPath::new(path).expect("normal")).collect();
        pages_of(&analysis, &theme, &SiteOptions::default(), &memo, &paths).expect("it fits")
    };
    let whole = built(book(&files));
    let mut made = 0;
    for document in &analysis.facts.book.documents {
        let path = document.path().as_str();
        let Some(pages) = alone(&[path]) else { continue };
        made += 1;
        assert_eq!(pages.files.len(), 1, "{path}");
        pages.files.keys().for_each(|page| assert_eq!(text(&pages, page), text(&whole, page), "{path}"));
    }
    assert!(made > 3, "documents have pages of their own");
    let of_change =
        ["content/changes/2026/MCM-2026-0001/request.md", "content/changes/2026/MCM-2026-0001/runbook.md"];
    assert_eq!(alone(&of_change).map(|pages| pages.files.len()), Some(1), "a change is one page");
    assert!(alone(&["content/index.md"]).is_none(), "the home page is made from more");
    assert!(alone(&[beside]).is_none(), "the page is that of a change");
    assert!(alone(&[of_change[0], "content/nowhere.md"]).is_none(), "a document that is not there");
}

#[test]
fn the_register_is_paged_and_every_facet_has_a_page() {
    let mut files: Vec<(String, String)> = Vec::new();
    for number in 1..=501 {
        let class = if number % 2 == 0 { "major" } else { "minor" };
        let text =
            format!("---\ntitle: Change {number}\nowner: ana\nclass: {class}\n---\n# Change {number}\n");
        files.push((format!("content/changes/2025/MCM-2025-{number:04}/request.md"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let output = built(book(&files));
    let first = text(&output, "changes/index.html");
    let second = text(&output, "changes/page-2/index.html");
    assert!(first.contains("Changes 1 to 500 of 501") && first.contains("MCM-2025-0501"), "newest first");
    assert!(second.contains("Changes 501 to 501 of 501") && second.contains("MCM-2025-0001"));
    assert!(first.find("MCM-2025-0501") < first.find("MCM-2025-0500"));
    assert!(text(&output, "changes/class/minor/index.html").contains("251 changes, class minor"));
    assert!(text(&output, "changes/2025/page-2/index.html").contains("of 501, year 2025"));
    let change = text(&output, "changes/2025/MCM-2025-0007/index.html");
    assert!(!change.contains("MCM-2025-0008"), "a page of one change lists another");
}

#[test]
fn folders_follow_the_links_of_their_index_page() {
    let output = built(book(&small()));
    let page = text(&output, "manual/b/index.html");
    assert!(page.contains("<a rel=\"next\" href=\"../../manual/a/index.html\">"), "b is linked before a");
    assert!(!page.contains("rel=\"prev\""));
    assert!(text(&output, "manual/a/index.html").contains("rel=\"prev\""));
    assert!(text(&output, "services/index.html").contains("tier 0"), "folders without a page get one");
}

#[test]
fn addresses_are_relative_and_encoded() {
    let cases = [
        ("index.html", "index.html", "index.html"),
        ("a/b/index.html", "a/c/index.html", "../c/index.html"),
        ("a/b/index.html", "a/b/change.json", "change.json"),
        ("a/index.html", "b c/%.html", "../b%20c/%25.html"),
        ("a/b/c/index.html", "index.html", "../../../index.html"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(relative(from, to), expected, "{from} -> {to}");
    }
    assert_eq!(address::slug("../../Etc"), "etc");
    assert_eq!(address::slug("  "), "none");
    assert_eq!(address::slug("Rolled back"), "rolled-back");
}

#[test]
fn two_documents_for_one_page_are_told() {
    let files = [("content/a.md", "# One\n"), ("content/A/index.md", "# Two\n")];
    let memo = Memo::default();
    let analysis = analyze(Arc::new(book(&files)), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let output = build(&analysis, &theme, &SiteOptions::default(), &memo, &Held).expect("it fits");
    let told = clashes(&analysis, &output);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].message, "`a/index.html` is also the page of content/A/index.md");
}

#[test]
fn no_file_of_a_book_stands_where_the_site_states_facts() {
    let forged = "# Forged\n\nAll is well.\n";
    let hostile = [
        "evidence/MCM-2026-0008/index.md",
        "policy/people/ana.md",
        "policy/index.md",
        "policy/keys/index.md",
        "about/build.md",
        "search/index.md",
        "Search/other.md",
        "exceptions/index.md",
        "lifecycle.md",
        "calendar/index.md",
        "rules/mcm010.md",
        "changes/page-2.md",
        "changes/2026/MCM-2026-0001.md",
        "changes/service/Ledger.md",
        "evidence/MCM-2026-0008/verify.sh",
        "policy/people/ana/index.html",
    ];
    // Pages below them make folders, whose pages may not take the place of the tool's either.
    let beside =
        ["changes/index.md", "rules/index.md", "search/ours.md", "exceptions/ours.md", "policy/ours.md"];
    let paths: Vec<String> = hostile.iter().chain(&beside).map(|path| format!("content/{path}")).collect();
    let mut files = small();
    files.extend(paths.iter().map(|path| (path.as_str(), forged)));
    let memo = Memo::default();
    let analysis = analyze(Arc::new(book(&files)), &memo);
    let theme = Theme::built_in().expect("the built-in theme is whole");
    let output = build(&analysis, &theme, &SiteOptions::default(), &memo, &Held).expect("it fits");

    let plain = built(book(&small()));
    let is_forged = |page: &&str| text(&output, page).contains("All is well.");
    let forged: BTreeSet<&str> = pages(&output).map(|(page, _)| page).filter(is_forged).collect();
    let shown =
        ["changes/index.html", "exceptions/ours/index.html", "policy/ours/index.html", "rules/index.html"];
    let shown: BTreeSet<&str> = shown.into_iter().chain(["search/ours/index.html"]).collect();
    assert_eq!(forged, shown);
    for page in ["search/index.html", "exceptions/index.html", "about/build/index.html"] {
        let heading =
            |output| text(output, page).split("<h1").nth(1).and_then(|text| text.split("</h1>").next());
        assert_eq!(heading(&output), heading(&plain), "{page}");
    }
    assert!(
        output.files.contains_key("policy/index.html"),
        "no policy is in force: it is a folder of the book"
    );
    let folded: BTreeSet<String> = output.files.keys().map(|path| folded(path)).collect();
    assert_eq!(folded.len(), output.files.len(), "two paths of one name");

    let told: BTreeSet<String> = clashes(&analysis, &output)
        .into_iter()
        .map(|told| told.location.expect("it names its file").path.to_string())
        .collect();
    assert_eq!(told, paths[..hostile.len()].iter().cloned().collect());
}

#[test]
fn a_book_may_write_the_page_for_unknown_addresses() {
    let mut inputs = book(&[("content/lost.md", "# Lost\n\nAsk the office.\n")]);
    let settings = "[book]\ntitle = \"One\"\n[output.html]\ninput-404 = \"lost.md\"\n";
    inputs.config = Arc::new(Config::parse(&source("book.toml", settings)).config);
    assert!(text(&built(inputs), "404.html").contains("Ask the office."));
}

#[test]
fn a_file_does_not_replace_a_page() {
    let hostile = ("content/windows/close/index.html", "<script>alert(1)</script>");
    let mut files = small();
    files.push(hostile);
    let output = built(book(&files));
    assert!(text(&output, "windows/close/index.html").contains("The close"));
}

#[test]
fn a_wrong_template_is_told_with_file_line_and_name() {
    let overlay = |text: &str| {
        Theme::with_overlay(BTreeMap::from([("templates/search.html".to_owned(), text.as_bytes().to_vec())]))
    };
    let broken = overlay("{% if %}").expect_err("it does not parse");
    assert_eq!((broken.template.as_str(), broken.line), ("templates/search.html", 1));
    let theme = overlay("first\n{{ page.titel }}\n").expect("it parses");
    let memo = Memo::default();
    let analysis = analyze(Arc::new(book(&small())), &memo);
    let error =
        build(&analysis, &theme, &SiteOptions::default(), &memo, &Held).expect_err("a value is undefined");
    let expected = "templates/search.html:2: `page.titel` is undefined (while making search/index.html)";
    assert_eq!(error.to_string(), expected);
    let mut endless = overlay("{% for a in range(9999) %}{{ a }}{% endfor %}").expect("it parses");
    endless.env.set_fuel(Some(5_000));
    let error = misc_error(&endless, &analysis, &memo);
    assert_eq!(error.message, "the template does not come to an end");
}

/// The error of the search page alone: other pages need more fuel than the test gives.
fn misc_error(theme: &Theme, analysis: &crate::analysis::Analysis, memo: &Memo) -> ThemeError {
    let options = SiteOptions::default();
    let site = Site::new(analysis, theme, &options, memo);
    pages::misc::search(&site).expect_err("it runs out of fuel")
}

#[test]
fn overrides_of_a_changed_file_are_told() {
    let copied = |digits: &str| {
        let text = format!("{{# copied from {digits} #}}\n{{% extends \"base.html\" %}}");
        let files = BTreeMap::from([("templates/search.html".to_owned(), text.into_bytes())]);
        Theme::with_overlay(files).expect("it parses").warnings().len()
    };
    let file = include_bytes!("../../../themes/default/templates/search.html");
    assert_eq!(copied(&ContentHash::of(file).to_string()[..12]), 0);
    assert_eq!(copied("0123456789ab"), 1);
}

#[test]
fn the_feed_and_the_sitemap_are_there_when_they_can_be() {
    let output = built(book(&small()));
    let feed = text(&output, "feed.atom");
    assert!(feed.contains("<title>MCM-2026-0001 Move &lt;the&gt; ledger</title>"), "{feed}");
    assert!(feed.contains("<id>urn:uuid:"), "{feed}");
    assert!(!output.files.contains_key("sitemap.xml"), "a sitemap needs an address");
    assert_eq!(text(&output, "robots.txt"), "User-agent: *\nDisallow: /\n");
    let with = |site_url: Option<&str>, cname: Option<&str>| {
        let mut inputs = book(&small());
        let mut config = (*inputs.config).clone();
        config.html.site_url = site_url.map(str::to_owned);
        config.html.cname = cname.map(str::to_owned);
        inputs.config = Arc::new(config);
        inputs.history = Arc::new(History::unknown("no repository"));
        built(inputs)
    };
    let cname = Some("changes.example");
    for (site_url, cname, address, root) in [
        (
            Some("https://changes.example/archive/"),
            cname,
            Some("https://changes.example/archive/"),
            "/archive/",
        ),
        (Some("https://other.example/"), cname, Some("https://other.example/"), "/"),
        (Some("https://other.example/"), None, Some("https://other.example/"), "/"),
        (Some("/archive/"), cname, Some("https://changes.example/archive/"), "/archive/"),
        (None, cname, Some("https://changes.example/"), "/"),
        (Some("/archive/"), None, None, "/archive/"),
        (None, None, None, ""),
    ] {
        let output = with(site_url, cname);
        assert!(!output.files.contains_key("feed.atom"), "a feed needs times");
        assert_eq!(output.files.contains_key("CNAME"), cname.is_some());
        assert!(
            text(&output, "404.html").contains(&format!("href=\"{root}assets/site.css\"")),
            "{site_url:?}"
        );
        let Some(address) = address else {
            assert!(!output.files.contains_key("sitemap.xml"), "{site_url:?} names no host");
            continue;
        };
        let page = format!("<loc>{address}windows/close/index.html</loc>");
        assert!(text(&output, "sitemap.xml").contains(&page), "{site_url:?} {cname:?}");
        assert!(text(&output, "robots.txt").ends_with(&format!("Sitemap: {address}sitemap.xml\n")));
    }
    assert_eq!(text(&with(None, cname), "CNAME"), "changes.example\n");
}

#[test]
fn times_are_shown_in_their_zone_and_in_utc() {
    let at = |text: &str, zone: Option<&str>| when::instant(text, zone).map(|at| when::moment(&at));
    let berlin = Some("Europe/Berlin");
    let cases = [
        ("2026-06-28T02:00:00+02:00", berlin, "Sun 28 Jun 2026, 02:00 Europe/Berlin (00:00 UTC)"),
        ("2026-01-01T00:30:00+01:00", berlin, "Thu 1 Jan 2026, 00:30 Europe/Berlin (Wed 31 Dec 23:30 UTC)"),
        ("2026-12-18T18:00", berlin, "Fri 18 Dec 2026, 18:00 Europe/Berlin (17:00 UTC)"),
        ("2026-06-28T02:00:00Z", None, "Sun 28 Jun 2026, 02:00 UTC"),
    ];
    for (text, zone, expected) in cases {
        assert_eq!(at(text, zone).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(at("2026-12-18T18:00", None), None, "a local time without a zone is no moment");
    assert_eq!(at("yesterday", berlin), None);
    let rule = when::recurrence("FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=28", "2026-03-28T00:00", "8d");
    assert_eq!(rule, "every year on 28 Mar, 28 Jun, from 00:00 for 8 days");
    let other = when::recurrence("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR", "2026-03-28T08:30", "2h");
    assert_eq!(other, "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR, from 08:30 for 2 h");
}

#[test]
fn bands_cover_every_score() {
    let band = |score| chip::band_of(score).0;
    let expected = [(1, "low"), (4, "low"), (5, "moderate"), (9, "moderate"), (10, "high"), (14, "high")];
    for (score, name) in expected.into_iter().chain([(15, "critical"), (25, "critical")]) {
        assert_eq!(band(score), name, "{score}");
    }
}

#[test]
fn a_record_is_of_its_schema() {
    let output = built(book(&small()));
    let parse =
        |path: &str| -> serde_json::Value { serde_json::from_str(text(&output, path)).expect("JSON") };
    let record = parse("changes/2026/MCM-2026-0001/change.json");
    let schema = parse("schemas/change.json");
    let properties = schema["properties"].as_object().expect("an object");
    for key in record.as_object().expect("an object").keys() {
        assert!(properties.contains_key(key), "{key} is not in the schema");
    }
    assert_eq!(record["approval"], "before-adoption");
    assert_eq!(record["slot"]["start"], "2026-06-28T00:00:00Z");
    assert_eq!(record["documents"][1]["steps"][1]["fields"][0]["value"], "@raj");
}

#[test]
fn a_site_of_no_known_moment_is_the_same_at_any() {
    let at = |moment: &str| {
        let history = Arc::new(History { undated: true, ..History::unknown("not a Git repository") });
        built(Inputs { as_of: moment.parse().expect("a moment"), history, ..book(&small()) })
    };
    let (one, other) = (at("2026-01-05T10:00:00Z"), at("2026-03-20T11:30:00Z"));
    assert_eq!(one.files.keys().collect::<Vec<_>>(), other.files.keys().collect::<Vec<_>>());
    for (path, content) in &one.files {
        let is_same = match (content, &other.files[path]) {
            (Content::Bytes(one), Content::Bytes(other)) => one == other,
            (one, other) => format!("{one:?}") == format!("{other:?}"),
        };
        assert!(is_same, "{path} differs");
    }
    for (path, words) in [
        ("calendar/list/index.html", "What is ahead is not known"),
        ("calendar/2026-06/index.html", "28"),
        ("index.html", "What is in force is not known"),
        ("about/build/index.html", "judged by the clock of the machine"),
        ("changes/2026/MCM-2026-0001/index.html", "Derived for a moment that is not known"),
    ] {
        assert!(text(&one, path).contains(words), "{path}");
    }
}
