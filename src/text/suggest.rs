//! Did-you-mean.

/// The candidate that somebody most likely meant, or nothing when none is close.
///
/// Case, `-`, `_` and spaces do not count as differences. Close means a Damerau-Levenshtein distance of
/// at most a third of the longer word, the bound that compilers use for identifiers.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Guesser::default().guess(word, candidates).map(|guess| guess.text)
}

/// The candidate that somebody most likely meant, when no second one is close: what a fix may write.
pub fn only_guess<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Guesser::default().guess(word, candidates).filter(|guess| guess.is_only).map(|guess| guess.text)
}

/// What somebody most likely meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess<'a> {
    /// The candidate.
    pub text: &'a str,
    /// Whether no second candidate is close: a fix may write it.
    pub is_only: bool,
}

/// Guesses for many words against many candidates, up to a bound: ten thousand files that each miss twenty
/// others would otherwise be compared two thousand million times for a few lines of help.
#[derive(Clone, Copy, Debug)]
pub struct Guesser {
    /// How many candidates may still be looked at.
    left: usize,
}

impl Default for Guesser {
    /// Enough for every mistake that a person makes in a day, in a second at most.
    fn default() -> Guesser {
        Guesser { left: 500_000 }
    }
}

impl Guesser {
    /// The candidate that was most likely meant; nothing when none is close, or when the bound is reached.
    pub fn guess<'a>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<Guess<'a>> {
        let wanted = fold(word);
        let length = wanted.chars().count();
        let mut best: Option<(usize, &str)> = None;
        let mut close = 0_usize;
        if wanted.len() > 200 {
            return None;
        }
        for candidate in candidates {
            self.left = self.left.checked_sub(1)?;
            let candidate_length = candidate.chars().count();
            let bound = length.max(candidate_length).max(3) / 3;
            if length.abs_diff(candidate_length) > bound {
                continue;
            }
            let distance = strsim::damerau_levenshtein(&wanted, &fold(candidate));
            // The same candidate may come twice, by its id and by its name.
            if distance > bound || best.is_some_and(|(_, known)| known == candidate) {
                continue;
            }
            close += 1;
            if best.is_none_or(|known| (distance, candidate) < known) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, text)| Guess { text, is_only: close == 1 })
    }
}

/// The text without what does not count as a difference.
fn fold(text: &str) -> String {
    let plain = text.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c });
    plain.flat_map(char::to_lowercase).collect()
}
