//! Did-you-mean.

/// The candidate that somebody most likely meant, or nothing when none is close.
///
/// Case, `-`, `_` and spaces do not count as differences. Close means a Damerau-Levenshtein distance of
/// at most a third of the longer word, the bound that compilers use for identifiers.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| -> String {
        text.chars()
            .map(|c| if matches!(c, '-' | ' ') { '_' } else { c })
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = fold(word);
    if wanted.len() > 200 {
        return None;
    }
    let bound = |candidate: &str| wanted.chars().count().max(candidate.chars().count()).max(3) / 3;
    candidates
        .into_iter()
        .map(|candidate| (candidate, fold(candidate)))
        .map(|(candidate, folded)| (strsim::damerau_levenshtein(&wanted, &folded), folded, candidate))
        .filter(|(distance, folded, _)| *distance <= bound(folded))
        .min_by(|a, b| (a.0, a.2).cmp(&(b.0, b.2)))
        .map(|(_, _, candidate)| candidate)
}

/// The candidate that somebody most likely meant, when no second one is close: what a fix may write.
pub fn only_guess<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut candidates: Vec<&str> = candidates.into_iter().collect();
    let guess = did_you_mean(word, candidates.iter().copied())?;
    candidates.retain(|candidate| *candidate != guess);
    did_you_mean(word, candidates).is_none().then_some(guess)
}
