//! Pagefind: records in, files out. The only place that knows the engine.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pagefind::api::{PagefindIndex, SyntheticFile};
use pagefind::options::PagefindServiceConfig;

use super::{Record, html};

/// The engine and its version: part of every fingerprint.
pub(super) const NAME: &str = "pagefind 1.6.0";

/// The file without which an index is none.
pub(super) const ENTRY: &str = "pagefind-entry.json";

/// From so many records on, several share one file of texts.
const MANY: usize = 1000;
/// How many then share one. A page of results loads that many times the texts that it shows.
const SHARED: usize = 4;

/// Why there is no full-text index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the search engine gave up: {0}")]
pub struct SearchError(String);

/// The files of an index, below its folder.
///
/// The same records give the same bytes: the engine names its files after what they hold and sorts whatever
/// it collects. One thing from outside can reach it, a variable of its own that sets the size of its
/// chunks (`PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE`).
pub(super) fn index(records: &[&Record], language: &str) -> Result<Vec<(String, Vec<u8>)>, SearchError> {
    // The engine trusts itself: where something cannot be, it panics. A site is worth more than its search.
    let made = catch_unwind(AssertUnwindSafe(|| make(records, language)));
    let files = made.unwrap_or_else(|panic| Err(SearchError(message_of(panic.as_ref()))))?;
    let entry = files.iter().find(|file| file.filename.to_str() == Some(ENTRY));
    let entry = entry.map(|file| String::from_utf8_lossy(&file.contents).into_owned()).unwrap_or_default();
    let needed = |file: SyntheticFile| {
        let path = file.filename.to_str()?.replace('\\', "/");
        is_needed(&path, &entry).then_some((path, file.contents))
    };
    Ok(files.into_iter().filter_map(needed).collect())
}

fn make(records: &[&Record], language: &str) -> Result<Vec<SyntheticFile>, SearchError> {
    let failed = |error: &dyn std::fmt::Display| SearchError(error.to_string());
    let config = PagefindServiceConfig::builder().keep_index_url(true);
    let config = if records.len() > MANY {
        config.max_fragments(u32::try_from(records.len().div_ceil(SHARED)).unwrap_or(u32::MAX)).build()
    } else {
        config.build()
    };
    // The engine's functions are asynchronous, though they wait for nothing.
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let mut index = PagefindIndex::new(Some(config)).map_err(|error| failed(&error))?;
        for record in records {
            let page = html::page(record, language);
            let added = index.add_html_file(None, Some(record.address.clone()), page).await;
            added.map_err(|error| failed(&error))?;
        }
        index.get_files().await.map_err(|error| failed(&error))
    })
}

/// Whether the browser asks for a file. The engine also hands out three user interfaces, their styles, and
/// a program for languages without stems, which is needed only where the language has none of its own.
fn is_needed(path: &str, entry: &str) -> bool {
    match path.split_once('/') {
        Some(_) => true,
        None if path == "wasm.unknown.pagefind" => entry.contains("\"wasm\":null"),
        None => {
            let data = [".pf_meta", ".pagefind"].iter().any(|end| path.ends_with(end));
            data || matches!(path, ENTRY | "pagefind.js" | "pagefind-worker.js")
        }
    }
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for no reason that it tells").to_owned()
}
