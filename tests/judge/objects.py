"""A repository as Git stores it, and the keys that sign in it. Only ssh-keygen, gpg and git index-pack are called."""

import base64
import hashlib
import os
import struct
import subprocess
import zlib
from datetime import datetime, timezone

TYPES = {"commit": 1, "tree": 2, "blob": 3}
KEY_MADE, KEY_CHANGED, KEY_LAST_CHANGED = "20251201T000000", "20251202T000000", "20251203T000000"


def instant(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y%m%d%H%M%SZ")


class Keys:
    """The keys of people, made once in a folder: SSH keys by name, and one OpenPGP key with three certificates."""

    def __init__(self, folder, names, person, ends):
        """`person` has the OpenPGP key; a certificate of it ends at `ends`, another is revoked."""
        self.folder, self.person = folder, person
        self.home = os.path.join(folder, "gpg")
        os.makedirs(self.home, mode=0o700, exist_ok=True)
        self.public, self.fingerprint = {}, {}
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.exists(path + ".pub"):
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
            with open(path + ".pub") as file:
                self.public[name] = " ".join(file.read().split()[:2])
            digest = hashlib.sha256(base64.b64decode(self.public[name].split()[1])).digest()
            self.fingerprint[name] = "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
        if not os.path.exists(os.path.join(folder, "revoked.asc")):
            self.certify(ends)
        self.certificates = {}
        for name in ("endless", "ending", "revoked"):
            with open(os.path.join(folder, name + ".asc"), "rb") as file:
                self.certificates[name] = file.read()
        with open(os.path.join(folder, "primary")) as file:
            self.fingerprint[person] = file.read()

    def gpg(self, now, *arguments, **more):
        command = ["gpg", "--homedir", self.home, "--batch", "--quiet", "--faked-system-time", f"{now}!", *arguments]
        return subprocess.run(command, capture_output=True, check=True, **more).stdout

    def certify(self, ends):
        name = f"{self.person} <{self.person}@a.example>"
        self.gpg(KEY_MADE, "--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "0")
        listed = self.gpg(KEY_MADE, "--with-colons", "--list-keys").decode().split("\n")
        primary = next(line.split(":")[9] for line in listed if line.startswith("fpr:"))
        self.export("endless")
        self.gpg(KEY_CHANGED, "--quick-set-expire", primary, window(ends)[:8] + "T" + window(ends)[8:14])
        self.export("ending")
        # gpg signs with no key that has ended by its own keyring.
        self.gpg(KEY_LAST_CHANGED, "--quick-set-expire", primary, "0")
        # gpg puts a colon before the armour of the revocation that it makes with each key.
        with open(os.path.join(self.home, "openpgp-revocs.d", primary + ".rev"), "rb") as file:
            armour = file.read().replace(b"\n:-----BEGIN", b"\n-----BEGIN")
        with open(os.path.join(self.folder, "endless.asc"), "rb") as file:
            parts = [armour, file.read()]
        with open(os.path.join(self.folder, "primary"), "w") as file:
            file.write(primary)
        # Another home holds the revoked certificate: this one goes on signing.
        signing, self.home = self.home, os.path.join(self.folder, "revoked")
        os.makedirs(self.home, mode=0o700)
        for part in reversed(parts):
            self.gpg(KEY_LAST_CHANGED, "--import", input=part)
        self.export("revoked")
        self.home = signing

    def export(self, name):
        path = os.path.join(self.folder, name + ".asc")
        self.gpg(KEY_LAST_CHANGED, "--armor", "--output", path, "--export", self.person)

    def sign(self, key, payload, now, namespace):
        """The armour of a signature; OpenPGP knows no namespaces."""
        if key == self.person:
            seconds = window(now)
            return self.gpg(seconds[:8] + "T" + seconds[8:14], "--armor", "--detach-sign", input=payload).decode()
        path = os.path.join(self.folder, key)
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", path]
        return subprocess.run(command, input=payload, capture_output=True, check=True).stdout.decode()


class Objects:
    """The objects of a repository, written as one pack at the end."""

    def __init__(self, repository, keys):
        self.repository, self.keys = repository, keys
        self.packed, self.trees = {}, {}

    def put(self, kind, body):
        name = hashlib.sha1(f"{kind} {len(body)}\0".encode() + body).hexdigest()
        if name not in self.packed:
            left, low = len(body) >> 4, len(body) & 15
            head = bytearray([TYPES[kind] << 4 | low | (0x80 if left else 0)])
            while left:
                head.append(left & 0x7F | (0x80 if left >> 7 else 0))
                left >>= 7
            self.packed[name] = bytes(head) + zlib.compress(body, 1)
        return name

    def put_tree(self, files):
        below = {}
        for path, content in files.items():
            first, _, rest = path.partition("/")
            below.setdefault((first, bool(rest)), {})[rest] = content
        entries = []
        for (name, is_folder), inner in below.items():
            if is_folder:
                entries.append((name + "/", b"40000 " + name.encode() + b"\0", self.put_tree(inner)))
            else:
                entries.append((name, b"100644 " + name.encode() + b"\0", self.put("blob", inner[""])))
        entries.sort(key=lambda entry: entry[0].encode())
        return self.put("tree", b"".join(start + bytes.fromhex(name) for _, start, name in entries))

    def commit(self, person, message, parents, tree, now, key=None, **odd):
        """A commit; `key` signs it. `odd` makes it other than git would."""
        who = f"{person} <{person}@a.example>"
        header = [f"tree {self.put_tree(tree)}"] + [f"parent {parent}" for parent in parents]
        header.append(f"author {who} {odd.get('written', now)} +0000")
        header.append(f"committer {who} {now} +0000")
        text = "\n".join(header) + "\n\n" + message + "\n"
        if key:
            armour = self.keys.sign(key, text.encode(), now, odd.get("namespace", "git"))
            armour = armour.rstrip("\n").replace("\n", "\n ")
            message = message.replace("Read.", "Rode.") if odd.get("altered") else message
            text = "\n".join(header) + f"\n{odd.get('header', 'gpgsig')} {armour}\n\n" + message + "\n"
        name = self.put("commit", text.encode())
        self.trees[name] = dict(tree)
        return name

    def finish(self, head):
        """Writes the repository, with `head` on its branch main."""
        own = os.path.join(self.repository, ".git")
        for folder in ("objects/pack", "refs/heads"):
            os.makedirs(os.path.join(own, folder))
        for name, text in (("HEAD", "ref: refs/heads/main\n"), ("refs/heads/main", head + "\n"),
                           ("config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n")):
            with open(os.path.join(own, name), "w") as file:
                file.write(text)
        pack = b"PACK" + struct.pack(">II", 2, len(self.packed)) + b"".join(self.packed.values())
        subprocess.run(["git", "-C", self.repository, "index-pack", "--stdin"], capture_output=True, check=True,
                       input=pack + hashlib.sha1(pack).digest())
