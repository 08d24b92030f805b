#!/bin/sh
# Checks the evidence for one change with stock tools: git, ssh-keygen and sha256sum (for OpenPGP also gpg, for
# time stamps also openssl).
#
#   sh verify.sh            the files of this folder against each other and against what was signed
#   sh verify.sh CLONE      the same, and against a full clone of the repository
#
# A trust root or a policy that you noted elsewhere is held against what stands here:
#   MCMBOOK_TRUST_ROOT=<commit> MCMBOOK_ROOT_POLICY=<sha256> sh verify.sh
#
# It ends with 0 only when every check holds. A good signature shows that the holder of a key processed these
# bytes. It does not show when, that they were read, or that nothing was kept back; the times that are
# printed are those that committers claim, unless the page says otherwise.
set -u
start=$(pwd)
clone=${1-}
cd -- "$(dirname -- "$0")" || exit 2
here=$(pwd)
case $clone in
'' | /*) ;;
*) clone=$start/$clone ;;
esac
GIT_NO_REPLACE_OBJECTS=1 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null TZ=UTC LC_ALL=C
export GIT_NO_REPLACE_OBJECTS GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM TZ LC_ALL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
umask 077
tmp=${TMPDIR:-/tmp}/mcm-evidence.$$
mkdir -- "$tmp" || exit 2
trap 'rm -rf -- "$tmp"' EXIT
trap 'exit 2' HUP INT TERM

failed=0
skipped=0
good_records=' '
ballots=
roots=' '
ok() { printf 'ok    %s\n' "$*"; }
no() {
  printf 'FAIL  %s\n' "$*"
  failed=$((failed + 1))
}
note() { printf '      %s\n' "$*"; }
# The SHA-256 of what comes in.
sum() { sha256sum | sed 's/ .*//'; }
# same WHAT IS SHOULD
same() {
  if [ "$2" = "$3" ]; then ok "$1"; else
    no "$1"
    note "is      $2"
    note "should  $3"
  fi
}
holds() {
  what=$1
  shift
  if "$@" >"$tmp/out" 2>&1; then ok "$what"; else
    no "$what"
    sed 's/^/      /' "$tmp/out"
  fi
}
# named FILE...: files that the list of this script speaks of, or a manifest that it holds against a digest.
named() { printf '%s\n' "$@" >>"$tmp/named"; }
repository() { git -C "$clone" "$@"; }
# Payload and signature out of a commit object, as git folds them.
payload() { awk 'h==0&&/^gpgsig /{s=1;next} h==0&&s&&/^ /{next} {s=0} /^$/{h=1} {print}'; }
signature() {
  awk '/^$/{exit} /^gpgsig /{s=1;sub(/^gpgsig /,"");print;next} s&&/^ /{sub(/^ /,"");print;next} {s=0}'
}

# about ID FOLDER ROOT
about() {
  id=$1 folder=$2 root=$3 prefix=
  named verify.sh
  printf 'Evidence for %s\n' "$id"
  note "trust root $root"
  if [ -n "${MCMBOOK_TRUST_ROOT-}" ]; then
    same 'the trust root is the one that you pinned' "$root" "$MCMBOOK_TRUST_ROOT"
  else
    note 'not pinned: compare it with one that you have from elsewhere'
  fi
  [ -n "$clone" ] || return 0
  if ! repository rev-parse --git-dir >/dev/null 2>&1; then
    no "$clone is a repository of git"
    return 0
  fi
  same 'the clone is whole, not shallow' "$(repository rev-parse --is-shallow-repository)" false
  same 'nothing in it is replaced' "$(repository for-each-ref refs/replace)" ''
  grafts=$(repository rev-parse --git-path info/grafts)
  same 'no parent in it is grafted' "$([ -s "$clone/$grafts" ] && echo grafted)" ''
  holds 'its objects are what their ids say' repository fsck --full --strict --no-dangling
  repository rev-list --first-parent HEAD >"$tmp/mainline"
  holds 'the trust root is on the mainline of HEAD' grep -qx "$root" "$tmp/mainline"
  prefix=$(repository ls-tree -r --name-only "$root" | sed -n 's#policy/policy\.toml$##p' | sed -n 1p)
}

