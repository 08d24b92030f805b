//! Writes all mutants of a file into its source, each behind a switch.
//!
//! Text is put around text, so that all else stays as it is. Only one mutant is awake at a time: where the source
//! is written twice, only the branch of the unchanged source holds the mutants inside of it. Marks in comments say
//! which text belongs to which mutant, so that an error of the compiler leads to it:
//! `/*<7*/ … /*7>*/` is what mutant 7 does, `/*[7,8*/ … /*]*/` is all that is written for mutants 7 and 8.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ReturnType, Signature, UnOp};

use crate::list::{Genre, Mutant};

/// A source with its mutants, and the mutants that cannot be switched, with the reason.
pub(crate) struct Woven {
    pub(crate) text: String,
    pub(crate) left: BTreeMap<u32, &'static str>,
}

/// Weaves the mutants of one file into it.
pub(crate) fn weave(source: &str, mutants: &[&Mutant]) -> Result<Woven, String> {
    let file = syn::parse_file(source).map_err(|error| error.to_string())?;
    let mut places: BTreeMap<(Genre, usize, usize), Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        places.entry((mutant.genre, mutant.line, mutant.column)).or_default().push(mutant);
    }
    let mut finder = Finder { source, places, nodes: Vec::new(), left: BTreeMap::new(), constant: 0 };
    finder.visit_file(&file);
    let mut left = finder.left;
    for mutant in finder.places.values().flatten() {
        left.insert(mutant.number, "its place was not found");
    }
    let mut nodes = finder.nodes;
    nodes.sort_by_key(|node| (node.whole.start, std::cmp::Reverse(node.whole.end), node.order()));
    let text = Writer { source, nodes: &nodes }.between(0..source.len(), 0..nodes.len());
    Ok(Woven { text, left })
}

/// What is put where.
enum Form {
    /// Text at one place.
    Insert(String),
    /// An expression with other expressions that take its place.
    Instead(Vec<(u32, String)>),
    /// An iterator of which nobody knows the type: it gives nothing, or one item instead.
    Items(Vec<(u32, Option<String>)>),
    /// The guard of an arm.
    Guard(Vec<(u32, String)>),
    /// A field without a colon: its name stands for its value, too.
    Short(String, u32, String),
}

struct Node {
    whole: Range<usize>,
    form: Form,
}

impl Node {
    /// Of several at the same place, the outer one first.
    fn order(&self) -> u8 {
        match self.form {
            Form::Insert(_) => 0,
            Form::Items(_) => 1,
            Form::Short(..) => 2,
            Form::Guard(_) => 3,
            Form::Instead(_) => 4,
        }
    }
}

struct Finder<'a> {
    source: &'a str,
    places: BTreeMap<(Genre, usize, usize), Vec<&'a Mutant>>,
    nodes: Vec<Node>,
    left: BTreeMap<u32, &'static str>,
    /// How many constants and constant functions stand around: what is in them cannot be switched at run time.
    constant: usize,
}

impl<'a> Finder<'a> {
    /// The mutants of a place, once.
    fn take(&mut self, genre: Genre, span: Span) -> Vec<&'a Mutant> {
        let start = span.start();
        let found = self.places.remove(&(genre, start.line, start.column + 1)).unwrap_or_default();
        if self.constant > 0 {
            found.iter().for_each(|mutant| self.leave(mutant, "a constant cannot be switched"));
            return Vec::new();
        }
        found
    }

    fn leave(&mut self, mutant: &Mutant, why: &'static str) {
        self.left.insert(mutant.number, why);
    }

    fn text(&self, span: Span) -> &'a str {
        &self.source[span.byte_range()]
    }

    fn body(&mut self, signature: &Signature, block: &Block) {
        let Some(first) = block.stmts.first() else { return };
        let found = self.take(Genre::Body, first.span());
        let mut text = String::new();
        let is_opaque =
            matches!(&signature.output, ReturnType::Type(_, it) if is_opaque(self.text(it.span())));
        let mut items = Vec::new();
        for mutant in found {
            if is_opaque {
                match item(&mutant.replacement) {
                    Some(item) => items.push((mutant.number, item)),
                    None => self.leave(mutant, "a function with an opaque type has one type only"),
                }
                continue;
            }
            let number = mutant.number;
            let value = &mutant.replacement;
            text += &format!(
                " /*[{number}*/ if {} {{ /*<{number}*/ return {value}; /*{number}>*/ }} /*]*/ ",
                switch(number)
            );
        }
        if !items.is_empty()
            && let Some(syn::Stmt::Expr(last, None)) = block.stmts.last()
        {
            self.nodes.push(Node { whole: last.span().byte_range(), form: Form::Items(items) });
        }
        let at = block.brace_token.span.open().byte_range().end;
        if !text.is_empty() {
            self.nodes.push(Node { whole: at..at, form: Form::Insert(text) });
        }
    }

    fn in_constant(&mut self, is_constant: bool, visit: impl FnOnce(&mut Self)) {
        self.constant += usize::from(is_constant);
        visit(self);
        self.constant -= usize::from(is_constant);
    }
}

