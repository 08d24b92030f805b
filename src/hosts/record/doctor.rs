//! Whether this clone, this person's set-up of git and the forge's habits are fit for records.
//!
//! Every check asks one thing and stands alone, so that a clone that cannot be judged at all is still told
//! everything that is wrong with it.

use jiff::{Timestamp, ToSpan as _};

use super::guard::is_installed;
use super::key::{SigningKey, signing_key};
use super::process::Git;
use crate::facts::approval::Approvals;
use crate::facts::approval::code::Reason;
use crate::hosts::workspace::{self, LoadOptions, Root};
use crate::hosts::{Failure, clock};
use crate::inputs::policy::Policy;
use crate::outputs::approval::Trust;
use crate::outputs::doctor::{Check, Examination, FORMAT};
use crate::text::counted;

/// So long before its end a key's window is told of, in hours: 60 days.
const SOON: i64 = 60 * 24;

/// Looks at everything. With `sign`, one commit is signed for trial and thrown away.
///
/// # Errors
/// The clock cannot be read.
pub fn examine(root: &Root, options: &LoadOptions, sign: bool) -> Result<Examination, Failure> {
    let git = Git::of(root);
    let mut trust = None;
    let mut checks = Vec::new();
    if git.ask(&["rev-parse", "--git-dir"]).is_none() {
        checks.push(Check::bad("repository", "this is no git repository", &["`git init`"]));
        return Ok(Examination { format: FORMAT, trust, checks });
    }
    history(&git, root, &mut checks);
    let identity = person(&git, &mut checks);
    let key = signing_key(root);
    signing(&git, &key, sign, &mut checks);
    habits(&git, root, &mut checks);
    foxtrot(&git, &mut checks);
    squashes(&git, &mut checks);
    match workspace::load(options) {
        Err(failure) => checks.push(failed("book", &failure)),
        Ok(loaded) => {
            let approvals = Approvals::of(&loaded.inputs);
            let now = clock::now()?.timestamp();
            policy(&approvals, &mut checks);
            if key.format == "x509" {
                checks.push(certified(&approvals));
            }
            if let Some(effective) = &approvals.effective {
                on_roster(&effective.policy, &key, identity.as_deref(), now, &mut checks);
            }
            lost(&approvals, &mut checks);
            trust = Trust::of(&approvals, loaded.inputs.history.ledger.pinned);
        }
    }
    Ok(Examination { format: FORMAT, trust, checks })
}

/// What could not be read, as a check.
fn failed(name: &'static str, failure: &Failure) -> Check {
    let mend: Vec<&str> = failure.help_lines().iter().map(String::as_str).collect();
    Check::bad(name, failure.to_string(), &mend)
}

/// Whether the history is all there, and is what its commits say.
fn history(git: &Git, root: &Root, checks: &mut Vec<Check>) {
    let count = checks.len();
    checks.extend(workspace::hold_objects(root).err().map(|failure| failed("history", &failure)));
    if git.ask(&["rev-parse", "--is-shallow-repository"]).as_deref() == Some("true") {
        checks.push(Check::bad(
            "history",
            "the clone is shallow: records and rejections may be missing",
            &["`git fetch --unshallow`; in a pipeline `fetch-depth: 0`"],
        ));
    }
    let replaced = git.ask(&["for-each-ref", "--format=%(refname)", "refs/replace"]).unwrap_or_default();
    if !replaced.is_empty() {
        checks.push(Check::bad(
            "history",
            format!("{} replaced: git shows another history", counted(replaced.lines().count(), "object")),
            &["`git replace --list` shows them, `git replace --delete ID` removes them"],
        ));
    }
    for (file, what, mend) in [
        ("info/grafts", "the repository has grafts", "remove `info/grafts` from the Git folder"),
        (
            "objects/info/alternates",
            "objects lie in another repository",
            "`git repack -a -d`, then remove `objects/info/alternates`; or call with `--allow-alternates`",
        ),
    ] {
        let path = git.ask(&["rev-parse", "--path-format=absolute", "--git-path", file]);
        let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        if text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            checks.push(Check::bad("history", what, &[mend]));
        }
    }
    let promisor = git.ask(&["config", "--get-regexp", r"^remote\..*\.promisor$"]);
    if promisor.is_some_and(|found| found.contains("true")) {
        checks.push(Check::bad(
            "history",
            "the clone is partial: objects are missing until git fetches them",
            &["clone again without `--filter`"],
        ));
    }
    let format = git.ask(&["rev-parse", "--show-object-format"]).unwrap_or_default();
    if !format.is_empty() && format != "sha1" {
        checks.push(Check::bad(
            "history",
            format!("the repository has objects of {format}, which are not supported"),
            &["`git init --object-format=sha1`, and bring the history over"],
        ));
    }
    if count == checks.len() {
        checks.push(Check::good("history", "whole, and as its commits say"));
    }
}

