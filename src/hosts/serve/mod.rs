//! Shows the site in a browser and builds it anew on every change.
//!
//! Enters: a function that reads, analyzes and renders a book, and the root of that book. Leaves: the site
//! over HTTP, to this machine alone. The server knows neither analysis nor pages; it swaps one finished
//! [`Output`] for the next and tells the pages which of their files changed.
//!
//! | file | what it does |
//! |---|---|
//! | `address` | opens the port, on loopback only, and knows under which names it answers |
//! | `watch`, `builder` | what changed, and one build after the other |
//! | `edition` | the site at one moment, and how it differs from the one before |
//! | `guard`, `target`, `http` | which request is answered, which file it names, the answer |
//! | `reply`, `attachment` | bytes with their headers, files of the book |
//! | `events`, `browser/` | news for the pages, and the script that reads them |
//!
//! Nothing that concerns the server is in the output: the script comes into a page on its way out.

mod address;
mod attachment;
mod builder;
mod edition;
mod end;
mod events;
mod guard;
mod http;
mod note;
mod reply;
mod target;
mod watch;

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::failure::{Exit, Failure};
use super::shell::Shell;
use super::workspace::Root;
use crate::outputs::Output;
use crate::text::BookPath;

use address::Address;
use builder::{Builder, Order, Slow};
use edition::Edition;
use end::End;
use http::Shared;
use watch::Watch;

pub use note::{Note, Told};

/// The port where none is asked for, as mdBook has it.
pub const DEFAULT_PORT: u16 = 3000;
/// So long the last answers may take when the server ends.
const FAREWELL: Duration = Duration::from_millis(1500);

/// What the call says about the server.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// A name or an address of this machine; all its addresses must be loopback ones.
    pub hostname: String,
    /// The port; with 0 the system chooses one.
    pub port: u16,
    /// Whether the home page is opened in the browser.
    pub open: bool,
}

impl Default for ServeOptions {
    fn default() -> ServeOptions {
        ServeOptions { hostname: "localhost".to_owned(), port: DEFAULT_PORT, open: false }
    }
}

/// Why the site is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// For the first time.
    Start,
    /// These files or folders of the book changed. None, when the change is in Git, or when too much
    /// changed at once to know what.
    Changed(BTreeSet<BookPath>),
}

/// What a build made.
pub struct Site {
    /// The files.
    pub output: Arc<Output>,
    /// Newer pages than those among them: of documents that were edited since.
    pub edited: Arc<Output>,
    /// Where the book lies, and with it what is watched: `book.toml` can move it.
    pub root: Root,
    /// What the writer is told on top of the pages.
    pub notes: Vec<Arc<Note>>,
    /// More files, which take longer. Without it those of the last time stay.
    pub later: Option<Later>,
    /// The whole site, where the page that a writer waits for came first.
    pub rest: Option<Rest>,
}

/// Makes the whole site, of the book as it stands then unless all of it was read already, on the thread of the
/// builder, after what is there has been swapped.
pub type Rest = Box<dyn FnOnce() -> Result<Site, Vec<Note>> + Send>;

/// Makes the files that take longer, such as the search index, on a thread of its own after the site has
/// been swapped. If it cannot, the reasons go to the terminal.
pub type Later = Box<dyn FnOnce() -> Result<Output, Vec<Note>> + Send>;

/// Serves a book until somebody ends it.
///
/// `rebuild` is called once at the start and again after changes, never twice at a time. When it fails, its
/// notes are shown on top of the last good site.
///
/// # Errors
/// A host name that other machines can reach, a port that is in use, folders that cannot be watched.
pub fn run<F>(options: &ServeOptions, shell: &Shell, root: &Root, rebuild: F) -> Result<Exit, Failure>
where
    F: FnMut(&Trigger) -> Result<Site, Vec<Note>> + Send + 'static,
{
    let server = Server::start(options, shell, root, rebuild)?;
    // Before the address is told, so that nobody who has read it can ask to end and not be heard.
    let end = End::hear(&server)?;
    shell.status("Serving", &format!("{} (Ctrl-C ends it)", server.url()));
    if options.open
        && let Err(failure) = shell.open(server.url())
    {
        shell.warning(&failure.to_string());
    }
    server.wait(end)?;
    server.stop();
    Ok(Exit::Good)
}

