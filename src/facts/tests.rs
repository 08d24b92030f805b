//! Books in memory, for the tests of facts.

use std::sync::Arc;

use super::Facts;
use super::execution::Logs;
use crate::inputs::config::Config;
use crate::inputs::history::History;
use crate::inputs::profile::Profile;
use crate::inputs::{Inputs, document, policy};
use crate::memo::Memo;
use crate::text::{BookPath, SourceFile};

/// The facts of a book of these files, at a moment.
pub(crate) fn facts(files: &[(&str, &str)], as_of: &str) -> Facts {
    let source = |path: &str, text: &str| {
        SourceFile::new(BookPath::new(path).expect("a normal path"), text.as_bytes())
    };
    let config = Config::parse(&source("book.toml", ""));
    let is_policy = |path: &str| path.starts_with("policy/");
    let policy_files: Vec<SourceFile> =
        files.iter().filter(|(path, _)| is_policy(path)).map(|(path, text)| source(path, text)).collect();
    let policy = policy::parse(&policy_files, Some(Profile::Regulated));
    assert_eq!(policy.faults, [], "the test's policy");
    let mut sources: Vec<SourceFile> =
        files.iter().filter(|(path, _)| !is_policy(path)).map(|(path, text)| source(path, text)).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let inputs = Inputs {
        config: Arc::new(config.config),
        sources,
        attachments: Vec::new(),
        history: Arc::new(History::unknown("a test")),
        policy: Arc::new(policy.policy),
        as_of: as_of.parse().expect("an instant"),
        faults: Vec::new(),
    };
    let parse = |source| Arc::new(document::parse(source, &inputs.config.kinds, &inputs.config.book.src));
    let documents = inputs.sources.iter().map(parse).collect();
    Facts::join(Arc::new(inputs), documents, Logs::new(), &Memo::forgetful())
}
