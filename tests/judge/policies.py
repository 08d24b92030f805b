"""The policy of a random history: what it says, its files, and how it is amended."""

import copy
import hashlib
import json

from objects import instant, window

PEOPLE = ["alice", "bob", "carol", "dave", "erin"]
DAY = 86400
ROLES = {"alice": [], "bob": ["change-manager", "on-call-manager"], "carol": ["incident-lead"],
         "dave": ["incident-lead"], "erin": ["security", "on-call-manager"]}
# Whose services are whose: nobody owns all of them.
OWNERS = {"bob": ["checkout"], "dave": ["checkout", "search"], "erin": ["search"]}
EACH = '{ role = "service-owner", each = "service", min = 1 }'


class Policy:
    def __init__(self, keys, ends):
        """The person of the OpenPGP key of `keys` has no other; the window of erin's key ends at `ends`."""
        self.keys = keys
        self.serial, self.quorum, self.distinct, self.peers, self.ttl, self.lead = 1, 2, 2, 1, 30, 2
        self.signed, self.carry, self.certificate = "optional", "true", "endless"
        self.signers = {person: [person] for person in PEOPLE if person != keys.person}
        self.windows = {"erin": (None, ends)}
        self.revocations, self.managers = [], ["alice", "bob", "dave"]
        self.admins = ["alice", "bob", "carol"]

    def copy(self):
        other = copy.copy(self)
        other.signers = {person: list(keys) for person, keys in self.signers.items()}
        other.revocations, other.managers = list(self.revocations), list(self.managers)
        return other

    def text(self):
        lines = ["schema = 1", f"serial = {self.serial}", 'context = "random"', 'profile = "starter"', 'zone = "UTC"',
                 "[amend]", f"quorum = {self.quorum}"]
        for name, peers, lead in (("minor", self.peers, self.lead), ("major", self.peers + 1, self.lead),
                                  ("emergency", self.peers, 0)):
            lines += [
                f"[class.{name}]", 'covers = ["request", "runbook"]', f"distinct_principals = {self.distinct}",
                "exclude_authors = true", "exclude_coauthors = true", "exclude_operators = false",
                f"signed_edits = \"{self.signed}\"", f'approval_lead = "{lead}d"', f'approval_ttl = "{self.ttl}d"',
                'veto_roles = ["security"]', f"carry = {self.carry}",
                f"require = [{{ role = \"peer\", min = {peers} }}, {{ role = \"manager\", min = 1 }}"
                + (f", {EACH}]" if name == "major" else "]"),
            ]
        lines += ['authorise = [{ role = "incident-lead", min = 1 }, { role = "on-call-manager", min = 1 }]',
                  "[deadlines]", 'ratify = "2d"']
        for kind, asked in (("guide", f'{{ role = "peer", min = {self.peers} }}, {{ role = "manager", min = 1 }}'),
                            ("window", '{ role = "manager", min = 1 }'), ("standard", '{ role = "peer", min = 1 }, ' + EACH),
                            ("service", "")):
            lines += [f"[subject.{kind}]", f"require = [{asked}]"]
        for person in PEOPLE:
            roles = ROLES[person] + ["manager"] * (person in self.managers) + ["policy-admin"] * (person in self.admins)
            listed = ", ".join([f'"{role}"' for role in roles] + [
                f'{{ role = "service-owner", scope = {json.dumps(scope)} }}' for scope in [OWNERS.get(person)] if scope])
            lines += ["[[principal]]", f'id = "{person}"', f'name = "{person}"',
                      f'emails = ["{person}@a.example"]', f"roles = [{listed}]"]
        for key, kind, since in self.revocations:
            lines += ["[[revocation]]", f'key = "{self.keys.fingerprint[key]}"', f'kind = "{kind}"',
                      f'since = "{instant(since)}"']
        return "\n".join(lines) + "\n"

    def write(self, tree):
        """Puts its files into a tree."""
        tree["policy/policy.toml"] = self.text().encode()
        signers = []
        for person, keys in sorted(self.signers.items()):
            for key in keys:
                after, before = self.windows.get(key, (None, None))
                options = 'namespaces="git"'
                options += f',valid-after="{window(after)}"' if after else ""
                options += f',valid-before="{window(before)}"' if before else ""
                signers.append(f"{person} {options} {self.keys.public[key]}\n")
        tree["policy/allowed_signers"] = "".join(signers).encode()
        path = f"policy/openpgp/{self.keys.person}.asc"
        tree.pop(path, None)
        if self.certificate:
            tree[path] = self.keys.certificates[self.certificate]

    def change(self, chance, now, keys, compromised=None):
        """Makes it another one, with the next serial mostly: where a key is named, one that calls it compromised."""
        what = chance.choice(["distinct", "peers", "key", "drop", "revoke", "revoke", "manager", "signed", "ttl",
                              "carry", "lead", "certificate"])
        if compromised == self.keys.person and chance.random() < 0.5:
            self.certificate = "revoked"
        elif compromised:
            self.revocations.append((compromised, "compromised", now))
        elif what == "distinct":
            self.distinct = chance.choice([1, 2, 3])
        elif what == "peers":
            self.peers = chance.choice([1, 2])
        elif what == "key":
            self.signers["bob"] = ["bob", "bob2"]
        elif what == "drop":
            self.signers.pop(chance.choice(["dave", "erin"]), None)
        elif what == "revoke":
            since = now + chance.choice([-20, -5, 0, 2]) * DAY
            self.revocations.append((chance.choice(keys), chance.choice(["retired", "compromised"]), since))
        elif what == "manager":
            self.managers = chance.sample(PEOPLE[:4], 2)
        elif what == "signed":
            self.signed = chance.choice(["optional", "required"])
        elif what == "ttl":
            self.ttl = chance.choice([5, 30])
        elif what == "carry":
            self.carry = chance.choice(["true", "false"])
        elif what == "lead":
            self.lead = chance.choice([0, 2, 9])
        else:
            self.certificate = chance.choice(["endless", "ending", "revoked", None])
        self.serial += 1 if compromised or chance.random() < 0.95 else 2


def digest(tree):
    """The digest of the policy that stands in a tree."""
    lines = [f"{hashlib.sha256(tree[path]).hexdigest()}  {path[7:]}\n" for path in
             sorted(path for path in tree if path.startswith("policy/"))]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