/// A server at work. It ends with the value.
#[derive(Debug)]
pub struct Server {
    url: String,
    port: u16,
    shared: Arc<Shared>,
    stop: tokio::sync::watch::Sender<bool>,
    orders: Sender<Order>,
    /// Nothing once it has been stopped.
    at_work: Option<(Runtime, JoinSet<()>)>,
}

impl Server {
    /// Opens the port, builds for the first time, and begins to answer and to watch.
    ///
    /// # Errors
    /// As [`run`].
    pub fn start<F>(options: &ServeOptions, shell: &Shell, root: &Root, rebuild: F) -> Result<Server, Failure>
    where
        F: FnMut(&Trigger) -> Result<Site, Vec<Note>> + Send + 'static,
    {
        let address = Address::open(&options.hostname, options.port)?;
        let (sender, orders) = mpsc::channel();
        // Before the build, so that what is written during it is seen.
        let watch = Some(Watch::start(root, sender.clone())?);
        let (editions, seen) = tokio::sync::watch::channel(Arc::new(Edition::empty(root)));
        let mut builder = Builder {
            rebuild,
            orders,
            sender: sender.clone(),
            editions,
            watch,
            shell: *shell,
            slow: Slow::default(),
            rest: None,
        };
        builder.begin();

        let (stop, stopped) = tokio::sync::watch::channel(false);
        let shared = Arc::new(Shared {
            names: address.names.clone(),
            start: start_id(),
            editions: seen,
            stop: stopped,
        });
        let at_work = answer(address, &shared)?;
        std::thread::spawn(move || builder.work());
        let (url, port) = (shared.names.url(), shared.names.port());
        Ok(Server { url, port, shared, stop, orders: sender, at_work: Some(at_work) })
    }

    /// The address of the home page.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port that was opened.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until somebody asks to end.
    fn wait(&self, mut end: End) -> Result<(), Failure> {
        let Some((runtime, _)) = &self.at_work else { return Ok(()) };
        let mut editions = self.shared.editions.clone();
        runtime.block_on(async {
            let builder_died = async { while editions.changed().await.is_ok() {} };
            tokio::select! {
                () = end.asked_for() => Ok(()),
                () = builder_died => Err(Failure::internal("the thread that builds the site has stopped")),
            }
        })
    }

    /// Ends: lets the last answers be finished, but not for long. A build at work is left alone.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some((runtime, mut servers)) = self.at_work.take() else { return };
        self.stop.send_replace(true);
        // The builder may be gone already.
        let _ = self.orders.send(Order::Stop);
        runtime.block_on(async {
            let finished = async { while servers.join_next().await.is_some() {} };
            // Whoever has not taken its answer by then does not get it.
            let _ = tokio::time::timeout(FAREWELL, finished).await;
        });
        runtime.shutdown_background();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Begins to answer on every address.
fn answer(address: Address, shared: &Arc<Shared>) -> Result<(Runtime, JoinSet<()>), Failure> {
    let failed = |error: std::io::Error| Failure::io("cannot start the server", &error);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("mcmbook-serve")
        .enable_all()
        .build()
        .map_err(failed)?;
    let mut servers = JoinSet::new();
    let app = Router::new().fallback(http::answer).with_state(shared.clone());
    let context = runtime.enter();
    for listener in address.listeners {
        // News are small and late when they wait for company.
        let listener = TcpListener::from_std(listener).map_err(failed)?.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let mut stop = shared.stop.clone();
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        let serving = axum::serve(listener, app.clone()).with_graceful_shutdown(stopped);
        servers.spawn(async {
            // It answers until it is stopped; broken connections are not its errors.
            let _ = serving.await;
        });
    }
    drop(context);
    Ok((runtime, servers))
}

/// A word that no other run of the server has: the seed of a hash table is chosen at random.
fn start_id() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests;
