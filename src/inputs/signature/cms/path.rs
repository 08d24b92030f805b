//! From a certificate to a root that somebody names (RFC 5280, 6), at a moment.
//!
//! STRATEGY. From the last certificate towards a root, by the names of issuers, over the certificates that
//! came with the signature and the roots. Several may carry a name: each is tried, and the number of
//! signatures that are verified for one path is bounded, whatever the bytes say.

use jiff::Timestamp;

use super::Refusal;
use super::certificate::{self, Certificate};
use super::der::{Element, Id, id, is};
use super::revoked::{List, Revoked};

/// How many certificates of authorities may stand above the last one, the root among them.
const LONGEST: usize = 6;

/// How many signatures may be verified for one path.
const MOST_TRIED: usize = 8;

const TIME_STAMPING: Id = id("1.3.6.1.5.5.7.3.8");
const SIGNING: [Id; 2] = [id("1.3.6.1.5.5.7.3.3"), id("1.3.6.1.5.5.7.3.4")];
const ANY_PURPOSE: Id = id("2.5.29.37.0");

/// Bits of `KeyUsage` (RFC 5280, 4.2.1.3): digital signature and content commitment; signing certificates.
const SIGNS: u8 = 0b1100_0000;
const SIGNS_CERTIFICATES: u8 = 0b0000_0100;

/// Roots that a policy names, by the file of each, and what they have revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    roots: Vec<Root>,
    lists: Vec<List>,
}

/// Where a path ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inputs::signature) struct Found {
    /// The root's subject in words.
    pub(in crate::inputs::signature) root: String,
    /// A certificate of the path that a list names.
    pub(in crate::inputs::signature) revoked: Option<Revoked>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The name of its file without the ending.
    pub file: String,
    /// Its subject in words.
    pub name: String,
    /// When it is valid.
    pub from: Timestamp,
    /// The last moment at which it is.
    pub until: Timestamp,
    der: Vec<u8>,
}

impl Roots {
    /// Takes over the roots of a file of PEM.
    ///
    /// # Errors
    /// Why a certificate of the file can be no root, or that there is none: a lower-case phrase.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), String> {
        let found = certificate::of_pem(text, "CERTIFICATE");
        for der in found.ok_or("it holds no certificates in PEM")? {
            let certificate = certificate::whole(&der).map_err(|refusal| refusal.to_string())?;
            if !certificate.is_root() {
                let (name, issuer) = (certificate.name(), certificate.issuer_name());
                return Err(format!("the certificate `{name}` is no root: `{issuer}` has issued it"));
            }
            let (name, from, until) = (certificate.name(), certificate.from, certificate.until);
            self.roots.push(Root { file: file.to_owned(), name, from, until, der });
        }
        Ok(())
    }

    /// Takes over the lists of revoked certificates of a file of PEM. The roots that issued them must be there
    /// already.
    ///
    /// # Errors
    /// Why a list of the file cannot be believed, or that there is none: a lower-case phrase.
    pub fn add_lists(&mut self, file: &str, text: &str) -> Result<(), String> {
        let found = certificate::of_pem(text, "X509 CRL");
        for der in found.ok_or("it holds no lists of revoked certificates in PEM")? {
            let list = List::read(file, &der, &self.certificates()).map_err(|refusal| refusal.to_string())?;
            self.lists.push(list);
        }
        Ok(())
    }

    /// All of them, in the order of files.
    pub fn all(&self) -> &[Root] {
        &self.roots
    }

    /// The lists, likewise.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    fn certificates(&self) -> Vec<Certificate<'_>> {
        self.roots.iter().filter_map(|root| certificate::whole(&root.der).ok()).collect()
    }
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inputs::signature) enum Purpose {
    /// Time stamps (RFC 3161, 2.3).
    TimeStamping,
    /// Commits: signatures of mail or of code, for there is no purpose of their own.
    Commits,
}

impl Purpose {
    /// Whether a purpose that a certificate names is this one.
    fn fits(self, named: &Element<'_>) -> bool {
        let own: &[Id] = match self {
            Purpose::TimeStamping => &[TIME_STAMPING],
            Purpose::Commits => &SIGNING,
        };
        own.iter().chain([&ANY_PURPOSE]).any(|own| is(named, own))
    }
}

