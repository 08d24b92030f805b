use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::{Builder, Order, Slow};
use crate::hosts::serve::edition::{Changes, Edition};
use crate::hosts::serve::tests::{book, output};
use crate::hosts::serve::{Later, Note, Rest, Site, Trigger};
use crate::hosts::shell::{ColorChoice, Shell, Verbosity};
use crate::hosts::workspace::Root;
use crate::outputs::{Content, Output};
use crate::text::{BookPath, Code};

const PATIENCE: Duration = Duration::from_secs(30);

/// A builder at work whose builds wait for a word of the test.
struct Bench {
    root: Root,
    orders: Sender<Order>,
    begun: Receiver<Trigger>,
    results: Sender<Result<Site, Vec<Note>>>,
    editions: watch::Receiver<Arc<Edition>>,
    thread: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let (folder, root) = book();
        let (sender, orders) = mpsc::channel();
        let (tell, begun) = mpsc::channel();
        let (results, wanted) = mpsc::channel();
        let (editions, seen) = watch::channel(Arc::new(Edition::empty(&root)));
        let builder = Builder {
            rebuild: move |trigger: &Trigger| {
                tell.send(trigger.clone()).expect("the test listens");
                wanted.recv().expect("the test says what came of it")
            },
            orders,
            sender: sender.clone(),
            editions,
            watch: None,
            shell: Shell::new(ColorChoice::Never, Verbosity::Quiet),
            slow: Slow::default(),
            rest: None,
        };
        let thread = std::thread::spawn(move || builder.work());
        Bench { root, orders: sender, begun, results, editions: seen, thread, _folder: folder }
    }

    fn change(&self, path: &str) {
        let paths = vec![self.root.dir().join(path)];
        self.orders.send(Order::Changed { paths, moves_places: false }).expect("the builder works");
    }

    /// The paths that the next build is for.
    fn next_build(&self) -> Vec<String> {
        match self.begun.recv_timeout(PATIENCE).expect("a build begins") {
            Trigger::Start => vec!["start".to_owned()],
            Trigger::Changed(paths) => paths.iter().map(ToString::to_string).collect(),
        }
    }

    fn finish(&self, files: &[(&str, &str)], later: Option<Later>) {
        let site = Site {
            output: output(files),
            edited: Arc::default(),
            root: self.root.clone(),
            notes: Vec::new(),
            later,
            rest: None,
        };
        self.results.send(Ok(site)).expect("the build waits");
    }

    /// The first edition of which something holds.
    fn wait(&mut self, wanted: fn(&Edition) -> bool) -> Arc<Edition> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let found = async { self.editions.wait_for(|edition| wanted(edition)).await.unwrap().clone() };
        runtime.block_on(async { tokio::time::timeout(PATIENCE, found).await.expect("in time") })
    }

    /// Ends the builder; how many builds began that nobody asked about.
    fn end(self) -> usize {
        self.orders.send(Order::Stop).expect("the builder works");
        self.thread.join().expect("the builder ends well");
        self.begun.try_iter().count()
    }
}

#[test]
fn a_burst_is_one_build_and_changes_during_it_are_one_more() {
    let bench = Bench::new();
    bench.change("content/a.md");
    bench.change("content/b.md");
    bench.change("content/a.md");
    assert_eq!(bench.next_build(), ["content/a.md", "content/b.md"]);
    for _ in 0..5 {
        bench.change("content/c.md");
        bench.change("content/d.md");
    }
    bench.finish(&[("index.html", "1")], None);
    assert_eq!(bench.next_build(), ["content/c.md", "content/d.md"]);
    bench.finish(&[("index.html", "2")], None);
    assert_eq!(bench.end(), 0);
}

#[test]
fn a_change_in_git_names_no_file() {
    let bench = Bench::new();
    bench.change(".git/HEAD");
    assert_eq!(bench.next_build(), [""; 0]);
    bench.finish(&[], None);
    assert_eq!(bench.end(), 0);
}

#[test]
fn a_lost_count_is_one_build_and_what_that_loses_is_not_heard() {
    let bench = Bench::new();
    bench.orders.send(Order::Rescan).unwrap();
    assert_eq!(bench.next_build(), [""; 0]);
    bench.orders.send(Order::Rescan).unwrap();
    bench.finish(&[], None);
    bench.change("content/a.md");
    // Alone or together with the change, the second loss makes no build of its own.
    assert_eq!(bench.next_build(), ["content/a.md"]);
    bench.finish(&[], None);
    // Where the count is lost for another reason, what is named is not all that changed.
    bench.change("content/b.md");
    bench.orders.send(Order::Rescan).unwrap();
    assert_eq!(bench.next_build(), [""; 0]);
    bench.finish(&[], None);
    assert_eq!(bench.end(), 0);
}

