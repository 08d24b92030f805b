"""What git, ssh-keygen and gpg say of a repository: its objects, its commits, its policies, its signatures."""

import base64
import hashlib
import os
import re
import subprocess
import tempfile
import tomllib
from datetime import datetime, timezone


def utc(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Repository:
    def __init__(self, folder):
        environment = os.environ | {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}
        self.folder, self.environment = folder, environment
        self.process = subprocess.Popen(["git", "-C", folder, "cat-file", "--batch"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=environment)
        self.known, self.listed, self.hashes = {}, {}, {}

    def git(self, *arguments):
        return subprocess.run(["git", "-C", self.folder, *arguments], capture_output=True, check=True, text=True,
                              env=self.environment).stdout

    def read(self, name):
        if name not in self.known:
            self.process.stdin.write(name.encode() + b"\n")
            self.process.stdin.flush()
            head = self.process.stdout.readline().split()
            body = self.process.stdout.read(int(head[2]))
            self.process.stdout.read(1)
            self.known[name] = body
        return self.known[name]

    def files(self, tree):
        """Path -> blob id of everything below a tree."""
        if tree in self.listed:
            return self.listed[tree]
        found, raw, at = {}, self.read(tree), 0
        while at < len(raw):
            end = raw.index(b"\0", at)
            mode, name = raw[at:end].split(b" ", 1)
            one, name = raw[end + 1:end + 21].hex(), name.decode()
            if mode == b"40000":
                found.update((f"{name}/{path}", blob) for path, blob in self.files(one).items())
            else:
                found[name] = one
            at = end + 21
        self.listed[tree] = found
        return found

    def sha256(self, blob):
        if blob not in self.hashes:
            self.hashes[blob] = hashlib.sha256(self.read(blob)).hexdigest()
        return self.hashes[blob]


class Commit:
    def __init__(self, repository, name):
        self.name, self.raw = name, repository.read(name)
        head, _, message = self.raw.partition(b"\n\n")
        self.message = message.decode()
        self.header, self.armour, payload, inside = {}, None, [], False
        self.parents, armour = [], []
        self.unsupported = False
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            if key in (b"gpgsig", b"gpgsig-sha256"):
                inside = True
                self.unsupported = key != b"gpgsig"
                armour.append(value.decode())
                continue
            if inside and line.startswith(b" "):
                armour.append(line[1:].decode())
                continue
            inside = False
            payload.append(line)
            if key == b"parent":
                self.parents.append(value.decode())
            else:
                self.header[key.decode()] = value.decode()
        self.payload = b"\n".join(payload) + b"\n\n" + message
        self.armour = "\n".join(armour) + "\n" if armour else None
        self.tree = self.header["tree"]
        self.committed = datetime.fromtimestamp(int(self.header["committer"].split()[-2]), timezone.utc)
        self.files = repository.files(self.tree)

    def emails(self):
        own = {re.search(r"<([^>]*)>", self.header[key])[1].lower() for key in ("author", "committer")}
        also = {found.lower() for found in re.findall(r"(?im)^co-authored-by:.*<([^>]*)>", self.message)}
        return own, also


class Policy:
    """What stands in policy/, as one of the policies that the mainline has had."""

    def __init__(self, repository, files):
        self.files = {path: blob for path, blob in files.items() if path.startswith("policy/")}
        names = sorted((path for path in files if path.startswith("policy/")), key=str.encode)
        lines = [f"{repository.sha256(files[path])}  {path[len('policy/'):]}\n" for path in names]
        self.digest = hashlib.sha256("".join(lines).encode()).hexdigest()
        self.data = tomllib.loads(repository.read(files["policy/policy.toml"]).decode())
        self.serial, self.quorum = self.data["serial"], self.data["amend"]["quorum"]
        self.people = {one["id"]: one for one in self.data["principal"]}
        self.emails = {email: one["id"] for one in self.data["principal"] for email in one["emails"]}
        self.signers = repository.read(files["policy/allowed_signers"]).decode()
        self.certificates = {path[len("policy/openpgp/"):-len(".asc")]: repository.read(blob)
                             for path, blob in self.files.items() if path.startswith("policy/openpgp/")}
        self.revocations = self.data.get("revocation", [])

    def holds(self, person, role, service=None):
        """Whether somebody has a role, for a service where one is named: in one of its own, or for all of them."""
        grants = [{"role": grant} if isinstance(grant, str) else grant
                  for grant in (self.people[person]["roles"] if person in self.people else [])]
        return person in self.people and (role == "peer" or any(
            grant["role"] == role and (service is None or service in grant.get("scope", [service]))
            for grant in grants))


class Signature:
    """What a signature is by a policy at a time: whose key made it, and whether that key may."""

    def __init__(self, key=None, person=None, is_valid=False, is_revoked=False):
        self.key, self.person, self.is_valid, self.is_revoked = key, person, is_valid, is_revoked


class Verifier:
    """Asks ssh-keygen and gpg, and remembers only what they said of the same bytes."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = os.path.join(self.folder.name, "home")
        os.mkdir(self.home, 0o700)
        self.places, self.said = {}, {}

    def may_sign(self, policy, person, at):
        """Whether a person has a key that stands at a time, as the policy lists it or as gpg reads the certificate."""
        gone = {one["key"] for one in policy.revocations if utc(one["since"]) <= at}
        for line in policy.signers.splitlines():
            window = re.search(r'valid-before="(\d+)Z"', line)
            ends = window and datetime.strptime(window[1].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
            if line.split()[0] == person and fingerprint(line) not in gone and not (ends and at >= ends):
                return True
        if person not in policy.certificates:
            return False
        certificate = policy.certificates[person]
        shown = self.ask(("shown", certificate), [
            "gpg", "--homedir", self.home, "--batch", "--with-colons", "--show-keys"], certificate).stdout.decode()
        key, own = (next(line.split(":") for line in shown.splitlines() if line.startswith(start))
                    for start in ("pub", "fpr"))
        return key[1] != "r" and own[9] not in gone and not (key[6] and at.timestamp() >= int(key[6]))

    def place(self, content):
        """The path of a file with this content."""
        content = content if isinstance(content, bytes) else content.encode()
        if content not in self.places:
            path = os.path.join(self.folder.name, str(len(self.places)))
            with open(path, "wb") as file:
                file.write(content)
            self.places[content] = path
        return self.places[content]

    def signature(self, commit, policy, at, likely):
        """The signature of a commit; `likely` is who may have made it, and is asked for first."""
        if not commit.armour or commit.unsupported:
            return Signature()
        if "PGP SIGNATURE" in commit.armour:
            asked = [(person, self.certified(commit, certificate, at))
                     for person, certificate in policy.certificates.items()]
            return next((Signature(key, person, word == "GOODSIG", word == "REVKEYSIG")
                         for person, (word, key) in asked if key and person in policy.people), Signature())
        key = self.allowed(commit, policy, likely, at)
        if key:
            return Signature(key, likely, likely in policy.people)
        key = self.maker(commit)
        owners = [line.split()[0] for line in policy.signers.splitlines() if key and key == fingerprint(line)]
        if not owners or owners[0] not in policy.people:
            return Signature()
        return Signature(key, owners[0], self.allowed(commit, policy, owners[0], at) is not None)

    def ask(self, key, command, payload, environment=None):
        if key not in self.said:
            self.said[key] = subprocess.run(command, input=payload, capture_output=True,
                                            env=os.environ | (environment or {}))
        return self.said[key]

    def allowed(self, commit, policy, person, at):
        """The key of a signature that ssh-keygen takes for that person's at that time."""
        if f"{person} " not in policy.signers:
            return None
        done = self.ask((commit.name, policy.signers, person, at), [
            "ssh-keygen", "-Y", "verify", "-n", "git", "-f", self.place(policy.signers), "-I", person, "-s",
            self.place(commit.armour), f"-Overify-time={at.strftime('%Y%m%d%H%M%S')}Z"], commit.payload, {"TZ": "UTC"})
        found = re.search(rb"SHA256:\S+", done.stdout)
        return found[0].decode() if done.returncode == 0 and found else None

    def maker(self, commit):
        """The fingerprint of the key that made the signature for git over these bytes, whosever it is."""
        done = self.ask(commit.name, ["ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s",
                                      self.place(commit.armour)], commit.payload)
        found = re.search(rb"SHA256:\S+", done.stdout)
        return found[0].decode() if done.returncode == 0 and found else None

    def certified(self, commit, certificate, at):
        """gpg's word for a signature at a time, and the primary key of the certificate when a key of it made it."""
        ring = self.place(self.ask(certificate, ["gpg", "--homedir", self.home, "--dearmor"], certificate).stdout)
        done = self.ask((commit.name, certificate, at), [
            "gpg", "--homedir", self.home, "--batch", "--no-default-keyring", "--keyring", ring, "--trust-model",
            "always", "--no-auto-check-trustdb", "--faked-system-time", f"{at.strftime('%Y%m%dT%H%M%S')}!",
            "--status-fd", "1", "--verify", self.place(commit.armour), "-"], commit.payload)
        words = [line.split()[1:] for line in done.stdout.decode().splitlines()]
        key = next((word[-1] for word in words if word[0] == "VALIDSIG"), None)
        return next((word[0] for word in words if word[0] in ("GOODSIG", "EXPKEYSIG", "REVKEYSIG")), None), key


def fingerprint(line):
    """The fingerprint of the key of a line of allowed_signers."""
    digest = hashlib.sha256(base64.b64decode(line.split()[3])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