/// The root at the end of a path from a certificate, at a moment, for a purpose, and what of the path is revoked.
///
/// # Errors
/// Why no path holds.
pub(in crate::inputs::signature) fn root(
    last: &Certificate<'_>,
    others: &[Certificate<'_>],
    roots: &Roots,
    at: Timestamp,
    purpose: Purpose,
) -> Result<Found, Refusal> {
    may_sign(last, purpose)?;
    let (lists, roots) = (roots.lists(), roots.certificates());
    let mut search = Search { others, roots: &roots, lists, at, purpose, tried: 0 };
    search.above(last, 0)
}

/// That the key of the last certificate is for the purpose and for no other.
fn may_sign(last: &Certificate<'_>, purpose: Purpose) -> Result<(), Refusal> {
    let bad = |what: &str| Err(Refusal::Untrusted(format!("the certificate `{}` {what}", last.name())));
    if purpose == Purpose::Commits {
        let is_allowed = last.usage.bits.is_none_or(|bits| bits & SIGNS != 0)
            && last.usage.purposes.as_ref().is_none_or(|(all, _)| all.iter().any(|one| purpose.fits(one)));
        return if is_allowed { Ok(()) } else { bad("is not for signatures of mail or code") };
    }
    match &last.usage.purposes {
        None => return bad("is not for time stamps"),
        Some((purposes, _)) if !matches!(&purposes[..], [one] if is(one, &TIME_STAMPING)) => {
            return bad("is not for time stamps alone");
        }
        Some((_, false)) => return bad("does not call its purpose critical"),
        Some((_, true)) => {}
    }
    match last.usage.bits {
        Some(bits) if bits & SIGNS == 0 || bits & !SIGNS != 0 => bad("is not for signatures alone"),
        Some(_) | None => Ok(()),
    }
}

struct Search<'s> {
    others: &'s [Certificate<'s>],
    roots: &'s [Certificate<'s>],
    lists: &'s [List],
    at: Timestamp,
    purpose: Purpose,
    tried: usize,
}

impl Search<'_> {
    /// The root above a certificate below which `below` authorities stand.
    fn above(&mut self, certificate: &Certificate<'_>, below: usize) -> Result<Found, Refusal> {
        self.holds(certificate)?;
        let against = self.lists.iter().filter_map(|list| list.against(certificate, self.at));
        // That a key is compromised is worse than any date.
        let revoked = against.max_by_key(|revoked| revoked.compromised);
        if self.roots.iter().any(|root| root.whole == certificate.whole) {
            return Ok(Found { root: certificate.name(), revoked });
        }
        let issuer = certificate.issuer_name();
        let mut why = Refusal::Untrusted(format!("the policy trusts no root of `{issuer}`"));
        if certificate.is_root() || below >= LONGEST {
            return Err(why);
        }
        let (roots, others) = (self.roots, self.others);
        for above in roots.iter().chain(others).filter(|one| one.subject == certificate.issuer) {
            self.tried += 1;
            if self.tried > MOST_TRIED {
                return Err(Refusal::Unsupported("too many certificates could be its issuer".to_owned()));
            }
            let found = self.may_issue(above, below).and_then(|()| certificate.signed_by(above));
            match found.and_then(|()| self.above(above, below + 1)) {
                Ok(found) => {
                    let both = [found.revoked, revoked].into_iter().flatten();
                    return Ok(Found { revoked: both.max_by_key(|revoked| revoked.compromised), ..found });
                }
                Err(refusal) => why = refusal,
            }
        }
        Err(why)
    }

    /// That a certificate is valid at the moment and says nothing that is not understood.
    fn holds(&self, certificate: &Certificate<'_>) -> Result<(), Refusal> {
        let bad = |what: String| {
            Err(Refusal::Untrusted(format!("the certificate `{}` {what}", certificate.name())))
        };
        match &certificate.usage.unknown {
            Some(unknown) => bad(format!("has the critical extension {unknown}, which is not supported")),
            None if self.at < certificate.from => bad(format!("was not valid before {}", certificate.from)),
            None if self.at > certificate.until => bad(format!("had expired at {}", certificate.until)),
            None => Ok(()),
        }
    }

    /// That a certificate may issue one below which `below` authorities stand.
    fn may_issue(&self, above: &Certificate<'_>, below: usize) -> Result<(), Refusal> {
        let usage = &above.usage;
        let is_allowed = usage.is_authority
            && usage.bits.is_none_or(|bits| bits & SIGNS_CERTIFICATES != 0)
            && usage.depth.is_none_or(|depth| below <= depth as usize)
            && usage
                .purposes
                .as_ref()
                .is_none_or(|(purposes, _)| purposes.iter().any(|one| self.purpose.fits(one)));
        if is_allowed {
            return Ok(());
        }
        Err(Refusal::Untrusted(format!("the certificate `{}` may not issue this one", above.name())))
    }
}
