#!/bin/sh
# Checks the manifest of a day and its signature: check.sh DAY.txt DAY.p7s SIGNERS.pem STAMPS.pem [THE-DAY-BEFORE.txt]
# SIGNERS.pem and STAMPS.pem hold the roots of the authorities that you trust. Needs openssl, sha256sum, awk.
set -eu
day=$1 signature=$2 signers=$3 stamps=$4 before=${5:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. The signature is of this text, and the signer's certificate comes from an authority that you trust.
openssl cms -verify -cades -inform DER -in "$signature" -content "$day" -binary -purpose any \
  -CAfile "$signers" -out /dev/null 2>"$work/said" || { cat "$work/said" >&2; echo "signature: WRONG"; exit 1; }
echo "signature: ok"

# 2. The time stamp is of that signature. Its value is the OCTET STRING of the signer (RFC 5652, 5.3), the token the
#    unsigned attribute timeStampToken (RFC 3161, appendix A).
openssl asn1parse -inform DER -in "$signature" >"$work/tree"
value=$(awk -F: '/d=5 .*prim: OCTET STRING/ { gsub(/ /, "", $1); print $1; exit }' "$work/tree")
openssl asn1parse -inform DER -in "$signature" -strparse "$value" -noout -out "$work/value" 2>/dev/null || true
token=$(awk '/id-smime-aa-timeStampToken/ { found = 1 } found && /d=8 .*cons: SEQUENCE/ { print; exit }' "$work/tree" |
  sed 's/^ *\([0-9]*\):d=8 *hl= *\([0-9]*\) *l= *\([0-9]*\).*/\1 \2 \3/')
# shellcheck disable=SC2086 # three numbers
set -- $token
openssl asn1parse -inform DER -in "$signature" -offset "$1" -length "$(($2 + $3))" -noout -out "$work/token"
openssl pkcs7 -inform DER -in "$signature" -print_certs -out "$work/chain" 2>/dev/null
openssl ts -verify -token_in -in "$work/token" -data "$work/value" -CAfile "$stamps" -untrusted "$work/chain" \
  >"$work/said" 2>&1 || { cat "$work/said" >&2; echo "time stamp: WRONG"; exit 1; }
openssl ts -reply -token_in -in "$work/token" -text 2>/dev/null | grep "Time stamp:" || echo "time stamp: ok"

# 3. It follows the manifest of the day before.
previous=$(awk '$1 == "previous" { print $2 }' "$day")
if [ -n "$before" ]; then
  [ "$(sha256sum <"$before" | cut -d' ' -f1)" = "$previous" ] || { echo "chain: WRONG"; exit 1; }
  echo "chain: ok"
fi
