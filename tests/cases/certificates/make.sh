#!/bin/sh
# Makes X.509 signatures over the file `payload` with gpgsm and with openssl, and the root that vouches for their
# certificate. Their dates are those of the day on which it ran; the tests hold them against a day of these.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
work=$(mktemp -d)
export GNUPGHOME="$work/home"
trap 'gpgconf --kill all; rm -rf -- "$work"' EXIT
mkdir -m 700 "$GNUPGHOME"
cd "$work"
printf 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Carol <carol@a.example> 1764000000 +0000\ncommitter Carol <carol@a.example> 1764000000 +0000\n\nA commit\n' >"$here/payload"
cat >openssl.cnf <<'END'
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[person]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = emailProtection
subjectAltName = email:carol@a.example
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
export OPENSSL_CONF="$work/openssl.cnf"
openssl genrsa -out root.key 2048 2>/dev/null
openssl genrsa -out person.key 2048 2>/dev/null
openssl req -new -key root.key -subj '/O=Example/CN=People' -out root.csr
openssl x509 -req -in root.csr -signkey root.key -days 3650 -sha256 -extfile openssl.cnf -extensions root \
  -out "$here/people.pem" 2>/dev/null
openssl req -new -key person.key -subj '/CN=Carol Example' -out person.csr
openssl x509 -req -in person.csr -CA "$here/people.pem" -CAkey root.key -CAserial serial -CAcreateserial -days 3650 -sha256 \
  -extfile openssl.cnf -extensions person -out person.pem 2>/dev/null
openssl cms -sign -binary -in "$here/payload" -signer person.pem -inkey person.key -outform PEM -out openssl.sig
sed 's/ CMS-/ SIGNED MESSAGE-/' openssl.sig >"$here/openssl.sig"
unset OPENSSL_CONF
openssl pkcs12 -export -legacy -in person.pem -inkey person.key -certfile "$here/people.pem" -passout pass:x -out p12
openssl x509 -in "$here/people.pem" -noout -fingerprint -sha1 | sed 's/.*=//; s/$/ S relax/' >"$GNUPGHOME/trustlist.txt"
alone='--batch --quiet --pinentry-mode loopback --passphrase-fd 0 --disable-crl-checks'
# shellcheck disable=SC2086
echo x | gpgsm $alone --import p12
# shellcheck disable=SC2086
echo x | gpgsm $alone --armor --detach-sign -u carol@a.example -o "$here/gpgsm.sig" "$here/payload"
