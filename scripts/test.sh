#!/usr/bin/env bash
# Runs the tests and ends with one line, such as "312 passed, 0 failed, 0 skipped": scripts/test.sh unit|e2e …
#   unit  the web app's tests and all Go packages but e2e (units, engine conformance on a real Asterisk, API)
#   e2e   whole systems with SIP phones and browsers, one package after the other
#   compose   docker-compose.yml as its users have it, where a Docker engine can be had; the summary says so where it cannot
# What the runners wrote lies in build/test afterwards.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

out=build/test
rm -rf "$out"
mkdir -p "$out"

# go_tests PART prints the events of its packages.
go_tests() {
  local list
  local -a options packages
  if ! list=$(scripts/packages.sh "$1"); then
    ended "$1" 1
    return
  fi
  mapfile -t packages <<<"$list"
  case $1 in
    # The race detector does not look into SQLite itself, which is C translated to Go: that took five sixths of the time. No more may
    # be left out: a package with generic code or atomics would take what the detector knows from others. CI trusts no remembered results.
    unit)
      options=(-race '-gcflags=modernc.org/sqlite/lib=-race=false' -vet=off -timeout 20m ${CI:+-count=1}) # lint has vetted
      hears_first
      ;;
    # Whole systems with limits of time, sound among them: the race detector would slow the controller under test tenfold, and
    # several systems with their browsers at once take the sound from each other on two cores.
    e2e)
      options=(-vet=off -timeout 30m -count=1 -p 1 -parallel 1)
      if [[ $parts == *" compose "* ]]; then options+=(-skip '^TestCompose_'); fi # that part runs them
      go test -json "${options[@]}" "${packages[@]}" </dev/null
      ended "$1" $?
      ;;
  esac
}

# hears_first runs the packages that talk through a real engine before all else that wants the processors, and the rest beside them:
# otherwise two cores full of other packages hold up the sound that the tests' own telephones send.
hears_first() {
  local heard code rest=()
  local -a sound=()
  for package in "${packages[@]}"; do
    case $package in
      ringdesk/controller/asterisk | ringdesk/controller/freeswitch) sound+=("$package") ;;
      *) rest+=("$package") ;;
    esac
  done
  go test -json "${options[@]}" "${sound[@]}" >"$out/sound.json" </dev/null &
  heard=$!
  trap 'kill "$heard"' INT TERM
  nice -n 15 go test -json "${options[@]}" "${rest[@]}" </dev/null
  ended "unit" $?
  code=0
  wait "$heard" || code=$?
  cat "$out/sound.json"
  ended "unit, with sound" "$code"
}

# ended tells the summary how go test itself ended, since it may fail without any test saying so.
ended() { printf '{"Action":"exit","Package":"go test (%s)","Code":%d}\n' "$1" "$2"; }

# compose_tests prints the events of the compose file's tests, or one that says why they were not run (without what JSON would
# read as something else).
compose_tests() {
  local code=0
  scripts/test-compose.sh json 2>"$out/compose.log" </dev/null || code=$?
  if ((code == 3)); then
    printf '{"Action":"notrun","Package":"docker compose","Output":"%s"}\n' "$(tail -n 1 "$out/compose.log" | tr -d '\042\134' | tr '\011' ' ')"
  else
    cat "$out/compose.log" # what took how long, how large the images are, or why they could not be built
    printf '{"Action":"exit","Package":"scripts/test-compose.sh","Code":%d}\n' "$code"
  fi
}

parts=" $* "
vitest=()
if [[ $parts == *" unit "* ]]; then
  vitest=(-vitest "$out/vitest.json")
  # Its exit code says nothing that the file does not; without a file the summary counts a failure.
  (cd web && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="../$out/vitest.json") >"$out/vitest.log" 2>&1 </dev/null
fi
go build -o "$out/testsummary" ./scripts/testsummary || exit
for part; do if [[ $part == compose ]]; then compose_tests; else go_tests "$part"; fi; done | tee "$out/go.json" |
  "$out/testsummary" -expected scripts/testsummary/expected-skips.txt "${vitest[@]}"
