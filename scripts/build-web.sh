#!/usr/bin/env bash
# scripts/build-web.sh deps   installs the web app's packages, when package-lock.json or Node changed
# scripts/build-web.sh dist   and builds it into web/dist, when its sources changed
# scripts/build-web.sh clients   installs the OData clients that tests read ringdesk with (testkit/odataclients)
# What was done last is remembered inside node_modules, so deleting that folder starts over.
set -euo pipefail
cd "$(dirname "$0")/../web"

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }

# quietly COMMAND… shows the command's output only when it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! NO_COLOR=1 "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    printf 'error: %s failed\n' "$*" >&2
    exit 1
  fi
  rm -f "$log"
}

fingerprint() { sha256sum | cut -d ' ' -f 1; }

# deps NAME installs the packages of the folder that it is in.
deps() {
  local stamp=node_modules/.ringdesk-deps now
  now=$({ cat package-lock.json .npmrc; node --version; } | fingerprint)
  [[ ! -f $stamp || $(<"$stamp") != "$now" ]] || return 0
  say "Installing $1 …"
  quietly npm ci
  echo "$now" >"$stamp"
}

dist() {
  local stamp=node_modules/.ringdesk-dist now
  now=$(find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | fingerprint)
  if [[ -f dist/index.html && -f $stamp && $(<"$stamp") == "$now" ]]; then
    say "Web app is built"
    return
  fi
  rm -f "$stamp"
  say "Building the web app …"
  quietly npm run build
  : >dist/.gitkeep # the build empties the folder; git and go:embed need this file
  echo "$now" >"$stamp"
}

case ${1:-} in
  deps) deps "the web app's packages" ;;
  dist) deps "the web app's packages" && dist ;;
  clients) cd ../testkit/odataclients && deps "the OData clients of the tests" ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac
