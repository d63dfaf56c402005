#!/usr/bin/env bash
# scripts/debian-root.sh VARIANT PACKAGE,… FOLDER LOG [TAR-OPTION…]   unpacks packages of Debian, with all that they need, into an empty
# folder: a root file system of their own, of which nothing touches this machine's. VARIANT is mmdebstrap's.
#
#   RINGDESK_STALE_MIRROR  1: accept a mirror whose Release file has expired (its signature is still checked)
#   RINGDESK_MIRROR        address of a Debian mirror; default: the distribution's
#   RINGDESK_SUITE         Debian suite of the packages; default forky
set -euo pipefail
cd "$(dirname "$0")/.."
variant=$1 packages=$2 folder=$3 log=$4
shift 4

say() { printf '%s%s\n' "${STEP:+$STEP }" "$*"; }

if ! command -v mmdebstrap >/dev/null; then
  STEP=${STEP:-} scripts/install-tools.sh engine
fi

# alone COMMAND… runs a command with no file open but the standard three: mmdebstrap has dash copy a file by its number, which dash
# reads as one digit, and each file that is open before, such as our callers' locks, makes the numbers higher.
alone() (
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd <= 2)) || eval "exec $fd>&-"
  done
  exec "$@"
)

tar_options=("$@")
# build OPTION… fills the folder. The archive on standard output needs no root's rights to unpack; nothing uses /dev of it.
# What goes wrong shows in mmdebstrap's log; tar only adds that its input ended early.
build() {
  alone mmdebstrap --variant="$variant" --include="$packages" "$@" "${RINGDESK_SUITE:-forky}" - ${RINGDESK_MIRROR:+"$RINGDESK_MIRROR"} 2>"$log" |
    tar -x --directory="$folder" --exclude='./dev/*' "${tar_options[@]}" 2>/dev/null
}

stop_with_log() {
  tail -n 20 "$log" >&2
  if ((EUID != 0)) && grep -q 'unable to pick chroot mode' "$log"; then
    printf 'error: %s\n' "an ordinary user needs user namespaces for this: sudo apt-get install uidmap, or run it once as root" >&2
  fi
  exit 1
}

stale=(--aptopt='Acquire::Check-Valid-Until "false"')
if [[ ${RINGDESK_STALE_MIRROR:-} == 1 ]]; then
  build "${stale[@]}" || stop_with_log
elif ! build; then
  grep -qE 'Release file .* (is|has) expired' "$log" || stop_with_log
  say "The mirror's Release file has expired: trying again without its date (signatures are still checked) …"
  find "$folder" -mindepth 1 -delete
  build "${stale[@]}" || stop_with_log
fi