#[test]
fn an_attachment_that_is_named_is_told_though_the_count_was_lost() {
    let mut bench = Bench::new();
    let picture = || {
        let mut output = Output::default();
        let path = BookPath::new("content/a.png").expect("a path of a book");
        output.files.insert("a.png".to_owned(), Content::Attachment(path));
        let output = Arc::new(output);
        Ok(Site {
            output,
            edited: Arc::default(),
            root: bench.root.clone(),
            notes: Vec::new(),
            later: None,
            rest: None,
        })
    };
    bench.change("content/a.md");
    bench.next_build();
    bench.results.send(picture()).unwrap();
    bench.change("content/a.png");
    bench.orders.send(Order::Rescan).unwrap();
    assert_eq!(bench.next_build(), [""; 0]);
    bench.results.send(picture()).unwrap();
    let told = bench.wait(|edition| edition.generation == 2);
    assert_eq!(*told.changes(), Changes::Paths(["a.png".to_owned()].into()));
    assert_eq!(bench.end(), 0);
}

#[test]
fn a_failed_build_keeps_the_site_and_a_useless_one_is_no_news() {
    let mut bench = Bench::new();
    bench.change("content/a.md");
    bench.next_build();
    bench.finish(&[("index.html", "1")], None);
    bench.change("content/a.md");
    bench.next_build();
    bench.results.send(Err(vec![Note::error(Code::WORKSPACE, "broken")])).unwrap();
    let failed = bench.wait(|edition| edition.report.is_failed);
    assert_eq!(failed.generation, 2);
    assert!(failed.file("index.html").is_some());
    for _ in 0..2 {
        bench.change("content/a.md");
        bench.next_build();
        bench.finish(&[("index.html", "1")], None);
    }
    let mended = bench.wait(|edition| !edition.report.is_failed && edition.generation > 2);
    assert!(mended.report.notes.is_empty());
    let editions = bench.editions.clone();
    assert_eq!(bench.end(), 0);
    assert_eq!(editions.borrow().generation, 3, "the second of two equal builds is no news");
}

#[test]
fn of_slow_work_that_waits_only_the_newest_is_done() {
    let mut bench = Bench::new();
    let (began, begun) = mpsc::channel();
    let mut gates = Vec::new();
    let mut later = |name: &'static str| -> Later {
        let (gate, opened) = mpsc::channel::<()>();
        gates.push(gate);
        let began = began.clone();
        Box::new(move || {
            began.send(name).expect("the test listens");
            opened.recv().expect("the test opens the gate");
            let mut output = Output::default();
            output.add("search.js", name.as_bytes().to_vec());
            Ok(output)
        })
    };
    for name in ["first", "second", "third"] {
        bench.change("content/a.md");
        bench.next_build();
        bench.finish(&[("index.html", name)], Some(later(name)));
    }
    // The fourth build begins when the third one's work is in its place.
    bench.change("content/a.md");
    bench.next_build();
    bench.finish(&[("index.html", "third")], None);
    assert_eq!(begun.recv_timeout(PATIENCE), Ok("first"));
    gates.iter().for_each(|gate| gate.send(()).unwrap_or_default());
    assert_eq!(begun.recv_timeout(PATIENCE), Ok("third"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let is_third = |edition: &Arc<Edition>| match edition.file("search.js") {
        Some(crate::outputs::Content::Bytes(bytes)) => &**bytes == b"third",
        _ => false,
    };
    let found = async { bench.editions.wait_for(is_third).await.map(|_| ()) };
    runtime.block_on(async { tokio::time::timeout(PATIENCE, found).await }).unwrap().unwrap();
    let changed = bench.editions.borrow().changes().clone();
    let expected = super::Changes::Paths(BTreeSet::from(["search.js".to_owned()]));
    assert_eq!(changed, expected);
    assert_eq!(bench.end(), 0);
}

#[test]
fn the_page_that_was_edited_is_news_before_the_rest() {
    let mut bench = Bench::new();
    bench.change("content/a.md");
    bench.next_build();
    bench.finish(&[("a.html", "1"), ("index.html", "1")], None);
    bench.change("content/a.md");
    bench.next_build();
    let (root, (go, wait)) = (bench.root.clone(), mpsc::channel::<()>());
    let site = |files: &[(&str, &str)], rest| Site {
        output: output(files),
        edited: Arc::default(),
        root: root.clone(),
        notes: Vec::new(),
        later: None,
        rest,
    };
    let whole = site(&[("a.html", "2"), ("index.html", "2")], None);
    let rest: Rest = Box::new(move || {
        wait.recv().expect("the test says when");
        Ok(whole)
    });
    bench.results.send(Ok(site(&[("a.html", "2"), ("index.html", "1")], Some(rest)))).unwrap();
    let early = bench.wait(|edition| edition.generation == 2);
    assert_eq!(*early.changes(), Changes::Paths(["a.html".to_owned()].into()));
    go.send(()).unwrap();
    let whole = bench.wait(|edition| edition.generation == 3);
    assert_eq!(*whole.changes(), Changes::Paths(["index.html".to_owned()].into()));

    // Who saves again before the writer paused gets the next page, and one rest for both.
    bench.change("content/a.md");
    bench.next_build();
    let unwanted: Rest = Box::new(|| panic!("the rest of a site that is old"));
    bench.results.send(Ok(site(&[("a.html", "3"), ("index.html", "2")], Some(unwanted)))).unwrap();
    bench.change("content/a.md");
    bench.next_build();
    bench.finish(&[("a.html", "4"), ("index.html", "4")], None);
    bench.wait(|edition| edition.generation == 5);
    assert_eq!(bench.end(), 0);
}
