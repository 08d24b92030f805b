//! Names that people take for others.
//!
//! The tables hold what is met in names: the letters of other scripts that fonts draw as Latin ones, forms of
//! letters that are meant for mathematics and full width, dashes. Unicode's list of confusable characters
//! (UTS 39) has thousands more, for scripts that no keyboard types.

use unicode_normalization::UnicodeNormalization as _;

/// What is left of a name when characters that look alike are one: who reads two names of one skeleton can take
/// them for one.
pub fn skeleton(name: &str) -> String {
    let drawn = name.chars().map(|c| looks_like(c).unwrap_or(c));
    let one = drawn.map(|c| match c {
        '0' | 'O' => 'o',
        '1' | 'I' | '|' => 'l',
        other => other,
    });
    let folded: String = one.collect();
    if folded.contains("rn") || folded.contains("vv") {
        return folded.replace("rn", "m").replace("vv", "w");
    }
    folded
}

/// The first character of another script that stands in a word of Latin letters, with the Latin letter that it
/// looks like.
pub fn strange_letter(name: &str) -> Option<(char, char)> {
    if name.is_ascii() {
        return None;
    }
    let words = name.split(|c: char| !c.is_alphanumeric());
    let mixed = words.filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()));
    mixed.flat_map(str::chars).find_map(|c| Some((c, looks_like(c)?)))
}

/// The ASCII character as which a character is drawn, where it is another one.
fn looks_like(c: char) -> Option<char> {
    Some(match c {
        '\0'..='\u{7f}' => return None,
        // Cyrillic.
        'а' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' => 'i',
        'ј' => 'j',
        'ӏ' | 'Ӏ' => 'l',
        'о' => 'o',
        'р' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'ѵ' => 'v',
        'ԝ' => 'w',
        'х' => 'x',
        'у' | 'ү' => 'y',
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' => 'E',
        'Ԍ' => 'G',
        'Н' => 'H',
        'І' => 'I',
        'Ј' => 'J',
        'К' => 'K',
        'М' => 'M',
        'О' => 'O',
        'Р' => 'P',
        'Ѕ' => 'S',
        'Т' => 'T',
        'Х' => 'X',
        'У' | 'Ү' => 'Y',
        // Greek.
        'α' => 'a',
        'ι' => 'i',
        'ο' => 'o',
        'ρ' => 'p',
        'υ' => 'u',
        'ν' => 'v',
        'γ' => 'y',
        'Α' => 'A',
        'Β' => 'B',
        'Ε' => 'E',
        'Ζ' => 'Z',
        'Η' => 'H',
        'Ι' => 'I',
        'Κ' => 'K',
        'Μ' => 'M',
        'Ν' => 'N',
        'Ο' => 'O',
        'Ρ' => 'P',
        'Τ' => 'T',
        'Υ' => 'Y',
        'Χ' => 'X',
        // Armenian.
        'ց' => 'g',
        'հ' => 'h',
        'ո' => 'n',
        'օ' => 'o',
        'զ' => 'q',
        'ս' => 'u',
        // Latin letters of phonetics and of Turkish.
        'ɑ' => 'a',
        'ɡ' => 'g',
        'ı' | 'ɩ' => 'i',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // Letters and digits of mathematics; full width.
        '\u{1d400}'..='\u{1d7ff}' | '\u{ff01}'..='\u{ff5e}' => {
            c.nfkc().next().filter(char::is_ascii_graphic)?
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("notes", "n0tes"),
            ("NOTES", "N0TES"),
            ("rehearsal-1", "rehearsal-l"),
            ("Iag", "lag"),
            ("modern", "modem"),
            ("wave", "vvave"),
            ("payments", "pауments"),
            ("checkout", "ｃheckout"),
            ("q4-close", "q4\u{2010}close"),
            ("ledger", "𝗅edger"),
            ("ops", "орѕ"),
        ] {
            assert_ne!(one, other);
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
        for (one, other) in
            [("mail", "mall"), ("q1", "q2"), ("2026-1-11", "2026-11-1"), ("über", "uber"), ("a5", "as")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_letter_is_strange_in_a_word_of_another_script_alone() {
        assert_eq!(strange_letter("services/pаyments.md"), Some(('а', 'a')));
        assert_eq!(strange_letter("ｃheckout"), Some(('ｃ', 'c')));
        for clean in
            ["payments", "отчёт", "отчёт-2026.md", "α-release", "überblick", "Δt", "日本語.md", "a–b"]
        {
            assert_eq!(strange_letter(clean), None, "{clean}");
        }
    }
}