# policy SERIAL DIGEST LANDING
policy() {
  named "policies/$1.manifest"
  if [ ! -f "policies/$1.manifest" ]; then
    no "policy $1: policies/$1.manifest is there"
    return 0
  fi
  same "policy $1: policies/$1.manifest has the digest of the policy" "$(sum <"policies/$1.manifest")" "$2"
  while IFS= read -r line; do
    path=${line#*  }
    named "policies/$1/$path"
    if [ -f "policies/$1/$path" ]; then
      same "policy $1: policies/$1/$path" "$(sum <"policies/$1/$path")" "${line%%  *}"
    else no "policy $1: policies/$1/$path is there"; fi
  done <"policies/$1.manifest"
  [ -n "$clone" ] || return 0
  repository -c core.quotePath=false ls-tree -r --name-only "$3" -- "${prefix}policy/" >"$tmp/names"
  while IFS= read -r path; do
    printf '%s  %s\n' "$(repository cat-file blob "$3:$path" | sum)" "${path#"${prefix}policy/"}"
  done <"$tmp/names" | sort -k2 >"$tmp/manifest"
  same "policy $1: the clone has it in the commit with which it came into force" "$(sum <"$tmp/manifest")" "$2"
  holds "policy $1: that commit is on the mainline" grep -qx "$3" "$tmp/mainline"
}

# root SERIAL LANDING: this policy is that of a trust root.
root() {
  roots="$roots$2 "
  note "policy $1 is that of the trust root: nothing before it vouches for it, only your pin"
  if [ -n "${MCMBOOK_ROOT_POLICY-}" ] && [ "$2" = "$root" ]; then
    same 'its policy is the one that you pinned' "$(sum <"policies/$1.manifest")" "${MCMBOOK_ROOT_POLICY#sha256:}"
  fi
}

# content NAME DIGEST
content() {
  named "contents/$1.manifest"
  if [ ! -f "contents/$1.manifest" ]; then
    no "content $1: contents/$1.manifest is there"
    return 0
  fi
  same "content $1: contents/$1.manifest has the subject digest" "$(sum <"contents/$1.manifest")" "$2"
}

# document CONTENT NAME DIGEST
document() {
  named "contents/$1/$2"
  if [ ! -f "contents/$1/$2" ]; then
    no "content $1: contents/$1/$2 is there"
    return 0
  fi
  is=$(sum <"contents/$1/$2")
  same "content $1: contents/$1/$2" "$is" "$3"
  holds "content $1: the manifest names $2 so" grep -qxF "$is  $2" "contents/$1.manifest"
}

# absent CONTENT NAME
absent() { note "content $1: $2 is not in this folder; a clone shows it"; }

# What a payload says behind a key: every line of it, so that a second one is seen.
said() { sed -n "s/^$1: //p" "$file.payload"; }

# record DECISION COMMIT SIGNER POLICY TIME CONTENT LANDING POLICY-LANDING FORMAT SECONDS ROLE
record() {
  before=$failed
  role=${11}
  [ "$role" != - ] || role=
  name=$(printf '%s%s by %s, %.12s' "$1" "${role:+ as $role}" "$3" "$2")
  file=records/$2
  named "$file.commit" "$file.payload" "$file.sig"
  for part in commit payload sig; do
    if [ ! -f "$file.$part" ]; then
      no "$name: $file.$part is there"
      return 0
    fi
  done
  same "$name: $file.commit has the id" "$(git hash-object -t commit --stdin <"$file.commit" 2>&1)" "$2"
  payload <"$file.commit" >"$tmp/payload"
  signature <"$file.commit" >"$tmp/sig"
  holds "$name: $file.payload is what the commit signs" cmp "$tmp/payload" "$file.payload"
  holds "$name: $file.sig is the signature of the commit" cmp "$tmp/sig" "$file.sig"
  if [ "$9" = openpgp ]; then
    mkdir -p "$tmp/gpg"
    gpg --homedir "$tmp/gpg" --batch --quiet --import "policies/$4/openpgp/$3.asc" 2>/dev/null
    holds "$name: the signature is by the certificate of $3 in policy $4" \
      gpg --homedir "$tmp/gpg" --batch --quiet --verify "$file.sig" "$file.payload"
    rm -rf -- "$tmp/gpg"
  elif [ "$9" = x509 ]; then
    certified "$3" "$4" "${10}"
  else
    ssh-keygen -Y verify -n git -f "policies/$4/allowed_signers" -I "$3" -Overify-time="$5" \
      -s "$file.sig" <"$file.payload" >"$tmp/out" 2>&1
    if [ $? -eq 0 ]; then
      ok "$name: the signature is by a key that policy $4 gives to $3, in force at $5"
    else no "$name: the signature is by a key that policy $4 gives to $3, in force at $5"; fi
    sed 's/^/      /' "$tmp/out"
  fi
  same "$name: what is signed decides so" "$(said Mcm-Decision)" "$1"
  same "$name: what is signed names ${role:-no role}" "$(said Mcm-Role)" "$role"
  same "$name: what is signed names $3" "$(said Mcm-Signer)" "$3"
  case $1:$role in amend-policy:* | *:) ;; *) held "$3" "$role" "$4" ;; esac
  named=$(said Mcm-Trust-Root)
  case $roots in
  *" $named "*) ok "$name: it was made for this trust root" ;;
  *) no "$name: it was made for this trust root, and names $named" ;;
  esac
  same "$name: author and committer are the same, so nobody has rewritten it" \
    "$(sed -n 's/^author //p;/^$/q' "$file.payload")" "$(sed -n 's/^committer //p;/^$/q' "$file.payload")"
  if [ "$6" != - ]; then
    holds "$name: it names $id" grep -qx "Mcm-Document: $id" "$file.payload"
    holds "$name: it names the digest of contents/$6.manifest" \
      grep -qx "Mcm-Subject: sha256:$(sum <"contents/$6.manifest")" "$file.payload"
  fi
  if [ -n "$clone" ]; then in_clone "$@"; fi
  if [ "$failed" -eq "$before" ]; then good_records="$good_records$2@$4 "; fi
}

