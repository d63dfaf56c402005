#!/usr/bin/env bash
# Builds the guard, a library that is loaded into Asterisk's process (controller/asterisk/guard), as FILE:
# scripts/build-guard.sh FILE. Does nothing when FILE is made of the same sources.
set -euo pipefail
file=$(realpath -sm "${1:?where to build it}")
cd "$(dirname "$0")/.."

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

sources=(controller/asterisk/guard/*.c)
build=$(cat scripts/build-guard.sh controller/asterisk/guard/*.[ch] | sha256sum | cut -c 1-12)
if [[ -f $file ]] && grep -qaF "$build" "$file"; then
  exit
fi

compiler=${CC:-gcc}
if ! command -v "$compiler" >/dev/null; then
  [[ $compiler == gcc ]] || fail "CC is '$compiler', and there is no such program"
  scripts/install-tools.sh guard
fi
say "Building the guard …"
mkdir -p "$(dirname "$file")" || fail "$(dirname "$file") cannot be written: make it writable, or run this as its owner"
# Renamed into place: a running Asterisk has the old file mapped.
new=$(mktemp "$file.XXXXXX") || fail "$(dirname "$file") cannot be written: make it writable, or run this as its owner"
trap 'rm -f "$new"' EXIT
"$compiler" -std=gnu11 -O2 -g -fPIC -shared -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
  -Wall -Wextra -Werror -Wl,-z,relro,-z,now -Wl,-soname,libringdesk-guard.so -DGUARD_BUILD="\"$build\"" \
  -o "$new" "${sources[@]}" -ldl -lpthread
chmod 755 "$new"
mv "$new" "$file"
