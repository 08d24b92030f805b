//! The server over real connections, with a small site of its own instead of a rendered book.

pub(crate) mod command;
mod live;
mod requests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mcmbook::hosts::serve::{Note, ServeOptions, Server, Site};
use mcmbook::hosts::shell::{ColorChoice, Shell, Verbosity};
use mcmbook::outputs::{Content, Output};
use mcmbook::text::{BookPath, Code};

use crate::support::http::Http;
use crate::support::{Folder, load};

/// A book and the server that shows it, which goes before the folder does.
struct Show {
    server: Server,
    http: Http,
    folder: Folder,
}

impl Show {
    /// Serves a book of these files.
    fn of(files: &[(&str, &[u8])]) -> Show {
        let folder = Folder::book();
        for (path, content) in files {
            folder.write(path, content);
        }
        let dir = folder.path();
        let root = load(&dir).expect("the book is right").root;
        let server = Server::start(&options("127.0.0.1", 0), &shell(), &root, move |_| site(&dir));
        let server = server.expect("there is a free port");
        let http = Http { port: server.port() };
        Show { server, http, folder }
    }

    /// Writes a file as careful editors do: beside it, then over it in one step. Nobody reads half of it.
    fn save(&self, path: &str, content: &str) {
        let file = self.folder.path().join(path);
        let beside = file.with_extension("md___jb_tmp___");
        crate::support::write(&beside, content);
        std::fs::rename(beside, file).expect("a file can be renamed in its folder");
    }

    fn small() -> Show {
        Show::of(&[("content/a.md", b"first"), ("content/index.md", b"home")])
    }
}

fn options(hostname: &str, port: u16) -> ServeOptions {
    ServeOptions { hostname: hostname.to_owned(), port, open: false }
}

fn shell() -> Shell {
    Shell::new(ColorChoice::Never, Verbosity::Quiet)
}

/// A site as plain as can be: a page for every document, everything else as an attachment, and a few files
/// that every site has. A document that says `BROKEN` cannot be built.
fn site(dir: &Path) -> Result<Site, Vec<Note>> {
    let loaded = load(dir).map_err(|failure| Note::of_failure(&failure))?;
    let src = loaded.config.book.src.as_str();
    let below = |path: &BookPath| path.below(src).expect("it lies in the source folder").to_owned();
    let mut output = Output::default();
    output.add("404.html", "<body>nothing here</body>");
    output.add("assets/site.css", "body { margin: 0 }");
    for document in &loaded.inputs.sources {
        if document.text.contains("BROKEN") {
            let note = Note::error(Code("MCM999"), "the document says that it is broken");
            let help = vec!["write something else".to_owned()];
            return Err(vec![Note {
                path: Some(document.path.clone()),
                line: Some(1),
                column: Some(3),
                help,
                ..note
            }]);
        }
        let page = below(&document.path).replace(".md", ".html");
        output.add(page, format!("<!doctype html><body>{}</body>", document.text).into_bytes());
    }
    for attachment in &loaded.inputs.attachments {
        output.files.insert(below(&attachment.path), Content::Attachment(attachment.path.clone()));
    }
    Ok(Site {
        output: Arc::new(output),
        edited: Arc::default(),
        root: loaded.root,
        notes: Vec::new(),
        later: None,
        rest: None,
    })
}

/// The program under test.
fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_mcmbook"))
}
