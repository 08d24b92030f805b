use super::*;
use crate::text::{SourceFile, Span};

#[test]
fn a_note_is_made_again_only_where_the_diagnostic_or_its_file_is_another() {
    let path = BookPath::new("content/a.md").expect("normal");
    let file = |text: &str| SourceFile::new(path.clone(), text);
    let at = |span: Span| Arc::new(Diagnostic::error(Code("MCM999"), "wrong").at(&path, span));
    let (first, second) = (at(Span::new(4, 6)), at(Span::new(0, 2)));
    let mut told = Told::default();
    let mut of = |diagnostics: &[&Arc<Diagnostic>], text: &str| {
        let files = [file(text)];
        told.of(diagnostics.iter().copied(), &Sources::of(&files))
    };
    let before = of(&[&first, &second], "one two");
    assert_eq!((before[0].line, before[0].column), (Some(1), Some(5)));
    let same = of(&[&second, &first], "one two");
    assert!(Arc::ptr_eq(&same[0], &before[1]) && Arc::ptr_eq(&same[1], &before[0]));
    let moved = of(&[&first], "one\ntwo");
    assert_eq!((moved[0].line, moved[0].column), (Some(2), Some(1)), "the same bytes of another text");
    assert_eq!(Arc::strong_count(&first), 2, "it is kept, so that no other one can have its address");
    let others = of(&[&at(Span::new(0, 2)), &at(Span::new(4, 6))], "one\ntwo");
    assert_eq!((others[0].line, others[1].line), (Some(1), Some(2)), "other diagnostics");
    let twice = of(&[&first, &first], "one\ntwo");
    assert_eq!(twice[0], twice[1]);
}