/// What an iterator that stands for another one yields: nothing, or one item. Nothing at all when it is no iterator.
fn item(replacement: &str) -> Option<Option<String>> {
    match replacement.strip_prefix("::std::iter::")? {
        "empty()" => Some(None),
        once => Some(Some(once.strip_prefix("once(")?.strip_suffix(')')?.to_owned())),
    }
}

fn is_opaque(text: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == "impl")
}

fn switch(number: u32) -> String {
    format!("crate::mutant::is({number})")
}

/// Whether a condition binds names: then its parts cannot be put in parentheses.
fn binds(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.in_constant(item.sig.constness.is_some(), |finder| {
            finder.body(&item.sig, &item.block);
            visit::visit_item_fn(finder, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.in_constant(item.sig.constness.is_some(), |finder| {
            finder.body(&item.sig, &item.block);
            visit::visit_impl_item_fn(finder, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.in_constant(true, |finder| visit::visit_item_const(finder, item));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.in_constant(true, |finder| visit::visit_item_static(finder, item));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.in_constant(true, |finder| visit::visit_impl_item_const(finder, item));
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
        self.in_constant(true, |finder| finder.visit_expr(&repeat.len));
    }

    fn visit_type_array(&mut self, array: &'ast syn::TypeArray) {
        self.in_constant(true, |finder| visit::visit_type_array(finder, array));
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let found = self.take(Genre::Binary, binary.op.span());
        let is_logical = matches!(binary.op, BinOp::And(_) | BinOp::Or(_));
        if is_logical && (binds(&binary.left) || binds(&binary.right)) {
            found.iter().for_each(|mutant| self.leave(mutant, "does not compile"));
        } else if !found.is_empty() {
            let (left, right) = (self.text(binary.left.span()), self.text(binary.right.span()));
            let others = found.iter().map(|it| (it.number, format!("{left} {} {right}", it.replacement)));
            let form = Form::Instead(others.collect());
            self.nodes.push(Node { whole: binary.span().byte_range(), form });
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if matches!(unary.op, UnOp::Not(_) | UnOp::Neg(_)) {
            let found = self.take(Genre::Unary, unary.op.span());
            if let Some(mutant) = found.first() {
                let form = Form::Instead(vec![(mutant.number, self.text(unary.expr.span()).to_owned())]);
                self.nodes.push(Node { whole: unary.span().byte_range(), form });
            }
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        let is_rest = |arm: &syn::Arm| matches!(arm.pat, syn::Pat::Wild(_)) && arm.guard.is_none();
        if !item.arms.iter().any(is_rest) {
            for arm in &item.arms {
                let found = self.take(Genre::Arm, arm.span());
                found.iter().for_each(|mutant| self.leave(mutant, "does not compile"));
            }
        }
        visit::visit_expr_match(self, item);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        for mutant in self.take(Genre::Arm, arm.span()) {
            let at = arm.pat.span().byte_range().end;
            let number = mutant.number;
            let text = format!(" /*[{number}*/ if !{} /*]*/", switch(number));
            self.nodes.push(Node { whole: at..at, form: Form::Insert(text) });
        }
        if let Some((_, guard)) = &arm.guard {
            let mut others = Vec::new();
            for mutant in self.take(Genre::Guard, guard.span()) {
                if binds(guard) && mutant.replacement == "true" {
                    self.leave(mutant, "does not compile");
                } else {
                    others.push((mutant.number, mutant.replacement.clone()));
                }
            }
            if binds(guard) {
                let at = guard.span().byte_range().start;
                for (number, _) in others {
                    let text = format!("/*[{number}*/ !{} && /*]*/ ", switch(number));
                    self.nodes.push(Node { whole: at..at, form: Form::Insert(text) });
                }
            } else if !others.is_empty() {
                self.nodes.push(Node { whole: guard.span().byte_range(), form: Form::Guard(others) });
            }
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, item: &'ast syn::ExprStruct) {
        if let Some(rest) = &item.rest {
            let name = self.text(item.path.span());
            let rest = self.text(rest.span());
            for field in &item.fields {
                let syn::Member::Named(member) = &field.member else { continue };
                for mutant in self.take(Genre::Field, field.span()) {
                    let other = format!("{{ let base: {name} = {rest}; base.{member} }}");
                    let whole = field.expr.span().byte_range();
                    let form = match field.colon_token {
                        Some(_) => Form::Instead(vec![(mutant.number, other)]),
                        None => Form::Short(member.to_string(), mutant.number, other),
                    };
                    self.nodes.push(Node { whole, form });
                }
            }
        }
        visit::visit_expr_struct(self, item);
    }
}

struct Writer<'a> {
    source: &'a str,
    nodes: &'a [Node],
}

impl Writer<'_> {
    /// The text of a range with what the nodes make of it; all these nodes begin in the range.
    fn between(&self, range: Range<usize>, nodes: Range<usize>) -> String {
        let mut text = String::new();
        let mut at = range.start;
        let mut next = nodes.start;
        while next < nodes.end {
            let node = &self.nodes[next];
            text += &self.source[at..node.whole.start];
            // What begins before its end lies inside; text that is put at its end stands behind it.
            let inside = next + 1
                ..(next + 1..nodes.end)
                    .find(|other| self.nodes[*other].whole.start >= node.whole.end)
                    .unwrap_or(nodes.end);
            text += &self.node(node, inside.clone());
            at = node.whole.end;
            next = inside.end.max(next + 1);
        }
        text + &self.source[at..range.end]
    }

    fn node(&self, node: &Node, inside: Range<usize>) -> String {
        let plain = || self.between(node.whole.clone(), inside.clone());
        match &node.form {
            Form::Insert(text) => text.clone(),
            Form::Instead(others) | Form::Guard(others) => branches(others, &plain()),
            Form::Items(items) => {
                let numbers: Vec<u32> = items.iter().map(|(number, _)| *number).collect();
                let any: Vec<String> = numbers.iter().map(|number| switch(*number)).collect();
                let mut text = format!("/*[{}*/ ({})", list(&numbers), plain());
                text += &format!(".filter(|_| !({}))", any.join(" || "));
                for (number, item) in items {
                    let Some(item) = item else { continue };
                    let is = switch(*number);
                    text += &format!(".chain({is}.then(|| /*<{number}*/ {item} /*{number}>*/))");
                }
                text + " /*]*/"
            }
            Form::Short(name, number, other) => {
                format!("{name}: {}", branches(&[(*number, other.clone())], &plain()))
            }
        }
    }
}

fn branches(others: &[(u32, String)], plain: &str) -> String {
    let numbers: Vec<u32> = others.iter().map(|(number, _)| *number).collect();
    let mut text = format!("(/*[{}*/ ", list(&numbers));
    for (number, other) in others {
        text += &format!("if {} {{ /*<{number}*/ ({other}) /*{number}>*/ }} else ", switch(*number));
    }
    text + &format!("{{ ({plain}) }} /*]*/)")
}

fn list(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// Which mutants a byte of a woven text belongs to: the one that does what stands there, else all
/// for which something was written around it.
pub(crate) fn blamed(text: &str, place: usize) -> BTreeSet<u32> {
    let mut stack: Vec<Vec<u32>> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("/*") {
        let start = at + found;
        if start > place {
            break;
        }
        at = start + 2;
        let Some(length) = text[at..].find("*/") else { break };
        let inner = &text[at..at + length];
        let numbers = |list: &str| list.split(',').map(str::parse).collect::<Result<Vec<u32>, _>>();
        if let Some(Ok(list)) = inner.strip_prefix('<').map(numbers) {
            stack.push(list);
        } else if let Some(Ok(list)) = inner.strip_prefix('[').map(numbers) {
            stack.push(list);
        } else if inner == "]" || inner.strip_suffix('>').is_some_and(|number| number.parse::<u32>().is_ok())
        {
            stack.pop();
        } else {
            // A comment of the source, or text that looks like one.
            continue;
        }
        at += length + 2;
    }
    stack.pop().map(|list| list.into_iter().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(number: u32, genre: Genre, line: usize, column: usize, replacement: &str) -> Mutant {
        Mutant {
            number,
            file: String::new(),
            function: String::new(),
            mutation: String::new(),
            nth: 1,
            genre,
            replacement: replacement.to_owned(),
            line,
            column,
        }
    }

    fn woven(source: &str, mutants: &[Mutant]) -> Woven {
        weave(source, &mutants.iter().collect::<Vec<_>>()).expect("the source can be parsed")
    }

    /// What is woven where every mutant can be switched.
    fn whole(source: &str, mutants: &[Mutant]) -> String {
        let Woven { text, left } = woven(source, mutants);
        assert!(left.is_empty(), "{left:?}");
        syn::parse_file(&text).expect("what is woven can be parsed");
        text
    }

    #[test]
    fn operators_inside_of_one_another_stay_switches() {
        let source = "fn f(a: u8) -> bool { !(a < 2 && a == 1) }\n";
        let all = [
            mutant(1, Genre::Body, 1, 23, "true"),
            mutant(2, Genre::Unary, 1, 23, ""),
            mutant(3, Genre::Binary, 1, 27, ">"),
            mutant(4, Genre::Binary, 1, 31, "||"),
            mutant(5, Genre::Binary, 1, 36, "!="),
        ];
        let text = whole(source, &all);
        for number in 1..=5 {
            let place = text.find(&format!("/*<{number}*/")).expect("each does something");
            assert_eq!(blamed(&text, place + 7), BTreeSet::from([number]));
            assert_eq!(text.matches(&switch(number)).count(), 1, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_switched_is_said() {
        let source = "const A: u8 = 1 + 2;\nfn f(b: Option<u8>) -> impl Sized + Copy { if let Some(1) = b && true {} }\n";
        let all = [
            mutant(1, Genre::Binary, 1, 17, "-"),
            mutant(2, Genre::Binary, 2, 64, "||"),
            mutant(3, Genre::Body, 2, 44, "()"),
            mutant(4, Genre::Arm, 9, 9, ""),
        ];
        let Woven { text, left } = woven(source, &all);
        assert_eq!(text, source);
        assert_eq!(left.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn an_iterator_of_unknown_type_yields_something_else() {
        let source = "fn f() -> impl Iterator<Item = u8> { g().filter(|it| *it == 1) }\n";
        let all = [
            mutant(1, Genre::Body, 1, 38, "::std::iter::empty()"),
            mutant(2, Genre::Body, 1, 38, "::std::iter::once(0)"),
            mutant(3, Genre::Binary, 1, 58, "!="),
        ];
        let text = whole(source, &all);
        assert!(text.contains(".filter(|_| !(crate::mutant::is(1) || crate::mutant::is(2)))"), "{text}");
        assert!(text.contains(".chain(crate::mutant::is(2).then(|| /*<2*/ 0 /*2>*/))"), "{text}");
    }

    #[test]
    fn arms_guards_and_fields_are_switched() {
        let source = "fn f(a: u8) -> A { match a { 1 => A { b, ..d() }, c if c > 2 => A { b: 3, ..d() }, _ => d() } }\n";
        let all = [
            mutant(1, Genre::Arm, 1, 30, ""),
            mutant(2, Genre::Guard, 1, 56, "true"),
            mutant(3, Genre::Guard, 1, 56, "false"),
            mutant(4, Genre::Binary, 1, 58, "<"),
            mutant(5, Genre::Field, 1, 39, ""),
            mutant(6, Genre::Field, 1, 69, ""),
        ];
        let text = whole(source, &all);
        assert!(text.contains("1 /*[1*/ if !crate::mutant::is(1) /*]*/ => A { b: (/*[5*/ if"), "{text}");
        assert!(text.contains("base.b"), "{text}");
    }
}