/// Whether author and committer are one; gives the mail address.
fn person(git: &Git, checks: &mut Vec<Check>) -> Option<String> {
    let of = |variable: &str| {
        let ident = git.ask(&["var", variable])?;
        ident.rsplit_once("> ").map(|(who, _)| format!("{who}>"))
    };
    let (author, committer) = (of("GIT_AUTHOR_IDENT"), of("GIT_COMMITTER_IDENT"));
    let Some(committer) = committer else {
        checks.push(Check::bad(
            "identity",
            "git does not know who you are",
            &["`git config --global user.name \"...\"`", "`git config --global user.email \"...\"`"],
        ));
        return None;
    };
    if author.as_ref() == Some(&committer) {
        checks.push(Check::good("identity", committer.clone()));
    } else {
        let author = author.unwrap_or_default();
        checks.push(Check::warning(
            "identity",
            format!("author ({author}) and committer ({committer}) differ: a record has one identity"),
            &["unset `author.email`, `committer.email` and the `GIT_AUTHOR_*` and `GIT_COMMITTER_*` variables"],
        ));
    }
    let (_, email) = committer.rsplit_once('<')?;
    Some(email.trim_end_matches('>').to_lowercase())
}

/// Whether git can sign.
fn signing(git: &Git, key: &SigningKey, sign: bool, checks: &mut Vec<Check>) {
    const SET_UP: [&str; 2] = [
        "`git config --global gpg.format ssh`",
        "`git config --global user.signingkey ~/.ssh/id_ed25519.pub`",
    ];
    match (&*key.format, &key.fingerprint, &key.configured) {
        ("ssh", Some(fingerprint), _) => {
            checks.push(Check::good("signing", format!("SSH key {fingerprint}")))
        }
        ("ssh", None, Some(configured)) => checks.push(Check::bad(
            "signing",
            format!("the public half of the key `{configured}` cannot be read"),
            &SET_UP,
        )),
        ("ssh", None, None) => {
            checks.push(Check::bad("signing", "no key is named to sign with", &SET_UP));
        }
        ("openpgp", _, Some(configured)) => {
            checks.push(Check::good("signing", format!("OpenPGP key {configured}")));
        }
        ("openpgp", _, None) => checks.push(Check::warning(
            "signing",
            "nothing is set: gpg would choose a key by the mail address",
            &SET_UP,
        )),
        // What the policy says of certificates decides.
        ("x509", _, _) => {}
        (format, _, _) => checks.push(Check::bad(
            "signing",
            format!("signatures of the format {format} do not count"),
            &SET_UP,
        )),
    }
    if sign {
        let trial = || {
            let tree = git.feed(&["mktree"], b"")?;
            git.feed(&["commit-tree", "-S", tree.trim()], b"A trial of the signing set-up\n")
        };
        match trial() {
            Ok(_) => checks.push(Check::good("trial", "git signed a commit that nobody will see")),
            Err(failure) => {
                let mend: Vec<&str> = failure.help_lines().iter().map(String::as_str).collect();
                checks.push(Check::bad("trial", failure.to_string(), &mend));
            }
        }
    }
}

