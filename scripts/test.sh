#!/usr/bin/env bash
# Runs the tests and ends with one line, such as "312 passed, 0 failed, 0 skipped": scripts/test.sh unit|e2e …
#   unit  the web app's tests and all Go packages but e2e (units, engine conformance on a real Asterisk, API)
#   e2e   whole systems with SIP phones and browsers, one package after the other
# What the runners wrote lies in build/test afterwards.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

out=build/test
rm -rf "$out"
mkdir -p "$out"

# go_tests PART prints the events of its packages. An "exit" line tells the summary how the command itself ended, since
# it may fail without any test saying so.
go_tests() {
  local list code=0
  local -a options packages
  case $1 in
    unit) options=(-race -timeout 12m ${CI:+-count=1}) ;; # CI trusts no remembered results
    # Whole systems with limits of time, sound among them: the race detector would slow the controller under test tenfold, and
    # several systems with their browsers at once take the sound from each other on two cores.
    e2e) options=(-timeout 20m -count=1 -p 1 -parallel 1) ;;
  esac
  if list=$(scripts/packages.sh "$1"); then
    mapfile -t packages <<<"$list"
    go test -json "${options[@]}" "${packages[@]}" </dev/null || code=$?
  else
    code=1
  fi
  printf '{"Action":"exit","Package":"go test (%s)","Code":%d}\n' "$1" "$code"
}

vitest=()
if [[ " $* " == *" unit "* ]]; then
  vitest=(-vitest "$out/vitest.json")
  # Its exit code says nothing that the file does not; without a file the summary counts a failure.
  (cd web && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="../$out/vitest.json") >"$out/vitest.log" 2>&1 </dev/null
fi
go build -o "$out/testsummary" ./scripts/testsummary || exit
for part; do go_tests "$part"; done | tee "$out/go.json" |
  "$out/testsummary" -expected scripts/testsummary/expected-skips.txt "${vitest[@]}"
