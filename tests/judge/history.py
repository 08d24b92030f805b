#!/usr/bin/env python3
"""Writes a repository with a random history of changes, decisions and policies.

    history.py SEED REPOSITORY KEYS

The same seed makes the same history, but for the signatures' bytes where a key is made anew. KEYS is a folder
in which the people's keys are made once. Objects are written as Git stores them; only ssh-keygen is called.
The file `as-of` beside the objects says at which moment the history is to be judged.
"""

import hashlib
import os
import random
import subprocess
import sys
import zlib
from datetime import datetime, timezone

PEOPLE = ["alice", "bob", "carol", "dave", "erin"]
KEYS = PEOPLE + ["bob2", "mallory"]
CHANGES = ["MCM-2026-0001", "MCM-2026-0002", "MCM-2026-0003"]
DAY = 86400
START = 1767600000  # 2026-01-05T08:00:00Z


def instant(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y%m%d%H%M%SZ")


class History:
    def __init__(self, seed, repository, keys):
        self.chance = random.Random(seed)
        self.repository, self.keys = repository, keys
        self.now = START
        self.written = set()
        os.makedirs(repository, exist_ok=True)
        subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
        os.makedirs(keys, exist_ok=True)
        self.public = {}
        for name in KEYS:
            path = os.path.join(keys, name)
            if not os.path.exists(path + ".pub"):
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
            with open(path + ".pub") as file:
                self.public[name] = " ".join(file.read().split()[:2])
        self.fingerprint = {}
        for name in KEYS:
            out = subprocess.run(["ssh-keygen", "-lf", os.path.join(keys, name + ".pub")], capture_output=True,
                                 check=True, text=True).stdout
            self.fingerprint[name] = out.split()[1]
        self.policy = {
            "serial": 1, "quorum": 2, "distinct": 2, "peers": 1, "signed": "optional", "ttl": 30,
            "signers": {name: [name] for name in PEOPLE}, "windows": {"erin": (None, START + 25 * DAY)},
            "revocations": [], "managers": ["alice", "bob", "dave"], "admins": ["alice", "bob", "carol"],
        }
        self.tree = {"book.toml": b"[book]\ntitle = \"Random\"\n"}
        self.tree["content/services/checkout.md"] = b"---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\n---\n"
        self.write_policy(self.tree)
        self.records = []
        self.root = None
        self.head = self.commit("alice", "Adopt a policy", [], self.tree, "alice")
        self.root = self.head
        self.trees = {self.head: dict(self.tree)}

    # Git's objects.

    def put(self, kind, body):
        data = f"{kind} {len(body)}\0".encode() + body
        name = hashlib.sha1(data).hexdigest()
        if name not in self.written:
            self.written.add(name)
            folder = os.path.join(self.repository, ".git/objects", name[:2])
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name[2:]), "wb") as file:
                file.write(zlib.compress(data, 1))
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

    def sign(self, key, payload, namespace="git"):
        path = os.path.join(self.repository, ".git/payload")
        with open(path, "wb") as file:
            file.write(payload)
        if os.path.exists(path + ".sig"):
            os.remove(path + ".sig")
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", os.path.join(self.keys, key), path],
                       check=True, capture_output=True)
        with open(path + ".sig") as file:
            return file.read()

    def commit(self, person, message, parents, tree, key=None, **odd):
        """A commit; `key` signs it. `odd` makes it other than git would."""
        who = f"{person} <{person}@a.example>"
        author = odd.get("author", who)
        header = [f"tree {self.put_tree(tree)}"] + [f"parent {parent}" for parent in parents]
        header.append(f"author {author} {odd.get('written', self.now)} +0000")
        header.append(f"committer {who} {self.now} +0000")
        text = "\n".join(header) + "\n\n" + message + "\n"
        if key:
            armour = self.sign(key, text.encode(), odd.get("namespace", "git")).rstrip("\n").replace("\n", "\n ")
            message = message.replace("Read.", "Rode.") if odd.get("altered") else message
            text = "\n".join(header) + f"\n{odd.get('header', 'gpgsig')} {armour}\n\n" + message + "\n"
        return self.put("commit", text.encode())

    # What stands in the files.

    def write_policy(self, tree):
        policy = self.policy
        lines = [
            "schema = 1", f"serial = {policy['serial']}", 'context = "random"', 'profile = "starter"',
            'zone = "UTC"', "[amend]", f"quorum = {policy['quorum']}",
        ]
        for name, peers in (("minor", policy["peers"]), ("major", policy["peers"] + 1)):
            lines += [
                f"[class.{name}]", 'covers = ["request", "runbook"]',
                f"distinct_principals = {policy['distinct']}", "exclude_authors = true", "exclude_coauthors = true",
                "exclude_operators = false", f"signed_edits = \"{policy['signed']}\"", 'approval_lead = "2d"',
                f"approval_ttl = \"{policy['ttl']}d\"", 'veto_roles = ["security"]',
                f"require = [{{ role = \"peer\", min = {peers} }}, {{ role = \"manager\", min = 1 }}]",
            ]
        for person in PEOPLE:
            roles = (["manager"] if person in policy["managers"] else []) + (
                ["policy-admin"] if person in policy["admins"] else []) + (["security"] if person == "erin" else [])
            listed = ", ".join(f'"{role}"' for role in roles)
            lines += ["[[principal]]", f'id = "{person}"', f'name = "{person}"',
                      f'emails = ["{person}@a.example"]', f"roles = [{listed}]"]
        for key, kind, since in policy["revocations"]:
            lines += ["[[revocation]]", f'key = "{self.fingerprint[key]}"', f'kind = "{kind}"',
                      f'since = "{instant(since)}"']
        tree["policy/policy.toml"] = ("\n".join(lines) + "\n").encode()
        signers = []
        for person, keys in sorted(policy["signers"].items()):
            for key in keys:
                after, before = policy["windows"].get(key, (None, None))
                options = 'namespaces="git"'
                options += f',valid-after="{window(after)}"' if after else ""
                options += f',valid-before="{window(before)}"' if before else ""
                signers.append(f"{person} {options} {self.public[key]}\n")
        tree["policy/allowed_signers"] = "".join(signers).encode()

    def folder(self, change):
        return f"content/changes/2026/{change}/"

    def manifest(self, tree, change):
        files = {path[len(self.folder(change)):]: content for path, content in tree.items()
                 if path.startswith(self.folder(change))}
        lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in
                 sorted(files.items(), key=lambda entry: entry[0].encode())
                 if path in ("request.md", "runbook.md") or path.startswith("files/")]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def policy_digest(self, tree):
        lines = [f"{hashlib.sha256(tree[path]).hexdigest()}  {path[7:]}\n" for path in
                 sorted(path for path in tree if path.startswith("policy/"))]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def request(self, change):
        nth = CHANGES.index(change)
        slot = START + (12 + 9 * nth) * DAY + self.chance.choice([0, 0, 0, 3 * DAY])
        extent = self.chance.choice(["minor", "minor", "minor", "significant"])
        more = f"supersedes: {CHANGES[0]}\n" if nth == 1 and self.chance.random() < 0.3 else ""
        text = (f"---\ntitle: Change {nth}\nowner: alice\nservices: [checkout]\n"
                f"change: {{types: [code], extent: {extent}, novelty: routine, reversibility: reversible}}\n"
                f"impact: {{downtime: 0m, customer: none}}\n{more}"
                f"slot: {{start: {instant(slot)}, end: {instant(slot + 7200)}, tz: UTC}}\n---\n\n"
                f"## Description\n\nText {self.chance.randrange(1000)}.\n")
        return text.encode()

    def runbook(self):
        return f"---\ntitle: Plan\n---\n\nStep {self.chance.randrange(4)}.\n".encode()

    # What happens.

    def tick(self):
        self.now += self.chance.choice([60, 600, 3600, 6 * 3600, DAY // 2, DAY])

    def trailers(self, decision, person, pairs):
        lines = ["Mcm-Record: v1", f"Mcm-Decision: {decision}"] + [f"Mcm-{key}: {value}" for key, value in pairs]
        lines += ["Mcm-Context: random", f"Mcm-Trust-Root: {self.root}", f"Mcm-Signer: {person}"]
        return f"{decision}\n\nRead.\n\n" + "\n".join(lines)

    def key_of(self, person):
        if person == "bob" and self.chance.random() < 0.3:
            return "bob2"
        return person

    def record(self, parent, tree, person=None, change=None):
        """A decision on a branch whose tip and tree are given; gives the new tip."""
        chance = self.chance
        person = person or chance.choices(PEOPLE, [1, 4, 4, 3, 1])[0]
        if change is None:
            change = CHANGES[0] if chance.random() < 0.6 else chance.choice(CHANGES)
        decision = chance.choices(["approve", "reject", "retract", "withdraw", "reinstate"], [40, 2, 3, 1, 2])[0]
        role = chance.choice(["peer", "manager"] if person != "erin" else ["peer", "security"])
        if person in self.policy["managers"] and chance.random() < 0.6:
            role = "manager"
        digest = self.manifest(tree, change)
        if chance.random() < 0.04:
            digest = "0" * 64
        pairs = [("Role", role), ("Meaning", "I read it."), ("Document", change)]
        covers = [("Covers", chance.choices(["request, runbook", "request"], [30, 1])[0])]
        subject = [("Subject", f"sha256:{digest}")]
        if decision == "retract":
            own = [one for one in self.records if one[1] == person] or self.records
            if not own:
                return parent
            of, _, change = chance.choice(own)
            pairs = [("Document", change)] + covers + [
                ("Subject", f"sha256:{self.manifest(tree, change)}"), ("Of", of)]
        elif decision == "withdraw":
            pairs = [("Meaning", "No more."), ("Document", change)] + subject
        elif decision == "reinstate":
            if not self.records:
                return parent
            pairs = [("Meaning", "It was them."), ("Of", chance.choice(self.records)[0])]
        else:
            pairs += covers + subject
        message = self.trailers(decision, person, pairs)
        odd, key, changed = {}, self.key_of(person), tree
        strange = chance.random()
        if strange < 0.03:
            key = chance.choice(KEYS)
        elif strange < 0.05:
            key = None
        elif strange < 0.07:
            odd["written"] = self.now - 60
        elif strange < 0.09:
            odd["altered"] = True
        elif strange < 0.10:
            odd["namespace"] = "file"
        elif strange < 0.12:
            changed = dict(tree) | {"content/note.md": f"# {self.now}\n".encode()}
        elif strange < 0.13:
            message += "\n  and more"
        elif strange < 0.15:
            odd["header"] = "gpgsig-sha256"
        commit = self.commit(person, message, [parent], changed, key, **odd)
        self.trees[commit] = dict(changed)
        if decision in ("approve", "reject"):
            self.records.append((commit, person, change))
        return commit

    def edit(self, parent, tree):
        chance = self.chance
        change = chance.choice(CHANGES)
        tree = dict(tree)
        folder = self.folder(change)
        what = chance.choices(["request", "runbook", "file", "notice", "remove", "execution"], [3, 5, 2, 2, 1, 1])[0]
        if what == "request" or folder + "request.md" not in tree:
            tree[folder + "request.md"] = self.request(change)
            tree.setdefault(folder + "runbook.md", self.runbook())
        elif what == "runbook":
            tree[folder + "runbook.md"] = self.runbook()
        elif what == "file":
            tree[folder + "files/a.csv"] = f"{chance.randrange(3)}\n".encode()
        elif what == "notice":
            tree[folder + "notice-a.md"] = f"---\ntitle: N\n---\n{chance.randrange(99)}\n".encode()
        elif what == "execution" and chance.random() < 0.4:
            text = f"---\ntitle: Run\napproval_set: sha256:{self.manifest(tree, change)}\n---\n"
            tree[folder + "execution-1.md"] = text.encode()
        elif folder + "files/a.csv" in tree:
            del tree[folder + "files/a.csv"]
        person = chance.choice(["alice", "alice", "alice", "dave", "carol", "mallory"])
        message = "Edit"
        if chance.random() < 0.15:
            message += f"\n\nCo-authored-by: X <{chance.choice(PEOPLE)}@a.example>"
        key = person if chance.random() < 0.7 else None
        if person == "mallory" and chance.random() < 0.5:
            key = "dave"
        commit = self.commit(person, message, [parent], tree, key)
        self.trees[commit] = tree
        return commit

    def amend(self, parent, tree):
        chance, policy = self.chance, self.policy
        before = {key: (value.copy() if hasattr(value, "copy") else value) for key, value in policy.items()}
        before["signers"] = {person: list(keys) for person, keys in policy["signers"].items()}
        old = self.policy_digest(tree)
        tree = dict(tree)
        what = chance.choice(["distinct", "peers", "key", "drop", "revoke", "revoke", "manager", "signed", "ttl"])
        if what == "distinct":
            policy["distinct"] = chance.choice([1, 2, 3])
        elif what == "peers":
            policy["peers"] = chance.choice([1, 2])
        elif what == "key":
            policy["signers"]["bob"] = ["bob", "bob2"]
        elif what == "drop":
            policy["signers"].pop(chance.choice(["carol", "dave", "erin"]), None)
        elif what == "revoke":
            since = self.now + chance.choice([-20, -5, 0, 2]) * DAY
            policy["revocations"].append((chance.choice(KEYS[:6]), chance.choice(["retired", "compromised"]), since))
        elif what == "manager":
            policy["managers"] = chance.sample(PEOPLE[:4], 2)
        elif what == "ttl":
            policy["ttl"] = chance.choice([5, 30])
        else:
            policy["signed"] = chance.choice(["optional", "required"])
        policy["serial"] += 1 if chance.random() < 0.95 else 2
        self.write_policy(tree)
        new, serial = self.policy_digest(tree), policy["serial"]
        tip = self.commit("alice", "Amend", [parent], tree, "alice")
        self.trees[tip] = tree
        voters = chance.sample(["alice", "bob", "carol", "dave"], chance.choice([1, 2, 2, 3, 3]))
        counted = [person for person in voters if person in before["admins"]]
        for person in voters:
            pairs = [("Policy-From", f"sha256:{old}"), ("Policy-To", f"sha256:{new}"), ("Serial", serial)]
            self.now += 60
            tip = self.commit(person, self.trailers("amend-policy", person, pairs), [tip], tree, person)
            self.trees[tip] = tree
        if len(counted) < before["quorum"] or serial != before["serial"] + 1:
            # It may wait for ever: what is written next begins with the old one again.
            self.policy = before
            if chance.random() < 0.5:
                tree = dict(tree)
                self.write_policy(tree)
                tip = self.commit("alice", "Take it back", [tip], tree, "alice")
                self.trees[tip] = tree
        return tip

    def act(self, parent):
        tree = self.trees[parent]
        kind = self.chance.choices([self.record, self.edit, self.amend], [16, 3, 1])[0]
        return kind(parent, tree)

    def merge(self, tips, first=None):
        """Merges branches: the newest content of each path that a branch changed wins."""
        parents = [first or self.head] + [tip for tip in tips if tip != (first or self.head)]
        tree = dict(self.trees[parents[0]])
        for tip in parents[1:]:
            base = self.trees[self.base]
            for path in set(base) | set(self.trees[tip]):
                if self.trees[tip].get(path) != base.get(path):
                    if path in self.trees[tip]:
                        tree[path] = self.trees[tip][path]
                    else:
                        tree.pop(path, None)
        if self.chance.random() < 0.06:
            tree[self.folder(CHANGES[0]) + "runbook.md"] = self.runbook()
        person = self.chance.choice(["alice", "dave", "bob"])
        commit = self.commit(person, "Merge", parents, tree, person if self.chance.random() < 0.5 else None)
        self.trees[commit] = tree
        return commit

    def step(self):
        chance = self.chance
        self.base = self.head
        way = chance.choices(["direct", "branch", "several", "foxtrot"], [8, 4, 8, 1])[0]
        self.tick()
        if way == "direct":
            self.head = self.act(self.head)
        elif way == "branch":
            tip = self.head
            for _ in range(chance.choice([1, 2, 3])):
                tip = self.act(tip)
                self.now += 60
            self.tick()
            if tip != self.head:
                self.head = self.merge([tip])
        elif way == "several":
            tips = []
            change = chance.choice(CHANGES[:2])
            for person in chance.sample(["bob", "carol", "dave", "erin"], chance.choice([2, 3, 4])):
                tips.append(self.record(self.head, self.trees[self.head], person, change))
                self.now += 60
            self.tick()
            if chance.random() < 0.5:
                self.head = self.merge(tips)
            else:
                for tip in tips:
                    if tip != self.head:
                        self.head = self.merge([tip])
                        self.now += 60
        else:
            own = self.edit(self.head, self.trees[self.head])
            self.now += 60
            theirs = self.record(self.head, self.trees[self.head])
            self.tick()
            self.head = self.merge([theirs], first=own)

    def run(self):
        tree = dict(self.trees[self.head])
        for change in CHANGES[:2]:
            tree[self.folder(change) + "request.md"] = self.request(change)
            tree[self.folder(change) + "runbook.md"] = self.runbook()
        self.tick()
        self.head = self.commit("alice", "Request", [self.head], tree, "alice")
        self.trees[self.head] = tree
        for _ in range(self.chance.choice([8, 14, 20])):
            self.step()
        with open(os.path.join(self.repository, ".git/refs/heads/main"), "w") as file:
            file.write(self.head + "\n")
        as_of = self.now + self.chance.choice([0, 0, 3600, 3 * DAY, 12 * DAY, 60 * DAY])
        with open(os.path.join(self.repository, ".git/as-of"), "w") as file:
            file.write(instant(as_of))


if __name__ == "__main__":
    History(int(sys.argv[1]), sys.argv[2], sys.argv[3]).run()
