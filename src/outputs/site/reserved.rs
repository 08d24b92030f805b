//! The addresses that are the site's own. What stands there states facts (the policy, people, evidence, rules,
//! the build), so that no file of the book may: whoever writes documents would else write what readers take for
//! derived. The names are the same in every book, be there such a page or not, lest a first policy or a next
//! month take a page away.

use crate::inputs::config::is_change_id;
use crate::text::folded;

/// Folders at the top that pages or files of the tool lie in.
const FOLDERS: [&str; 13] = [
    "about",
    "assets",
    "calendar",
    "changes",
    "evidence",
    "exceptions",
    "lifecycle",
    "pagefind",
    "policy",
    "postponed",
    "rules",
    "schemas",
    "search",
];

/// The folders below `changes/` whose folders are registers of changes with a value in common.
pub(super) const REGISTERS: [&str; 9] =
    ["class", "state", "phase", "outcome", "approval", "approver", "quarter", "window", "service"];

/// Whether a path below the output folder is the site's own, or is so where letter case and the form of accents
/// do not count. `folded` is the same path by [`crate::text::folded`].
pub(super) fn is_own(path: &str, folded: &str) -> bool {
    let is_other_spelling = path != folded && {
        let mut parts = folded.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        // `Search/index.html` and `search/index.html` are one file on some disks.
        let is_first = path.split('/').next() != Some(first) && FOLDERS.contains(&first);
        is_first || first == "changes" && REGISTERS.contains(&second)
    };
    is_other_spelling || is_name(folded)
}

/// Whether a file of the book would be taken for a page: where pages of the tool lie, or by its name. Every
/// `index.html` of a site is made by the tool, so that a server may treat all other HTML as foreign.
pub(super) fn is_like_a_page(path: &str) -> bool {
    let folded = folded(path);
    folded.rsplit('/').next() == Some("index.html") || folded == "404.html" || is_own(path, &folded)
}

fn is_name(folded: &str) -> bool {
    let parts: Vec<&str> = folded.split('/').collect();
    match parts[..] {
        ["evidence", _, ..] | ["policy", "people" | "keys", _, ..] | ["about", "build", _, ..] => true,
        ["policy" | "search" | "calendar" | "lifecycle" | "postponed" | "exceptions", "index.html"] => true,
        ["calendar", month, _, ..] => month == "list" || is_month(month),
        ["rules", code, _, ..] => is_code(code),
        ["changes", year, id, "index.html"] if is_year(year) && is_change_id(&id.to_uppercase()) => true,
        ["changes", .., part, "index.html"] => part.strip_prefix("page-").is_some_and(is_number),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_number(text)
}

/// `2026-05`
fn is_month(text: &str) -> bool {
    text.split_once('-').is_some_and(|(year, month)| is_year(year) && month.len() == 2 && is_number(month))
}

/// `mcm010`
fn is_code(text: &str) -> bool {
    text.strip_prefix("mcm").is_some_and(|number| number.len() == 3 && is_number(number))
}

#[cfg(test)]
mod tests {
    use super::is_own;
    use crate::text::folded;

    #[test]
    fn what_states_facts_is_the_sites_own_in_any_spelling() {
        let own = [
            "evidence/MCM-2026-0008/index.html",
            "Evidence/MCM-2026-0008/verify.sh",
            "policy/people/ana/index.html",
            "policy/keys/index.html",
            "policy/index.html",
            "about/build/index.html",
            "search/index.html",
            "Search/index.html",
            "SEARCH/ours/index.html",
            "lifecycle/index.html",
            "exceptions/index.html",
            "calendar/index.html",
            "calendar/2031-07/index.html",
            "calendar/list/notes/index.html",
            "rules/MCM010/index.html",
            "Changes/index.html",
            "changes/page-2/index.html",
            "changes/2026/page-10/index.html",
            "changes/2026/MCM-2026-0001/index.html",
            "changes/service/Checkout/index.html",
            "changes/service/cafe\u{301}/index.html",
        ];
        own.iter().for_each(|path| assert!(is_own(path, &folded(path)), "{path}"));
    }

    #[test]
    fn what_a_book_may_write_is_not() {
        let free = [
            "index.html",
            "404.html",
            "changes/index.html",
            "changes/2026/index.html",
            "changes/service/checkout/index.html",
            "changes/How-To/index.html",
            "rules/index.html",
            "rules/ours/index.html",
            "services/Search/index.html",
            "search/ours/index.html",
            "about/index.html",
            "policy/escalation/index.html",
            "calendar/how-we-plan/index.html",
            "changes/2026/MCM-2026-0001/files/a.csv",
        ];
        free.iter().for_each(|path| assert!(!is_own(path, &folded(path)), "{path}"));
    }
}
