//! The pipeline: inputs in, everything that is known and judged out.

use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use tracing::info_span;

use crate::facts::Facts;
use crate::facts::execution::Logs;
use crate::inputs::document::{self, Document, log};
use crate::inputs::history::History;
use crate::inputs::policy::Policy;
use crate::inputs::profile::Profile;
use crate::inputs::{Attachment, Inputs};
use crate::memo::Memo;
use crate::text::{Diagnostic, SourceFile, Stage};
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
    let documents = parse(&inputs, memo);
    analyze_some(inputs, documents, memo, &|_| true)
}

/// The documents of a book, in the order of its sources.
pub fn parse(inputs: &Inputs, memo: &Memo) -> Vec<Arc<Document>> {
    info_span!("parse").in_scope(|| parse_all(inputs, memo))
}

/// Analyzes a book whose documents are parsed; of the rules that look at one document or one change, only what
/// they say of those that are wanted is found.
pub fn analyze_some(
    inputs: Arc<Inputs>,
    documents: Vec<Arc<Document>>,
    memo: &Memo,
    is_wanted: &(dyn Fn(&Document) -> bool + Sync),
) -> Analysis {
    let logs = info_span!("logs").in_scope(|| read_logs(&inputs, memo));
    let facts = info_span!("join").in_scope(|| Facts::join(inputs, documents, logs, memo));
    let findings = info_span!("judge").in_scope(|| lint::run_some(&facts, memo, is_wanted));
    Analysis { facts, findings }
}

/// What is known of a book whose settings cannot be read: their faults, as findings that are due. `files` are
/// those that the faults point into.
pub fn of_faults(files: &[SourceFile], faults: &[Diagnostic]) -> Analysis {
    let text = |file: &SourceFile| Attachment {
        path: file.path.clone(),
        hash: file.hash,
        size: file.text.len() as u64,
        text: Some(file.clone()),
    };
    let inputs = Inputs {
        config: Arc::default(),
        policy: Arc::new(Policy::none(Profile::default())),
        as_of: Timestamp::UNIX_EPOCH,
        sources: Vec::new(),
        attachments: files.iter().map(text).collect(),
        history: Arc::new(History::unknown("the settings of the book cannot be read")),
        faults: Vec::new(),
    };
    let facts = Facts::join(Arc::new(inputs), Vec::new(), Logs::new(), &Memo::forgetful());
    let finding = |fault: &Diagnostic| Finding {
        diagnostic: Arc::new(fault.clone()),
        waived: None,
        reached: Stage::Closing,
    };
    Analysis { facts, findings: faults.iter().map(finding).collect() }
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