/// What becomes of records that a certificate signs.
fn certified(approvals: &Approvals) -> Check {
    let effective = approvals.effective.as_ref();
    if effective.is_none_or(|effective| effective.policy.authorities.all().is_empty()) {
        let message = "signatures of the format x509 do not count: the policy in force trusts no authority";
        return Check::bad(
            "signing",
            message,
            &["a policy-admin adds its root to `policy/ca`, or sign by SSH"],
        );
    }
    let message = "a certificate counts only where an observer or an authority has seen when it signed";
    Check::warning("signing", message, &["`mcmbook stamp` once a record has landed"])
}

/// Settings and hooks that spoil records sooner or later.
fn habits(git: &Git, root: &Root, checks: &mut Vec<Check>) {
    let set = |name: &str| git.ask(&["config", name]).unwrap_or_default();
    if matches!(set("pull.rebase").as_str(), "true" | "merges" | "interactive") {
        checks.push(Check::warning(
            "pull",
            "`git pull` rebases, which spoils records that are not pushed yet",
            &["`git config pull.rebase false`", "`git config pull.ff only`"],
        ));
    } else if set("pull.ff") != "only" {
        checks.push(Check::warning(
            "pull",
            "`git pull` may merge what is published into your branch the wrong way round (foxtrot)",
            &["`git config pull.ff only`"],
        ));
    } else {
        checks.push(Check::good("pull", "fast-forwards only"));
    }
    match is_installed(root) {
        true => checks.push(Check::good("hook", "the pre-push hook is installed")),
        false => checks.push(Check::warning(
            "hook",
            "no pre-push hook keeps a spoiled history from being pushed",
            &["`mcmbook hook install`"],
        )),
    }
}

/// Whether what is published stands on the first-parent line of the branch at hand.
fn foxtrot(git: &Git, checks: &mut Vec<Check>) {
    let Some(upstream) = git.ask(&["rev-parse", "--verify", "--quiet", "@{upstream}"]) else { return };
    if !git.is_ancestor(&upstream, "HEAD") {
        return;
    }
    let line = git.ask(&["rev-list", "--first-parent", "HEAD"]).unwrap_or_default();
    if line.lines().any(|commit| commit == upstream) {
        checks.push(Check::good("mainline", "what is published is on the first-parent line"));
        return;
    }
    checks.push(Check::bad(
        "mainline",
        "foxtrot: what is published was merged into this branch as a second parent",
        &["`git branch mine`", "`git reset --keep @{upstream}`", "`git merge --no-ff mine`"],
    ));
}

/// So many commits of the mainline show the habit of a forge.
const RECENT: &str = "-60";

/// Whether the forge squashes what it merges: commits of one parent, committed by a forge, with the number of
/// a pull request. Its settings cannot be read from here.
fn squashes(git: &Git, checks: &mut Vec<Check>) {
    let line = ["log", "--first-parent", RECENT, "--format=%h%x09%p%x09%cn%x09%s"];
    let log = git.ask(&line).unwrap_or_default();
    let is_squash = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let id = parts.next()?;
        let (parents, committer, title) = (parts.next()?, parts.next()?, parts.next()?);
        let is_forge = ["github", "gitlab", "gitea", "forgejo", "bitbucket", "forge"]
            .contains(&committer.to_lowercase().as_str());
        let has_number = title.ends_with(')') && (title.contains(" (#") || title.contains(" (!"));
        (is_forge && has_number && !parents.contains(' ')).then(|| id.to_owned())
    };
    let found: Vec<String> = log.lines().filter_map(is_squash).collect();
    if found.is_empty() {
        return;
    }
    let shown = found.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    checks.push(Check::warning(
        "forge",
        format!("{} squashed by the forge, such as {shown}", counted(found.len(), "pull request")),
        &["allow merge commits and nothing else in its settings: a squash loses the records of its branch"],
    ));
}

