//! An authority as openssl keeps it: a root, the certificate of one person, signatures, lists of revoked ones.

use std::process::Command;

use super::certified::MAIL;
use crate::support::Folder;

/// The curve that most use.
pub(crate) const P256: &str = "prime256v1";

const SETTINGS: &str = "[ca]\ndefault_ca = all\n[all]\ndatabase = index\nserial = serial\nnew_certs_dir = .\n\
certificate = root.pem\nprivate_key = root.key\ndefault_md = sha256\npolicy = any\nunique_subject = no\n\
email_in_dn = no\n[any]\ncommonName = supplied\n[root]\nbasicConstraints = critical, CA:true\n\
keyUsage = critical, keyCertSign, cRLSign\nsubjectKeyIdentifier = hash\n[person]\n\
basicConstraints = critical, CA:false\nkeyUsage = critical, digitalSignature\n\
extendedKeyUsage = emailProtection\nsubjectKeyIdentifier = hash\nsubjectAltName = email:MAIL\n\
[part]\nissuingDistributionPoint = critical, @only\n[only]\nonlyuser = TRUE\n";

/// The folder of an authority.
pub(crate) struct Authority(Folder);

impl Authority {
    /// An authority that has issued a certificate to carol, whose key is on a curve or `RSA:bits`.
    pub(crate) fn new(kind: &str) -> Authority {
        Authority::with(kind, "keyCertSign, cRLSign")
    }

    /// The same with a root whose key is for these purposes.
    pub(crate) fn with(kind: &str, purposes: &str) -> Authority {
        let authority = Authority(Folder::new());
        let folder = &authority.0;
        folder.write("settings", SETTINGS.replace("MAIL", MAIL).replace("keyCertSign, cRLSign", purposes));
        folder.write("index", "");
        folder.write("serial", "1000\n");
        authority.key("root", P256);
        authority.issue("root", &["-selfsign"], ["20200101000000Z", "20401231000000Z"]);
        authority.key("person", kind);
        authority.issue("person", &[], ["20250101000000Z", "20281231000000Z"]);
        authority
    }

    fn key(&self, name: &str, kind: &str) {
        let key = format!("{name}.key");
        match kind.strip_prefix("RSA:") {
            Some(bits) => self.openssl(&["genrsa", "-out", &key, bits]),
            None => self.openssl(&["ecparam", "-name", kind, "-genkey", "-noout", "-out", &key]),
        };
        let subject = format!("/CN=The {name}");
        let request = format!("{name}.req");
        self.openssl(&["req", "-new", "-key", &key, "-subj", &subject, "-out", &request]);
    }

    fn issue(&self, name: &str, options: &[&str], [from, until]: [&str; 2]) {
        let (request, certificate) = (format!("{name}.req"), format!("{name}.pem"));
        let own = ["ca", "-batch", "-notext", "-config", "settings", "-extensions", name, "-in", &request];
        let times = ["-out", &certificate, "-startdate", from, "-enddate", until];
        self.openssl(&[&own[..], &times, options].concat());
    }

    /// The root in PEM.
    pub(crate) fn root(&self) -> String {
        self.read("root.pem")
    }

    /// The armour of a commit's signature over a payload.
    pub(crate) fn sign(&self, payload: &str, options: &[&str]) -> String {
        self.0.write("payload", payload);
        let sign =
            ["cms", "-sign", "-binary", "-in", "payload", "-signer", "person.pem", "-inkey", "person.key"];
        self.openssl(&[&sign[..], &["-outform", "PEM", "-out", "signature"], options].concat());
        self.read("signature").replace(" CMS-", " SIGNED MESSAGE-")
    }

    /// Revokes the person's certificate at a time such as `251101000000Z`, for a reason of openssl's words.
    pub(crate) fn revoke(&self, at: &str, reason: &str) {
        self.openssl(&["ca", "-config", "settings", "-revoke", "person.pem"]);
        // openssl writes the time of its clock.
        let line = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
            ["R", until, _, serial, file, subject] => {
                format!("R\t{until}\t{at},{reason}\t{serial}\t{file}\t{subject}\n").replace(",\t", "\t")
            }
            _ => format!("{line}\n"),
        };
        let index: String = self.read("index").lines().map(line).collect();
        self.0.write("index", index);
    }

    /// The list of what is revoked, in PEM, with these options.
    pub(crate) fn list(&self, options: &[&str]) -> String {
        let list = ["ca", "-config", "settings", "-gencrl", "-out", "list.pem"];
        let times = ["-crl_lastupdate", "20251110000000Z", "-crl_nextupdate", "20251210000000Z"];
        self.openssl(&[&list[..], &times, options].concat());
        self.read("list.pem")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("the file is there")
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(self.0.path()).output();
        let output = output.expect("openssl is installed");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
    }
}
