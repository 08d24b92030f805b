//! The codes of findings that no rule finds, each with its page: what stands in the way of reading a book, and of
//! showing what was read.

use crate::text::Code;

/// A code outside of the rules.
#[derive(Debug)]
pub struct Fault {
    /// `workspace`.
    pub code: Code,
    /// What its findings have in common, as a heading.
    pub title: &'static str,
    /// The same in a sentence.
    pub summary: &'static str,
    /// What it concerns.
    pub about: &'static str,
    /// The page: what it does, why, example, how to fix, and why nothing waives it.
    pub page: &'static str,
}

/// Every code outside of the rules, sorted.
pub static FAULTS: [Fault; 3] = [
    Fault {
        code: Code::CONFIG,
        title: "Settings that cannot be read",
        summary: "`book.toml` is not valid, or says something that the program does not know",
        about: "book.toml",
        page: include_str!("faults/book_toml.md"),
    },
    Fault {
        code: Code::POLICY,
        title: "A policy that cannot be read",
        summary: "a file in `policy/` is missing, is not valid or contradicts another one",
        about: "policy",
        page: include_str!("faults/policy.md"),
    },
    Fault {
        code: Code::WORKSPACE,
        title: "A file that cannot be read or shown",
        summary: "a file cannot be read, may not be part of a book, or finds no place on the site",
        about: "all",
        page: include_str!("faults/workspace.md"),
    },
];

/// The page of a code, in any letter case.
pub fn fault(word: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.code.0.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::FAULTS;
    use crate::verdicts::lint::RULES;

    #[test]
    fn every_page_has_its_parts() {
        assert!(FAULTS.is_sorted_by_key(|fault| fault.code));
        for fault in &FAULTS {
            let headings: Vec<&str> = fault.page.lines().filter(|line| line.starts_with('#')).collect();
            let expected =
                ["## What it does", "## Why", "## Example", "## How to fix", "## How to waive"].as_slice();
            assert_eq!(headings[0], format!("# {}", fault.title));
            assert_eq!(&headings[1..], expected, "{}", fault.code);
            assert!(RULES.iter().all(|rule| rule.code != fault.code));
        }
    }
}
