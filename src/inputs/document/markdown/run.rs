//! Text that comes in pieces, and the bare addresses in it.

use std::ops::Range;

use pulldown_cmark::CowStr;

use super::autolink::{self, Autolink};

/// Neighbouring text events.
///
/// pulldown-cmark cuts text at every character that might have been markup, so that an address such as
/// `https://a.example/b_c` can come in three events. A run gathers them until something else comes.
#[derive(Debug, Default)]
pub(super) struct Run<'a> {
    pieces: Vec<Piece<'a>>,
    joined: String,
}

/// One event.
#[derive(Debug)]
struct Piece<'a> {
    /// What is shown.
    text: CowStr<'a>,
    /// Where it is written.
    source: Range<usize>,
}

/// What a run is made of.
#[derive(Debug)]
pub(super) enum Part<'r> {
    /// Text to show.
    Text(&'r str),
    /// A bare address: what is shown, what its target has in front of that, and where it is written.
    Link { text: &'r str, prefix: &'static str, source: Range<usize> },
}

impl<'a> Run<'a> {
    /// Adds the next event.
    pub(super) fn push(&mut self, text: CowStr<'a>, source: Range<usize>) {
        self.pieces.push(Piece { text, source });
    }

    /// Whether there is nothing to flush.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Hands out the parts in order and empties the run. `source` is the text that was parsed.
    pub(super) fn flush(&mut self, source: &str, mut visit: impl FnMut(Part<'_>)) {
        match self.pieces.as_slice() {
            [] => {}
            [piece] => parts_of(&piece.text, |link| piece.locate(link), &mut visit),
            pieces => {
                self.joined.clear();
                pieces.iter().for_each(|piece| self.joined += piece.written(source));
                if autolink::may_hold(&self.joined) {
                    parts_of_many(pieces, &self.joined, source, &mut visit);
                } else {
                    pieces.iter().for_each(|piece| visit(Part::Text(&piece.text)));
                }
            }
        }
        self.pieces.clear();
    }
}

impl Piece<'_> {
    /// The piece before smart punctuation: an address keeps its `--` and `'`.
    fn written<'s>(&'s self, source: &'s str) -> &'s str {
        written(&self.text, &self.source, source)
    }

    /// Where a part of the piece is written. A piece that is not written as shown (an entity) is taken
    /// whole, which is exact enough: no address ends within one.
    fn locate(&self, part: Range<usize>) -> Range<usize> {
        if self.text.len() == self.source.len() {
            self.source.start + part.start..self.source.start + part.end
        } else {
            self.source.clone()
        }
    }
}

/// Text as it is written, where smart punctuation made something else of it.
///
/// The replacements are the only text of three bytes whose source begins with one of these characters.
pub(super) fn written<'s>(shown: &'s str, range: &Range<usize>, source: &'s str) -> &'s str {
    let is_replaced = shown.len() == 3
        && !shown.is_ascii()
        && matches!(source.as_bytes().get(range.start), Some(b'\'' | b'"' | b'-' | b'.'));
    if is_replaced { &source[range.clone()] } else { shown }
}

fn parts_of(text: &str, locate: impl Fn(Range<usize>) -> Range<usize>, visit: &mut impl FnMut(Part<'_>)) {
    let mut at = 0;
    if autolink::may_hold(text) {
        while let Some(Autolink { range, prefix }) = autolink::next(text, at) {
            if range.start > at {
                visit(Part::Text(&text[at..range.start]));
            }
            at = range.end;
            visit(Part::Link { text: &text[range.clone()], prefix, source: locate(range) });
        }
    }
    if at < text.len() {
        visit(Part::Text(&text[at..]));
    }
}

/// As [`parts_of`]; text between addresses is shown piece by piece, as smart punctuation made it.
fn parts_of_many(pieces: &[Piece<'_>], joined: &str, source: &str, visit: &mut impl FnMut(Part<'_>)) {
    let mut spans = Vec::with_capacity(pieces.len());
    let mut length = 0;
    for piece in pieces {
        let start = length;
        length += piece.written(source).len();
        spans.push((piece, start..length));
    }
    let at_offset = |offset: usize| spans.partition_point(|(_, span)| span.end <= offset);
    let locate = |range: Range<usize>| {
        let (first, first_span) = &spans[at_offset(range.start)];
        let (last, last_span) = &spans[at_offset(range.end - 1)];
        let start = first.locate(range.start - first_span.start..first_span.len()).start;
        let end = last.locate(0..range.end - last_span.start).end;
        start..end
    };
    let mut next_piece = 0;
    let mut at = 0;
    parts_of(joined, locate, &mut |part| match part {
        Part::Link { text, .. } => {
            at += text.len();
            visit(part);
        }
        Part::Text(text) => {
            let end = at + text.len();
            next_piece = next_piece.max(at_offset(at));
            while at < end {
                let (piece, span) = &spans[next_piece];
                let upto = span.end.min(end);
                let is_whole = at == span.start && upto == span.end;
                visit(Part::Text(if is_whole { &piece.text } else { &joined[at..upto] }));
                at = upto;
                next_piece += usize::from(at == span.end);
            }
        }
    });
}