# certified SIGNER POLICY SECONDS: the signature is by a certificate for which the policy's roots vouch.
certified() {
  if ! command -v openssl >/dev/null 2>&1; then
    note "$name: the X.509 signature is NOT CHECKED, openssl is not installed"
    skipped=$((skipped + 1))
    return 0
  fi
  sed 's/SIGNED MESSAGE/CMS/' "$file.sig" >"$tmp/sig.pem"
  cat "policies/$2/ca/"*.pem >"$tmp/ca.pem" 2>/dev/null
  holds "$name: the signature is by a certificate for which policy $2 vouches" \
    openssl cms -verify -binary -inform PEM -in "$tmp/sig.pem" -content "$file.payload" -CAfile "$tmp/ca.pem" \
    -attime "$3" -purpose any -signer "$tmp/signer.pem" -out /dev/null
  for mail in $(openssl x509 -in "$tmp/signer.pem" -noout -email 2>/dev/null); do
    note "the certificate is of $mail: whether that is $1 is written in policies/$2/policy.toml"
  done
}

# The same record in the clone.
in_clone() {
  repository cat-file commit "$2" >"$tmp/commit" 2>/dev/null
  holds "$name: the clone has the same commit" cmp "$tmp/commit" "$file.commit"
  same "$name: it changes no file" "$(repository rev-parse "$2^{tree}")" "$(repository rev-parse "$2^1^{tree}")"
  # The landing of a commit is the oldest commit of the mainline that reaches it.
  holds "$name: $7 is on the mainline" grep -qx "$7" "$tmp/mainline"
  holds "$name: it is in the clone by then" repository merge-base --is-ancestor "$2" "$7"
  if repository merge-base --is-ancestor "$2" "$7^1"; then no "$name: it was not there before $7"; else
    ok "$name: it was not there before $7"
  fi
  holds "$name: policy $4 was in force before that" repository merge-base --is-ancestor "$8" "$7^1"
  if [ "$6" != - ]; then
    while IFS= read -r line; do
      path=${line#*  }
      is=$(repository cat-file blob "$2:$prefix$folder/$path" 2>/dev/null | sum)
      same "$name: the clone has $path as it was signed" "$is" "${line%%  *}"
    done <"contents/$6.manifest"
  fi
  note "git says: $(repository -c gpg.ssh.allowedSignersFile="$here/policies/$4/allowed_signers" \
    log -1 --format='%G? %GS %GF' "$2" 2>&1 | tail -n 1)"
}

# stamp RECORD COMMIT FILE POLICY TIME SECONDS: a token shows that a commit, which is the record or holds it, was
# there by a time. The authority's certificates are held against that time, not against today.
stamp() {
  name=$(printf 'time stamp %s over %.12s' "$5" "$2")
  named "stamps/$3" "stamps/$2.commit"
  if ! command -v openssl >/dev/null 2>&1; then
    note "$name: NOT CHECKED, openssl is not installed"
    skipped=$((skipped + 1))
    return 0
  fi
  for part in "$3" "$2.commit"; do
    if [ ! -f "stamps/$part" ]; then
      no "$name: stamps/$part is there"
      return 0
    fi
  done
  same "$name: stamps/$2.commit has the id" "$(git hash-object -t commit --stdin <"stamps/$2.commit" 2>&1)" "$2"
  cat "policies/$4/tsa/"*.pem >"$tmp/roots.pem" 2>/dev/null
  holds "$name: the token is by an authority that policy $4 trusts, and over that commit" \
    openssl ts -verify -token_in -in "stamps/$3" -data "stamps/$2.commit" -CAfile "$tmp/roots.pem" -attime "$6"
  note "openssl says: $(openssl ts -reply -token_in -in "stamps/$3" -token_out -text 2>/dev/null | grep -a '^Time stamp: ')"
  [ "$1" = "$2" ] || [ -z "$clone" ] ||
    holds "$name: the commit holds the record $(printf '%.12s' "$1")" repository merge-base --is-ancestor "$1" "$2"
}

# votes COMMIT SIGNER FROM TO SERIAL: the record asks for this amendment.
votes() {
  file=records/$1.payload
  for line in 'Mcm-Decision: amend-policy' "Mcm-Policy-From: sha256:$3" "Mcm-Policy-To: sha256:$4" "Mcm-Serial: $5"; do
    holds "$2 signed: $line" grep -qx "$line" "$file"
  done
  ballots="$ballots $2@$1@$3@$4"
}

# Out of a policy.toml: "quorum N", where it is written; "person ID" and "role ROLE ID" for each role of each, or "bound ROLE ID"
# where only from some day on or until one; "delegates ID" where somebody may stand in for ID. Whatever may be written in
# TOML and is not read here ends it: "unreadable WHY".
roles() {
  awk '
function give_up(why) { print "unreadable " why; failed = 1; exit }
function take(kind, word) { kinds[++count] = kind; words[count] = word }
function header(  twice, name) {
  twice = kinds[2] == "["
  name = words[2 + twice]
  if (count != 3 + 2 * twice || kinds[2 + twice] != "word") give_up("the name of a table is in parts or in quotes")
  table = name
  if (name == "principal" && twice) people++
  else if (name == "principal.delegates") stood[people]
  else if (name == "principal" || name ~ /^principal\./ && name != "principal.delegates" && name != "principal.away")
    give_up("the table " name)
  else if (name ~ /^amend\./ || name == "amend" && twice) give_up("the table " name)
}
function grant(role, bound) {
  if (!bound) own[people, role]
  if (!((people, role) in all)) lines[++given] = people SUBSEP role
  all[people, role]
}
function roles(  at, role, bound) {
  if (kinds[3] != "[") give_up("roles that are no list")
  for (at = 4; at <= count; at++) {
    if (kinds[at] == "text") grant(words[at], 0)
    else if (kinds[at] == "{") {
      role = ""
      bound = 0
      for (at++; at <= count && kinds[at] != "}"; at++) {
        if (kinds[at + 1] != "=") continue
        if (kinds[at] != "word" || words[at] ~ /\./) give_up("a key that is in parts or in quotes")
        if (words[at] == "from" || words[at] == "until") bound = 1
        if (words[at] != "role") continue
        if (kinds[at + 2] != "text") give_up("a role that is no plain text")
        role = words[at + 2]
      }
      grant(role, bound)
    } else if (kinds[at] != "," && kinds[at] != "]") give_up("a role that is no plain text")
  }
}
function statement(  key) {
  if (kinds[1] == "[") { header(); return }
  key = words[1]
  if (kinds[1] != "word" || kinds[2] != "=") give_up("a key that is in parts or in quotes")
  if (table == "" && key ~ /^(amend|principal)(\.|$)/) give_up("the key " key)
  if (table != "amend" && table != "principal") return
  if (key ~ /\./) give_up("a key that is in parts")
  if (table == "amend" && key == "quorum") {
    if (count != 3 || words[3] !~ /^[1-9][0-9]*$/) give_up("its quorum")
    quorum = words[3]
  }
  if (table == "principal" && key == "id") {
    if (count != 3 || kinds[3] != "text") give_up("an id that is no plain text")
    id[people] = words[3]
  }
  if (table == "principal" && key == "roles") roles()
  if (table == "principal" && key == "delegates") stood[people]
}
{
  sub(/\r$/, "")
  length_of = length($0)
  for (at = 1; at <= length_of; at++) {
    c = substr($0, at, 1)
    if (c == "#") break
    if (c == " " || c == "\t") continue
    if (c == "\"" || c == "\047") {
      if (substr($0, at, 3) == c c c) give_up("a text of several lines")
      kind = "text"
      for (end = at + 1; end <= length_of && substr($0, end, 1) != c; end++)
        if (c == "\"" && substr($0, end, 1) == "\\") { kind = "escaped"; end++ }
      if (end > length_of) give_up("a text without an end")
      take(kind, substr($0, at + 1, end - at - 1))
      at = end
    } else if (index("[]{},=", c)) {
      take(c, "")
      if (index("[{", c)) depth++
      if (index("]}", c)) depth--
    } else if (c ~ /[A-Za-z0-9_.:+-]/) {
      for (end = at; end < length_of && substr($0, end + 1, 1) ~ /[A-Za-z0-9_.:+-]/;) end++
      take("word", substr($0, at, end - at + 1))
      at = end
    } else give_up("what is no TOML")
  }
  if (depth == 0 && count > 0) {
    statement()
    split("", kinds)
    split("", words)
    count = 0
  }
}
END {
  if (failed) exit
  if (count > 0) give_up("a value without an end")
  if (quorum != "") print "quorum " quorum
  for (one = 1; one <= people; one++) {
    print "person " id[one]
    if (one in stood) print "delegates " id[one]
  }
  for (one = 1; one <= given; one++) {
    split(lines[one], pair, SUBSEP)
    print (lines[one] in own ? "role " : "bound ") pair[2] " " id[pair[1]]
  }
}'
}

# read_roles POLICY
read_roles() {
  roles <"policies/$1/policy.toml" >"$tmp/roles" 2>/dev/null || echo 'unreadable it' >"$tmp/roles"
  unread=$(sed -n 's/^unreadable //p' "$tmp/roles")
}

# held PERSON ROLE POLICY: the policy gives the role. Everybody whom it names is a peer and an outsider, unless all that
# they are begins or ends some day; amendments are held against the roles of admins where they are counted.
held() {
  read_roles "$3"
  what="$name: policies/$3/policy.toml gives $1 the role $2"
  is_anyone=no
  case $2 in peer | outsider) listed bound "$1" && ! listed role "$1" || is_anyone=yes ;; esac
  if [ -n "$unread" ]; then
    note "whether $1 is $2 is written in policies/$3/policy.toml, in a form that is NOT READ here: $unread"
  elif grep -qxF "role $2 $1" "$tmp/roles"; then ok "$what"
  elif [ $is_anyone = yes ] && grep -qxF "person $1" "$tmp/roles"; then ok "$what"
  elif listed bound "$1" || grep -q '^delegates ' "$tmp/roles"; then
    note "whether $1 was $2 on that day, or stood in for somebody, is written in policies/$3/policy.toml"
  else no "$what"; fi
}