/// Whether a policy governs, and whether another one waits.
fn policy(approvals: &Approvals, checks: &mut Vec<Check>) {
    let Some(effective) = &approvals.effective else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        checks.push(Check::bad(
            "policy",
            format!("nothing is approved here: {why}"),
            &["`mcmbook policy init`"],
        ));
        return;
    };
    match &effective.pending {
        None => checks.push(Check::good("policy", format!("serial {} is in force", effective.policy.serial))),
        Some(pending) => {
            let (signed, quorum) = (pending.signed.len(), pending.quorum);
            let mend = match &pending.refused {
                Some(why) => format!("mend it: {why}"),
                None => "the other policy-admins: `mcmbook policy amend`".to_owned(),
            };
            checks.push(Check::warning(
                "policy",
                format!("an amendment is pending: {signed} of {quorum} have signed"),
                &[&mend],
            ));
        }
    }
}

/// Whether the person and the key are on the roster, and the key's window is open.
fn on_roster(
    policy: &Policy,
    key: &SigningKey,
    email: Option<&str>,
    now: Timestamp,
    checks: &mut Vec<Check>,
) {
    let has = |known: &String| Some(known.to_lowercase().as_str()) == email;
    let person = policy.principals.iter().find(|person| person.emails.iter().any(has));
    match (person, email) {
        (Some(person), _) => checks.push(Check::good("roster", format!("you are {}", person.id))),
        (None, Some(email)) => checks.push(Check::bad(
            "roster",
            format!("{email} is nobody's address on the roster in force"),
            &[
                "`git config user.email` with an address of the roster",
                "or have yours added: `mcmbook policy amend`",
            ],
        )),
        (None, None) => {}
    }
    let Some(fingerprint) = &key.fingerprint else { return };
    let Some(signer) = policy.signers.iter().find(|signer| signer.fingerprint == *fingerprint) else {
        checks.push(Check::bad(
            "key",
            format!("{fingerprint} is nobody's key in the policy in force"),
            &["have it put into policy/allowed_signers: `mcmbook policy amend`"],
        ));
        return;
    };
    let owner = signer.principals.first().cloned().unwrap_or_default();
    if let Some(person) = person.filter(|person| person.id != owner) {
        checks.push(Check::bad(
            "key",
            format!("the key is {owner}'s, and the address is {}'s", person.id),
            &["sign with your own key, under your own address"],
        ));
    }
    let revoked = policy.revocations.iter().any(|revocation| revocation.key == *fingerprint);
    let soon = now.checked_add(SOON.hours()).unwrap_or(Timestamp::MAX);
    match signer.valid_before.map(|(before, _)| before) {
        _ if revoked => {
            checks.push(Check::bad("key", "it is revoked", &["have a new key put on the roster"]))
        }
        _ if !signer.is_usable(now) => checks.push(Check::bad(
            "key",
            "it is not valid today: its window, or its namespace, does not fit",
            &["have a valid key put on the roster: `mcmbook policy amend`"],
        )),
        Some(before) if before < soon => checks.push(Check::warning(
            "key",
            format!("it is valid until {before}"),
            &["have a new key, or a longer window, put on the roster in time"],
        )),
        Some(before) => checks.push(Check::good("key", format!("{owner}'s, valid until {before}"))),
        None => checks.push(Check::good("key", format!("{owner}'s"))),
    }
}

/// Records that squash and rebase merges have spoiled.
fn lost(approvals: &Approvals, checks: &mut Vec<Check>) {
    let of_subjects = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
    let is_lost = |reason: Reason| {
        matches!(reason, Reason::RecordNotPure | Reason::RecordRewritten | Reason::SigMissing)
    };
    let all = of_subjects.chain(&approvals.others);
    let lost: Vec<&str> = all
        .filter(|landed| landed.judged.reasons.iter().any(|(reason, _)| is_lost(*reason)))
        .map(|landed| landed.judged.id.get(..10).unwrap_or_default())
        .collect();
    if lost.is_empty() {
        checks.push(Check::good("merges", "no record was lost to a squash or a rebase"));
        return;
    }
    checks.push(Check::warning(
        "merges",
        format!(
            "{} lost to a squash, rebase or cherry-pick: {}",
            counted(lost.len(), "record"),
            lost.join(", ")
        ),
        &[
            "let the forge merge by merge commits only: switch squash and rebase merging off",
            "`mcmbook approve ID` signs anew",
        ],
    ));
}
