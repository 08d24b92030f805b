//! `mcmbook policy init`.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::cli::book::{ProfileName, Reading};
use crate::facts::approval::amendment;
use crate::hosts::record::{self, Git};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, Root};
use crate::hosts::{Exit, Failure, create};
use crate::inputs::policy::{self, is_id};
use crate::outputs::adoption::{Founder, first_policy, signer_line};
use crate::text::{BookPath, SourceFile};

/// Adopts a first policy: one person, with the key that git signs with, who may amend it.
///
/// The commit becomes the trust root, from which every later approval is judged. Its pin, printed at the
/// end, belongs into the settings of the build: no later commit can then replace the policy.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Roster id of the first person; from git's user.email by default.
    #[arg(long, value_name = "PERSON")]
    id: Option<String>,
    /// A word that every record repeats, so that none counts in another repository; from the title of the
    /// book by default.
    #[arg(long, value_name = "WORD")]
    context: Option<String>,
    /// How strict the book is.
    #[arg(long, value_name = "NAME", value_enum, default_value = "starter")]
    profile: ProfileName,
    /// The zone of business days and due dates.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
}

pub(super) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let loaded = workspace::load(&Reading::default().load_options(args.dir.clone(), None))?;
    let root = &loaded.root;
    if !workspace::policy_files(root)?.is_empty() {
        return Err(Failure::usage("the book has a policy already: there are files in `policy/`")
            .help("edit them, then `mcmbook policy amend`"));
    }
    if !workspace::is_in_repository(&args.dir) {
        return Err(Failure::usage("a policy counts from a commit on, and this is no repository")
            .help("`git init`, then run it again"));
    }
    if TimeZone::get(&args.zone).is_err() {
        return Err(Failure::usage(format!("`{}` is no time zone", args.zone))
            .help("name one of the IANA database, such as `Europe/Berlin`"));
    }
    let by = record::identity(root)?;
    let id = match &args.id {
        Some(id) => id.strip_prefix('@').unwrap_or(id).to_owned(),
        None => workspace::handle_of(&by.email).unwrap_or_default(),
    };
    if !is_id(&id) {
        return Err(Failure::usage(format!("`{id}` is not a roster id"))
            .help("`--id` names one: lower-case letters, digits and hyphens"));
    }
    let context = args.context.clone().unwrap_or_else(|| word(&loaded.config.book.title));
    let founder = Founder { id: &id, name: &by.name, email: &by.email };
    let text = first_policy(&founder, &context, args.profile.into(), &args.zone);
    let mut files = vec![("policy/policy.toml".to_owned(), text)];
    files.push(key(root, &id, loaded.inputs.as_of.to_zoned(TimeZone::UTC).date())?);
    let sources: Vec<SourceFile> = files
        .iter()
        .filter_map(|(path, text)| Some(SourceFile::new(BookPath::new(path)?, text.clone().into_bytes())))
        .collect();
    let parsed = policy::parse(&sources, None);
    if !parsed.faults.is_empty() {
        return Err(Failure::Configuration { files: sources, faults: parsed.faults });
    }
    for source in &sources {
        create::document(root, &source.path, &source.text)?;
        shell.status("Created", source.path.as_str());
    }
    let commit = Git::of(root).commit_folder(policy::FOLDER, "Adopt a policy").map_err(|failure| {
        failure.help("the files are written: commit `policy/` once git can sign, and it counts from there")
    })?;
    let mut sorted = sources;
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let digest = amendment::digest(&sorted).map(|digest| digest.to_string()).unwrap_or_default();
    shell.status("Adopted", &format!("serial 1 for {id}, in {}", &commit.as_str()[..10]));
    shell.print(&format!("--trust-root {} --root-policy sha256:{digest}\n", commit.as_str()))?;
    shell.status("Next", "keep this pin where the build finds it: in its secrets, not in this repository");
    shell.status("Next", "add people and their keys to `policy/`, then `mcmbook policy amend`");
    Ok(Exit::Good)
}

/// The file that holds the public key with which git signs.
fn key(root: &Root, id: &str, today: jiff::civil::Date) -> Result<(String, String), Failure> {
    let set_up = record::signing_key(root);
    if set_up.format == "ssh" {
        let key = record::public_key(root).ok_or_else(|| {
            Failure::usage("the public half of the key that git signs with cannot be read")
                .help("make one: `ssh-keygen -t ed25519`")
                .help("`git config --global user.signingkey ~/.ssh/id_ed25519.pub`")
        })?;
        return Ok(("policy/allowed_signers".to_owned(), signer_line(id, &key, today)));
    }
    let certificate = record::certificate(root).ok_or_else(|| {
        Failure::usage("git is not set up to sign")
            .help("with an SSH key: `git config --global gpg.format ssh`")
            .help("`git config --global user.signingkey ~/.ssh/id_ed25519.pub`")
    })?;
    Ok((format!("policy/openpgp/{id}.asc"), certificate))
}

/// A title as one word: `Our changes` is `our-changes`.
fn word(title: &str) -> String {
    let lower = title.to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let word = parts.collect::<Vec<_>>().join("-");
    if word.is_empty() { "book".to_owned() } else { word.chars().take(60).collect() }
}