# listed WORD PERSON
listed() { awk -v word="$1" -v person="$2" '$1 == word && $3 == person { found = 1 } END { exit !found }' "$tmp/roles"; }

# amended FROM TO QUORUM: different people have signed for the step, each of them a policy-admin of the policy before.
amended() {
  from=$1 to=$2 quorum=$3
  step=$(cat "policies/$from.manifest" 2>/dev/null | sum)@$(cat "policies/$to.manifest" 2>/dev/null | sum)
  read_roles "$from"
  voters=' '
  for ballot in $ballots; do
    person=${ballot%%@*} ballot=${ballot#*@}
    if [ "${ballot#*@}" != "$step" ]; then
      no "policy $to: $person signed for the step from policy $from to it"
      continue
    fi
    case $good_records in *" ${ballot%%@*}@$from "*) ;; *) continue ;; esac
    case $voters in *" $person "*) continue ;; esac
    if [ -z "$unread" ]; then
      if grep -qxF "bound policy-admin $person" "$tmp/roles"; then
        note "whether $person was a policy-admin on that day is written in policies/$from/policy.toml"
      elif grep -qxF "role policy-admin $person" "$tmp/roles"; then
        ok "policy $to: $person is a policy-admin by policies/$from/policy.toml"
      else
        no "policy $to: $person is a policy-admin by policies/$from/policy.toml"
        continue
      fi
    fi
    voters="$voters$person "
  done
  ballots=
  if [ -n "$unread" ]; then
    note "whether they were policy-admins, and the quorum, is written in policies/$from/policy.toml, in a form that is"
    note "NOT READ here: $unread"
  else
    asked=$(sed -n 's/^quorum //p' "$tmp/roles")
    if [ -n "$asked" ]; then same "policy $to: policies/$from/policy.toml asks for so many" "$quorum" "$asked"; else
      note "policies/$from/policy.toml leaves the quorum to its profile: it is $quorum there"
    fi
  fi
  set -- $voters
  if [ $# -ge "$quorum" ]; then ok "policy $to: $# of the $quorum that policy $from asks for have signed: $*"; else
    no "policy $to: $# of the $quorum that policy $from asks for have signed: $*"
  fi
}

# unproved FILE DIGEST: of a record that does not count; it is as it was written, and proves nothing.
unproved() {
  named "$1"
  if [ -f "$1" ]; then same "$1" "$(sum <"$1")" "$2"; else no "$1 is there"; fi
}

# uncounted COMMIT CODES
uncounted() { note "record $(printf '%.12s' "$1") does not count or fills no place: $2"; }

finish() {
  # Beside the folder's own files lies the page of a site that it was taken from, which proves nothing.
  [ ! -f index.html ] || note 'index.html is the page of the site about this folder: it is NOT CHECKED'
  named index.html
  find . ! -type d | sed 's#^\./##' | sort >"$tmp/found"
  awk 'NR==FNR{named[$0];next} !($0 in named)' "$tmp/named" "$tmp/found" >"$tmp/strange"
  while IFS= read -r path; do no "$path is named by no manifest and no list"; done <"$tmp/strange"
  if [ "$failed" -eq 0 ]; then
    if [ "$skipped" -eq 0 ]; then printf 'every check holds\n'; else
      printf 'every check that was made holds; what needs openssl was not checked: %s\n' "$skipped"
    fi
    exit 0
  fi
  printf '%s failed\n' "$failed"
  exit 1
}

