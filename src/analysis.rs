//! The pipeline: inputs in, everything that is known and judged out.

use std::sync::Arc;

use rayon::prelude::*;
use tracing::info_span;

use crate::facts::Facts;
use crate::facts::execution::Logs;
use crate::inputs::document::{self, Document, log};
use crate::inputs::{Attachment, Inputs};
use crate::memo::Memo;
use crate::verdicts::lint::{self, Finding};

/// What is known of a book and judged of it. Commands and outputs only read it.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What was read, and what follows from it.
    pub facts: Facts,
    /// What the rules found, sorted by file, place and code.
    pub findings: Vec<Finding>,
}

/// Analyzes a book. Pure and total: equal inputs give equal analyses, with any memo.
pub fn analyze(inputs: Arc<Inputs>, memo: &Memo) -> Analysis {
    let documents = info_span!("parse").in_scope(|| parse_all(&inputs, memo));
    let logs = info_span!("logs").in_scope(|| read_logs(&inputs, memo));
    let facts = info_span!("join").in_scope(|| Facts::join(inputs, documents, logs, memo));
    let findings = info_span!("judge").in_scope(|| lint::run(&facts, memo));
    Analysis { facts, findings }
}

fn parse_all(inputs: &Inputs, memo: &Memo) -> Vec<Arc<Document>> {
    let (kinds, src) = (&inputs.config.kinds, &inputs.config.book.src);
    let parse = |source| {
        let key = memo.key(|| document::identity(source, kinds, src));
        memo.documents.get_or(key, || Arc::new(document::parse(source, kinds, src)))
    };
    inputs.sources.par_iter().map(parse).collect()
}

fn read_logs(inputs: &Inputs, memo: &Memo) -> Logs {
    let read = |(index, attachment): (usize, &Attachment)| {
        let source = attachment.text.as_ref()?;
        let is_log = attachment.path.as_str().ends_with(".log.jsonl");
        is_log.then(|| {
            let key = memo.key(|| attachment.hash);
            (index, memo.logs.get_or(key, || Arc::new(log::read(source))))
        })
    };
    inputs.attachments.par_iter().enumerate().filter_map(read).collect()
}
