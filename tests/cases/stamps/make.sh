#!/bin/sh
# Makes the time stamps of this folder with openssl alone: authorities, their answers over the file `commit`,
# and the roots. Their dates are those of the day on which it ran; the tests hold them against these, never
# against today. Run it again only to add a case: every file is then another one.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work"
printf 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Ana <ana@a.example> 1764000000 +0000\ncommitter Ana <ana@a.example> 1764000000 +0000\n\nA commit\n' >"$here/commit"

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
[between]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = ./serial
crypto_device = builtin
default_policy = 1.3.6.1.4.1.32473.1
other_policies = 1.3.6.1.4.1.32473.2
digests = sha1, sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1, millisecs:500
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
END
export OPENSSL_CONF="$work/openssl.cnf"
echo 01 >serial

# key NAME KIND...
key() {
  name=$1
  shift
  openssl genpkey -out "$name.key" "$@" 2>/dev/null
}
# issue NAME EXTENSIONS ISSUER HASH: by itself where the issuer is the same
issue() {
  openssl req -new -key "$1.key" -subj "/O=Example Stamps/CN=$1" -out "$1.csr"
  if [ "$1" = "$3" ]; then by="-signkey $1.key"; else by="-CA $3.pem -CAkey $3.key -CAcreateserial"; fi
  # shellcheck disable=SC2086
  openssl x509 -req -in "$1.csr" $by -days 3650 "-$4" -extfile openssl.cnf -extensions "$2" -out "$1.pem" 2>/dev/null
}
# stamp FILE AUTHORITY CHAIN HASH [OPTIONS OF THE QUERY]
stamp() {
  file=$1 authority=$2 chain=$3 hash=$4
  shift 4
  openssl ts -query -data "$here/commit" "-$hash" -cert "$@" -out query.tsq 2>/dev/null
  openssl ts -reply -queryfile query.tsq -signer "$authority.pem" -inkey "$authority.key" -chain "$chain" \
    "-${signer:-sha256}" -out "$here/$file.tsr" 2>/dev/null
}

key rsa-root -algorithm RSA -pkeyopt rsa_keygen_bits:2048
issue rsa-root root rsa-root sha256
key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:3072
issue rsa authority rsa-root sha256
key ec-root -algorithm EC -pkeyopt ec_paramgen_curve:P-384
issue ec-root root ec-root sha384
key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
issue p256 authority ec-root sha384
key p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
issue p384 authority ec-root sha384
key between -algorithm RSA -pkeyopt rsa_keygen_bits:2048
issue between between rsa-root sha512
key below -algorithm EC -pkeyopt ec_paramgen_curve:P-256
issue below authority between sha256
key weak -algorithm RSA -pkeyopt rsa_keygen_bits:1024
issue weak authority rsa-root sha256

stamp rsa-sha256 rsa rsa-root.pem sha256 -no_nonce
signer=sha512 stamp rsa-sha512 rsa rsa-root.pem sha512 -no_nonce
stamp p256 p256 ec-root.pem sha256 -no_nonce
signer=sha384 stamp p384 p384 ec-root.pem sha384 -no_nonce
stamp chain below between.pem sha256 -no_nonce
stamp nonce rsa rsa-root.pem sha256
stamp sha1-imprint rsa rsa-root.pem sha1 -no_nonce
signer=sha1 stamp sha1-signature rsa rsa-root.pem sha256 -no_nonce
stamp weak-key weak rsa-root.pem sha256 -no_nonce
sed -i 's/^ess_cert_id_alg.*/ess_cert_id_alg = sha1/' openssl.cnf
stamp named-by-sha1 rsa rsa-root.pem sha256 -no_nonce
openssl ts -reply -in "$here/rsa-sha256.tsr" -token_out -out "$here/bare.tst" 2>/dev/null
cp rsa-root.pem ec-root.pem "$here"
