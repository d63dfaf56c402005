#!/usr/bin/env bash
# Prints this module's Go packages: scripts/packages.sh [unit|e2e], default all. Packages that npm modules carry are
# left out, and e2e are those that start whole systems and need the machine for themselves.
set -euo pipefail
cd "$(dirname "$0")/.."

all=$(go list ./... | grep -v /node_modules/)
case ${1:-all} in
  all) echo "$all" ;;
  unit) grep -vE '^ringdesk/(e2e|testkit/phone)(/|$)' <<<"$all" ;;
  e2e) grep -E '^ringdesk/(e2e|testkit/phone)(/|$)' <<<"$all" ;;
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
