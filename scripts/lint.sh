#!/usr/bin/env bash
# Formatting and static checks of everything; runs all of them and ends non-zero when one found something.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

export CGO_ENABLED=0 # as the binary is built, so that compiled packages are shared
failed=()
check() {
  local name=$1
  shift
  local out
  if out=$("$@" 2>&1); then
    printf 'lint  %-12s ok\n' "$name"
  else
    printf 'lint  %-12s FAILED\n%s\n' "$name" "$out"
    failed+=("$name")
  fi
}

formatted() {
  local files
  files=$(find . \( -name node_modules -o -path './.*' ! -name . \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l) || return
  [[ -z $files ]] || { printf 'not formatted (gofmt -w):\n%s\n' "$files"; return 1; }
}

# vulnerabilities is no failure where its database is out of reach, as on a machine without internet; it says so then.
vulnerabilities() {
  local out
  if out=$(timeout 180 go tool govulncheck "${packages[@]}" 2>&1); then
    printf 'lint  %-12s ok\n' govulncheck
  elif grep -q 'fetching vulnerabilities' <<<"$out"; then
    printf 'lint  %-12s NOT RUN, its database cannot be reached\n' govulncheck
  else
    printf 'lint  %-12s FAILED\n%s\n' govulncheck "$out"
    failed+=(govulncheck)
  fi
}

in_web() { (cd web && "$@"); }

list=$(scripts/packages.sh) || exit
mapfile -t packages <<<"$list"
check gofmt formatted
check vet go vet "${packages[@]}"
check staticcheck go tool staticcheck "${packages[@]}"
vulnerabilities
check tsc in_web npm run --silent typecheck
check eslint in_web npm run --silent lint
check shellcheck shellcheck scripts/*.sh docker/healthy docker/freeswitch-* docker/postgres/start .ci/run

if ((${#failed[@]})); then
  printf 'lint failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
