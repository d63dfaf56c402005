#!/usr/bin/env bash
# Says in one line what to install when Go, Node.js or npm is missing or too old: scripts/check-toolchain.sh go|node …
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
at_least() { printf '%s\n%s\n' "$1" "$2" | sort -CV; }

check_go() {
  local want have
  want=$(sed -nE 's/^go ([0-9.]+)$/\1/p' go.mod)
  command -v go >/dev/null || fail "Go is missing: install Go $want or newer and put its bin folder on PATH"
  have=$(GOTOOLCHAIN=local go version | sed -nE 's/^go version go([0-9.]+).*/\1/p')
  # Since 1.21 the go command fetches the version that go.mod asks for by itself, where that is allowed.
  at_least "$want" "$have" || { at_least 1.21 "$have" && [[ $(go env GOTOOLCHAIN) != local ]]; } ||
    fail "Go $have is too old: install Go $want or newer"
}

check_node() {
  local want have
  want=$(sed -nE 's/.*"node": *">=([0-9.]+)".*/\1/p' web/package.json)
  command -v node >/dev/null || fail "Node.js is missing: install Node.js $want or newer with npm (Debian 13: apt-get install nodejs npm)"
  have=$(node --version)
  at_least "$want" "${have#v}" || fail "Node.js ${have#v} is too old (Debian 12 has 18): install Node.js $want or newer with npm from Debian 13 or the Node.js project"
  command -v npm >/dev/null || fail "npm is missing: install it (Debian: apt-get install npm)"
}

for tool; do "check_$tool"; done
